import { z } from 'zod'
import { command, defineErrors, Id, Instant, Page, pageOf, query } from './kernel.ts'

export const staffErrors = defineErrors({
  'staff.unknown': { status: 404, zh: '没有这位员工，请先同步通讯录', en: 'No such staff member; sync the directory first' },
  'staff.left': { status: 403, zh: '该员工已离职，不能登录', en: 'This staff member has left and cannot sign in' },
  'staff.noStore': { status: 409, zh: '该员工还没有分配门店，请联系管理员', en: 'This staff member has no store yet' },
})

export const StaffRole = z.enum(['clerk', 'manager'])
export type StaffRole = z.infer<typeof StaffRole>

export const Staff = z.object({
  id: Id,
  corpId: z.string(),
  userId: z.string(),
  name: z.string(),
  avatar: z.string(),
  brandId: Id.nullable(),
  storeId: Id.nullable(),
  storeName: z.string().nullable(),
  role: StaffRole,
  status: z.enum(['active', 'left']),
  isOnDuty: z.boolean(),
  /** Current WeCom contacts, and how many the platform allows this person (5,000, extensible to 20,000). */
  contactCount: z.int(),
  contactCap: z.int(),
  /** Of these friends, how many no list of ours names: from before, or of another app. They fill the cap all the same. */
  contactsElsewhere: z.int(),
  /** New contacts today, and the daily cap that live codes keep to (0 = none): the platform punishes fast adding. */
  addedToday: z.int(),
  dailyAddCap: z.int(),
  /** May be given new customers now: active, on duty, below both caps. When not, `whyNotUsable` says why. */
  isUsable: z.boolean(),
  whyNotUsable: z.string().nullable(),
  syncedAt: Instant.nullable(),
})
export type Staff = z.infer<typeof Staff>

export const StaffMe = z.object({
  staff: Staff,
  store: z.object({ id: Id, name: z.string(), code: z.string(), city: z.string() }).nullable(),
  brand: z.object({ id: Id, name: z.string(), isDemo: z.boolean() }).nullable(),
})
export type StaffMe = z.infer<typeof StaffMe>

export const StaffSignIn = z.object({ token: z.string(), expiresAt: Instant, staff: Staff })

const JsSignature = z.object({ timestamp: z.int(), nonceStr: z.string(), signature: z.string() })

/** What `@wecom/jssdk` needs: `ww.register({ corpId, agentId, getConfigSignature, getAgentConfigSignature })`. */
export const JsConfig = z.object({ corpId: z.string(), agentId: z.string(), config: JsSignature, agentConfig: JsSignature })
export type JsConfig = z.infer<typeof JsConfig>

export const StaffSync = z.object({
  corpId: z.string(),
  corpName: z.string(),
  isRunning: z.boolean(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  activeCount: z.int(),
  leftCount: z.int(),
  /** In Chinese; null when the last run went well. */
  error: z.string().nullable(),
})
export type StaffSync = z.infer<typeof StaffSync>

export const staff = {
  'staffAuth.start': query({
    access: 'public',
    summary: 'The WeCom OAuth address that brings a staff member back with a code',
    input: z.object({ redirectUri: z.url().max(500), corpId: z.string().max(64).optional() }),
    output: z.object({ url: z.string(), corpId: z.string() }),
  }),
  'staffAuth.signIn': command({
    access: 'public',
    summary: 'Sign a staff member in with a WeCom OAuth code',
    input: z.object({ code: z.string().min(1).max(512), corpId: z.string().max(64).optional() }),
    output: StaffSignIn,
  }),
  'staff.me': query({
    access: 'staff',
    summary: 'The signed-in staff member with store and brand',
    input: z.object({}),
    output: StaffMe,
  }),
  'staff.list': query({
    access: ['operator', 'staff'],
    summary: 'Staff of the stores one may see, with caps and whether live codes may use them',
    input: Page.extend({
      brandId: Id.optional(),
      storeId: Id.optional(),
      ids: z.array(Id).max(200).optional(),
      status: z.enum(['active', 'left']).optional(),
      isUsable: z.boolean().optional(),
      hasStore: z.boolean().optional(),
    }),
    output: pageOf(Staff),
  }),
  'staff.update': command({
    access: 'operator',
    summary: 'Change store, role, caps or duty of a staff member',
    input: z.object({
      staffId: Id,
      storeId: Id.nullable().optional(),
      role: StaffRole.optional(),
      contactCap: z.int().min(1).max(20_000).optional(),
      contactsElsewhere: z.int().min(0).max(20_000).optional(),
      dailyAddCap: z.int().min(0).max(1_000).optional(),
      isOnDuty: z.boolean().optional(),
    }),
    output: Staff,
  }),
  'staff.setDuty': command({
    access: 'staff',
    summary: 'A staff member goes on or off duty',
    input: z.object({ isOnDuty: z.boolean() }),
    output: Staff,
  }),
  'staff.sync': command({
    access: 'operator',
    summary: 'Start a sync of the WeCom directory; progress in staff.syncs',
    input: z.object({ corpId: z.string().max(64).optional() }),
    output: z.object({ corpIds: z.array(z.string()) }),
  }),
  'staff.syncs': query({
    access: 'operator',
    summary: 'The last directory sync of each corp',
    input: z.object({}),
    output: z.array(StaffSync),
  }),
  'staff.jsConfig': query({
    access: 'staff',
    summary: 'WeCom JS-SDK signatures for one page address',
    input: z.object({ url: z.url().max(2_000) }),
    output: JsConfig,
  }),
}
