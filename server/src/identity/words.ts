import type { DecisionKind } from '@banyan/shared'
import type { z } from 'zod'
import { type Reader, say, spaced } from '../core/index.ts'

/** Identity's words, in the language of whoever reads them. */

const TYPE_EN: Record<string, string> = {
  memberNumber: 'member number',
  unionid: 'UnionID',
  externalUserid: 'WeCom contact',
  phone: 'phone',
  openid: 'OpenID',
  email: 'e-mail',
  thirdParty: 'third-party account',
  device: 'device',
}

/** A type that an operator added is called what he called it. */
export function typeWord(reader: Reader, name: string, zh: string | undefined): string {
  return say(reader, zh ?? name, TYPE_EN[name] ?? zh ?? name)
}

export function listed(reader: Reader, words: readonly string[]): string {
  return words.join(say(reader, '、', ', '))
}

export function nameless(reader: Reader, personId: number): string {
  return say(reader, `客户 ${personId}`, `Person ${personId}`)
}

export function decisionWords(
  reader: Reader,
  kind: z.output<typeof DecisionKind>,
  types: string,
  other: string,
  note: string | null,
): string {
  const why = note ? say(reader, `，原因：${note}`, `: ${note}`) : ''
  const words: Record<typeof kind, [zh: string, en: string]> = {
    created: types ? [spaced`首次出现，凭${types}建档`, `First seen, by ${types}`] : ['首次出现，建档', 'First seen'],
    attached: [spaced`补充了${types}`, `Added ${types}`],
    merged: types
      ? [spaced`与${other}合并：${types}指向同一个人${why}`, `Merged with ${other}: ${types} belong to one person${why}`]
      : [spaced`与${other}合并${why}`, `Merged with ${other}${why}`],
    unmerged: [spaced`与${other}拆分，今后不再自动合并${why}`, `Un-merged from ${other}; they will not be joined again${why}`],
    demoted: [spaced`${types}与已有标识冲突，未用于识别`, `${types} clashed with what was known and did not identify`],
    moved: [spaced`${types}从${other}转到此人（最近由此人使用）`, `${types} moved here from ${other}, being last used here`],
    reviewOpened: [
      spaced`与${other}有相同的${types}，但标识数量冲突，待人工审核`,
      `Has the same ${types} as ${other}, but other identifiers clash: for review`,
    ],
    reviewRejected: [spaced`人工判定与${other}不是同一个人${why}`, `Judged not to be ${other}${why}`],
    neverLinked: [spaced`已标记与${other}永不合并${why}`, `Marked never to be merged with ${other}${why}`],
    revealed: [spaced`查看了完整的${types}`, `Full ${types} was looked at`],
    edited: [`修改了资料${why}`, `Profile was edited${why}`],
  }
  return say(reader, ...words[kind])
}

export function reviewWords(reader: Reader, reasonType: string, matched: string, reason: string): string {
  if (reasonType === 'people')
    return say(
      reader,
      spaced`${matched}相同，但一次合并超过 50 人，请人工确认`,
      `Same ${matched}, but the merge would join more than 50 people: please confirm`,
    )
  if (reasonType === 'merges')
    return say(
      reader,
      spaced`${matched}相同，但合并次数已达 100 次上限，请人工确认`,
      `Same ${matched}, but the limit of 100 merges is reached: please confirm`,
    )
  if (reasonType === 'identifiers')
    return say(
      reader,
      spaced`${matched}相同，但标识总数已达 1,000 个上限，请人工确认`,
      `Same ${matched}, but the limit of 1,000 identifiers is reached: please confirm`,
    )
  return say(
    reader,
    spaced`${matched}相同，但两人的${reason}不同，系统没有自动合并`,
    `Same ${matched}, but their ${reason} differs, so they were not merged`,
  )
}

const FIELDS: Record<string, [zh: string, en: string]> = {
  name: ['姓名', 'Name'],
  avatar: ['头像', 'Picture'],
  gender: ['性别', 'Gender'],
  birthday: ['生日', 'Birthday'],
  city: ['城市', 'City'],
  country: ['国家', 'Country'],
}

export function fieldWord(reader: Reader, field: string): string {
  return say(reader, ...(FIELDS[field] ?? [field, field]))
}

const CARRIERS: Record<string, [zh: string, en: string]> = {
  'platform.sessions': ['登录会话', 'Sessions'],
  identity: ['身份', 'Identity'],
  consent: ['授权同意', 'Consent'],
  contacts: ['企微好友', 'WeCom contacts'],
  subjects: ['关联主体', 'Subjects'],
  tracking: ['行为', 'Tracks'],
  selection: ['圈选属性', 'Rule facts'],
  tags: ['标签', 'Tags'],
  corptags: ['企业标签', 'Corp tags'],
  segments: ['人群', 'Segments'],
  lifecycle: ['生命周期', 'Lifecycle'],
  members: ['会员', 'Membership'],
  coupons: ['优惠券', 'Coupons'],
  orders: ['订单', 'Orders'],
  messaging: ['消息', 'Messages'],
  livecodes: ['活码归因', 'Live code attribution'],
  'livecodes.landings': ['来源链接', 'Links and ads'],
}

export function carrierWord(reader: Reader, name: string): string {
  return say(reader, ...(CARRIERS[name] ?? [name, name]))
}

/** What carriers count in their previews. */
const CARRIED: Record<string, [zh: string, en: string]> = {
  sessions: ['登录会话', 'sessions'],
  consents: ['授权记录', 'consent records'],
  tightened: ['将收紧的授权', 'consents that become stricter'],
  contact_relations: ['企微好友', 'WeCom contacts'],
  track_quarantine: ['隔离的行为', 'tracks in quarantine'],
  tags: ['标签', 'tags'],
  memberships: ['会员身份', 'memberships'],
  joining: ['合为一个的会员身份', 'memberships that become one'],
  points: ['积分', 'points'],
  debt: ['欠积分', 'points owed'],
  coupons: ['优惠券', 'coupons'],
  usable: ['可用', 'usable'],
  orders: ['订单', 'orders'],
  messages: ['消息', 'messages'],
  credits: ['订阅额度', 'subscribe credits'],
  live_code_touches: ['活码归因', 'live code touches'],
}

export function carriedWords(reader: Reader, key: string, value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return `${say(reader, ...(CARRIED[key] ?? [key, key]))}${say(reader, '：', ': ')}${text}`
}
