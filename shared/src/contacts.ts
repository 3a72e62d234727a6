import { z } from 'zod'
import { command, defineErrors, Id, Instant, Paged, pageOf, query } from './kernel.ts'

export const contactsErrors = defineErrors({
  'contacts.notFriends': {
    status: 409,
    zh: '你和这位客户还不是企业微信好友，不能修改备注',
    en: 'You and this customer are not connected on WeCom',
  },
  'contacts.remarkTooLong': {
    status: 400,
    zh: '备注最多 20 个字，描述最多 150 个字',
    en: 'A remark has at most 20 characters, a description 150',
  },
  'contacts.unknownCustomer': {
    status: 404,
    zh: '企业微信里没有这位客户，或不在应用可见范围内',
    en: 'WeCom does not know this customer, or he is outside the range of the app',
  },
})

/** A WeCom tag as it sits on one relation (tags are per staff and customer). Personal tags have no id. */
export const ContactTag = z.object({
  id: z.string().nullable(),
  name: z.string(),
  groupName: z.string(),
  kind: z.enum(['corp', 'personal', 'strategy']),
})
export type ContactTag = z.infer<typeof ContactTag>

/** One staff member knows one customer. A person may have several, also of the same staff member over time. */
export const ContactRelation = z.object({
  id: Id,
  corpId: z.string(),
  personId: Id,
  externalUserIdMasked: z.string(),
  staffId: Id.nullable(),
  staffName: z.string(),
  staffAvatar: z.string(),
  storeId: Id.nullable(),
  storeName: z.string().nullable(),
  remark: z.string(),
  description: z.string(),
  tags: z.array(ContactTag),
  addWay: z.int(),
  addWayName: z.string(),
  /** The state of the live code at the time of adding; empty when none. */
  state: z.string(),
  addedAt: Instant,
  isActive: z.boolean(),
  removedAt: Instant.nullable(),
  /** `transfer` is not churn: the customer moved to another staff member. */
  removedBy: z.enum(['staff', 'person', 'transfer', 'unknown']).nullable(),
})
export type ContactRelation = z.infer<typeof ContactRelation>

export const ContactSync = z.object({
  id: Id,
  corpId: z.string(),
  status: z.enum(['running', 'done', 'failed']),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
  staffDone: z.int(),
  staffTotal: z.int(),
  readCount: z.int(),
  /** Relations that WeCom had and we had not (lost callbacks), and the other way round (lost removals). */
  foundCount: z.int(),
  lostCount: z.int(),
  changedCount: z.int(),
  error: z.string().nullable(),
})
export type ContactSync = z.infer<typeof ContactSync>

/** The paid scale of distinct external contacts of one corp. Over it nobody can add staff any more and live codes die silently. */
export const ContactScale = z.object({
  corpId: z.string(),
  corpName: z.string(),
  boughtCount: z.int(),
  usedCount: z.int(),
  /** Part of `usedCount`: friends we counted ourselves, and people who are only in customer groups (entered by hand). */
  friendCount: z.int(),
  groupOnlyCount: z.int(),
  remainingCount: z.int(),
  addsPerDay: z.number(),
  /** The day (yyyy-mm-dd) on which it is full at the pace of the last 28 days; null when it does not fill within two years. */
  forecastFullOn: z.string().nullable(),
  expiresOn: z.string().nullable(),
  status: z.enum(['ok', 'warning', 'full']),
  advice: z.string(),
  perStaff: z.array(
    z.object({ staffId: Id, name: z.string(), storeName: z.string().nullable(), contactCount: z.int(), contactCap: z.int() }),
  ),
  trend: z.array(z.object({ date: z.string(), usedCount: z.int() })),
})
export type ContactScale = z.infer<typeof ContactScale>

export const CorpTagGroup = z.object({
  corpId: z.string(),
  id: z.string(),
  name: z.string(),
  tags: z.array(z.object({ id: z.string(), name: z.string() })),
})
export type CorpTagGroup = z.infer<typeof CorpTagGroup>

export const contacts = {
  'contacts.of': query({
    access: ['operator', 'staff'],
    summary: 'Which staff know this person, now and in the past',
    input: Paged.extend({ personId: Id }),
    output: pageOf(ContactRelation),
  }),
  'contacts.open': command({
    access: 'staff',
    summary: 'The person behind the external_userid of the open chat; reads WeCom when he is new to us',
    input: z.object({ externalUserId: z.string().min(1).max(64) }),
    output: z.object({ personId: Id, isNew: z.boolean() }),
  }),
  'contacts.remark': command({
    access: 'staff',
    summary: 'A staff member changes his own remark or description of a customer, also on WeCom',
    input: z.object({ personId: Id, remark: z.string().max(20).optional(), description: z.string().max(150).optional() }),
    output: ContactRelation,
  }),
  'contacts.corpTags': query({
    access: ['operator', 'staff'],
    summary: 'The corp tags of WeCom, for pickers',
    input: z.object({ corpId: z.string().max(64).optional() }),
    output: z.array(CorpTagGroup),
  }),
  'contacts.reconcile': command({
    access: 'operator',
    summary: 'Compare every relation with WeCom now; progress in contacts.syncs',
    input: z.object({ corpId: z.string().max(64).optional() }),
    output: z.object({ syncIds: z.array(Id) }),
  }),
  'contacts.syncs': query({
    access: 'operator',
    summary: 'The last twenty reconciles',
    input: z.object({}),
    output: z.array(ContactSync),
  }),
  'contacts.scale': query({
    access: 'operator',
    summary: 'External-contact scale per corp: bought, used, per staff, the day it is full',
    input: z.object({ corpId: z.string().max(64).optional() }),
    output: z.array(ContactScale),
  }),
  'contacts.setScale': command({
    access: 'operator',
    summary: 'Enter what was bought: the platform has no API for it',
    input: z.object({
      corpId: z.string().min(1).max(64),
      boughtCount: z.int().min(1).max(10_000_000),
      groupOnlyCount: z.int().min(0).max(10_000_000).default(0),
      expiresOn: z.iso.date().nullable().default(null),
    }),
    output: z.object({ corpId: z.string() }),
  }),
}
