import { z } from 'zod'
import { command, Id, Instant, Page, pageOf, query } from '../kernel.ts'

export const ConnectionType = z.enum(['wecom', 'miniProgram', 'officialAccount', 'merchant'])
export type ConnectionType = z.infer<typeof ConnectionType>

/** One account on a platform. Secrets go in and never come out: only the names of those that are set. */
export const Connection = z.object({
  id: Id,
  type: ConnectionType,
  /** corpid, appid or mchid. */
  externalId: z.string(),
  brandId: Id.nullable(),
  name: z.string(),
  config: z.record(z.string(), z.unknown()),
  secretNames: z.array(z.string()),
  isActive: z.boolean(),
  updatedAt: Instant,
})
export type Connection = z.infer<typeof Connection>

/** A number that a platform sets and may change: kept with where it was read and when. */
export const PlatformLimit = z.object({
  key: z.string(),
  value: z.number(),
  unit: z.string(),
  name: z.string(),
  source: z.string(),
  checkedAt: Instant,
})
export type PlatformLimit = z.infer<typeof PlatformLimit>

export const SettingKey = z.string().regex(/^[a-zA-Z][a-zA-Z0-9.]{0,63}$/)
const SettingValue = z.record(z.string(), z.unknown())
const Setting = z.object({ key: z.string(), brandId: Id.nullable(), value: SettingValue, updatedAt: Instant.nullable() })
export type Setting = z.infer<typeof Setting>

export const configuration = {
  'settings.get': query({
    access: ['operator', 'staff'],
    input: z.object({ key: SettingKey, brandId: Id.nullable().default(null) }),
    output: Setting,
    summary: 'Read one setting; of the brand, or of the whole installation when brandId is null',
  }),
  'settings.update': command({
    access: 'operator',
    input: z.object({ key: SettingKey, brandId: Id.nullable().default(null), value: SettingValue }),
    output: Setting,
    summary: 'Write one setting, checked against its schema',
  }),
  'connections.list': query({
    access: 'operator',
    input: z.object({ type: ConnectionType.optional() }),
    output: z.array(Connection),
    summary: 'List the platform accounts',
  }),
  'connections.update': command({
    access: 'operator',
    input: z.object({
      type: ConnectionType,
      externalId: z.string().trim().min(1).max(64),
      brandId: Id.nullable().default(null),
      name: z.string().trim().min(1).max(64),
      config: z.record(z.string(), z.unknown()).default({}),
      /** Only those given are changed; an empty text removes one. */
      secrets: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,31}$/), z.string().max(8000)).default({}),
      isActive: z.boolean().default(true),
    }),
    output: Connection,
    summary: 'Create or change the account with this type and externalId',
  }),
  'limits.list': query({
    access: 'operator',
    input: z.object({ search: z.string().max(64).optional() }),
    output: z.array(PlatformLimit),
    summary: 'List what the platforms allow, with source and date',
  }),
  'limits.update': command({
    access: 'operator',
    input: z.object({
      key: z.string().min(1).max(64),
      value: z.number(),
      source: z.string().trim().min(1).max(500),
    }),
    output: PlatformLimit,
    summary: 'Correct a platform limit; dated today',
  }),
  'audit.list': query({
    access: 'operator',
    input: Page.extend({
      actorType: z.enum(['operator', 'staff', 'person', 'apiKey', 'system', 'anonymous']).optional(),
      actorId: Id.optional(),
      action: z.string().max(64).optional(),
      outcome: z.enum(['done', 'refused', 'failed']).optional(),
      from: Instant.optional(),
      to: Instant.optional(),
    }),
    output: pageOf(
      z.object({
        id: Id,
        at: Instant,
        actorType: z.string(),
        actorId: Id.nullable(),
        actorName: z.string(),
        brandId: Id.nullable(),
        action: z.string(),
        /** The input as given, phones, openids and secrets masked. */
        input: z.unknown(),
        outcome: z.enum(['done', 'refused', 'failed']),
        errorCode: z.string(),
        requestId: z.string(),
        ip: z.string(),
        durationMs: z.int(),
      }),
    ),
    summary: 'List audit entries, newest first',
  }),
}
