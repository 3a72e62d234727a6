import { z } from 'zod'
import { command, Id, query } from '../kernel.ts'
import { MessageContent, Variable } from './content.ts'

/** What goes out by itself, and the limits that hold for every send. */

export const NoticeKey = z.enum(['couponExpiring', 'pointsChanged', 'tierEnding'])
export type NoticeKey = z.output<typeof NoticeKey>
export const Notice = z.object({
  key: NoticeKey,
  name: z.string(),
  /** When it goes out, in words. */
  when: z.string(),
  isOn: z.boolean(),
  templateId: Id.nullable(),
  templateTitle: z.string().nullable(),
  content: MessageContent,
  /** Days before the date, where it has one. */
  daysBefore: z.int().min(0).max(60),
  variables: z.array(Variable),
  sentLast30Days: z.int(),
  /** Why it cannot be switched on yet, or null. */
  missing: z.string().nullable(),
})

export const ReachSettings = z.object({
  /** Per person over all campaigns; 0 means no limit. */
  capPerDay: z.int().min(0).max(50),
  capPerWeek: z.int().min(0).max(100),
  /** `HH:mm` in the brand's zone; both equal means none. */
  quietFrom: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  quietTo: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  /** Sends to this many or more are held first. */
  largeSendMin: z.int().min(1).max(10_000_000),
  holdSeconds: z.int().min(0).max(3600),
})
export type ReachSettings = z.output<typeof ReachSettings>

export const notices = {
  'notices.list': query({
    access: 'operator',
    input: z.object({}),
    output: z.object({ items: z.array(Notice) }),
    summary: 'Built-in service notices and their switches',
  }),
  'notices.update': command({
    access: 'operator',
    input: z.object({
      key: NoticeKey,
      isOn: z.boolean().optional(),
      templateId: Id.nullable().optional(),
      content: MessageContent.optional(),
      daysBefore: z.int().min(0).max(60).optional(),
    }),
    output: Notice,
    summary: 'Switch a notice or change its text',
  }),
  'reachSettings.get': query({
    access: 'operator',
    input: z.object({}),
    output: ReachSettings,
    summary: 'Caps, quiet hours and the hold on large sends',
  }),
  'reachSettings.update': command({
    access: 'operator',
    input: ReachSettings.partial(),
    output: ReachSettings,
    summary: 'Change caps, quiet hours or the hold',
  }),
}
