import { z } from 'zod'
import type { Words } from '../language.ts'

/** Whom a message reaches, and why not the others. */

/** Why somebody cannot be reached, or was not. */
export const ReachReason = z.enum([
  'noAddress',
  'notFollowing',
  'noCredit',
  'noConsent',
  'unsubscribed',
  'capped',
  'quietHours',
  'duplicate',
  'notMember',
  'merged',
  'cancelled',
  'refusedByUser',
  'refusedByPlatform',
  'blockedByUser',
  'invalidContent',
  'expired',
  'unknownOutcome',
  'failed',
])
export type ReachReason = z.output<typeof ReachReason>
export const REACH_REASON_WORDS: Record<ReachReason, Words> = {
  noAddress: [
    '没有该账号的身份（从未打开小程序或关注服务号）',
    'Unknown to this account: never opened the mini program or followed',
  ],
  notFollowing: ['未关注服务号', 'Does not follow the official account'],
  noCredit: ['无订阅额度', 'No subscribe credit left'],
  noConsent: ['未同意接收营销信息', 'Did not agree to marketing'],
  unsubscribed: ['已退订', 'Unsubscribed'],
  capped: ['超过频控上限', 'Over the cap'],
  quietHours: ['免打扰时段', 'Quiet hours'],
  duplicate: ['已发送过', 'Already sent'],
  notMember: ['不是会员', 'Not a member'],
  merged: ['已与另一位客户合并', 'Merged with somebody else'],
  cancelled: ['发送已撤销', 'The send was taken back'],
  refusedByUser: ['客户拒收', 'Refused by the reader'],
  refusedByPlatform: ['平台拒绝', 'Refused by the platform'],
  blockedByUser: ['客户已拉黑或取消关注', 'Blocked or unfollowed by the reader'],
  invalidContent: ['内容不符合模板要求', 'The content does not fit the template'],
  expired: ['超过最晚发送时间', 'Past its last moment'],
  unknownOutcome: ['结果未知（不重发）', 'Outcome unknown (not sent again)'],
  failed: ['发送失败', 'Failed'],
}

export const ReasonCount = z.object({ reason: ReachReason, text: z.string(), count: z.int().min(0) })

export const Reach = z.object({
  audience: z.int().min(0),
  reachable: z.int().min(0),
  byReason: z.array(ReasonCount),
  /** Of a segment of things: how many there are, and how many lead to nobody. */
  things: z.object({ count: z.int(), withoutContact: z.int() }).nullable(),
  /** Lawful ways to reach more of them, in words. */
  advice: z.array(z.string()),
  /** A large send is held for five minutes with an undo. */
  holdSeconds: z.int().min(0),
})
export type Reach = z.output<typeof Reach>
