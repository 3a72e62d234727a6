import type { ContactScale } from '@banyan/shared'
import { many, type Reader, say, shiftDay, type Words } from '../core/index.ts'

/** WeCom's add_way numbers; unknown ones pass through. developer.work.weixin.qq.com/document/path/92114 */
const ADD_WAYS: Record<number, Words> = {
  0: ['未知来源', 'unknown'],
  1: ['扫描二维码', 'scanned a code'],
  2: ['搜索手机号', 'searched the phone'],
  3: ['名片分享', 'shared card'],
  4: ['群聊', 'group chat'],
  5: ['手机通讯录', 'phone contacts'],
  6: ['微信联系人', 'WeChat contacts'],
  7: ['微信好友申请', 'WeChat friend request'],
  8: ['第三方应用自动添加', 'added by another app'],
  9: ['搜索邮箱', 'searched the e-mail'],
  10: ['视频号添加', 'WeChat Channels'],
  11: ['日程参与人', 'calendar guest'],
  12: ['会议参与人', 'meeting guest'],
  13: ['微信好友的企业微信', 'WeCom of a WeChat friend'],
  14: ['智慧硬件专属客服', 'smart device service'],
  15: ['上门服务客服', 'home service'],
  16: ['获客链接', 'customer acquisition link'],
  17: ['定制开发', 'custom development'],
  18: ['需求回复', 'reply to a request'],
  201: ['内部成员共享', 'shared by a colleague'],
  202: ['管理员分配', 'assigned by the admin'],
}

export function addWayName(reader: Reader, addWay: number): string {
  return say(reader, ...(ADD_WAYS[addWay] ?? [`其他方式 ${addWay}`, `another way, ${addWay}`]))
}

export type RelationState = {
  addedAt: Date
  removedAt: Date | null
  removedBy: 'staff' | 'person' | 'transfer' | 'unknown' | null
}

/**
 * Does the platform's word (they are connected since `addedAt`) make this relation active? A customer who deleted the staff member
 * stays in the staff member's list with his old date, so only a later date is a return. What we only missed in a reading comes back as it was.
 */
export function isConnectedNow(known: RelationState | null, addedAt: Date): boolean {
  if (!known?.removedAt || known.removedBy === 'unknown') return true
  const removedMs = known.removedAt.getTime()
  return known.removedBy === 'person' ? addedAt.getTime() > removedMs : addedAt.getTime() >= removedMs
}

/** A removal that is older than the present connection says nothing any more: callbacks come out of order. */
export function isRemovalStale(known: { addedAt: Date }, removedAt: Date): boolean {
  return known.addedAt.getTime() > removedAt.getTime()
}

const FORECAST_DAYS_MAX = 730
const WARN_SHARE = 0.9
const WARN_DAYS = 30

export type ScaleFacts = {
  boughtCount: number
  usedCount: number
  netAddsPerDay: number
  today: string
  expiresOn: string | null
  freeCount: number
}
export type Forecast = Pick<ContactScale, 'status' | 'advice' | 'forecastFullOn' | 'remainingCount'>

/** When the bought scale is full at today's pace, and what to do: over it live codes die without a word. */
export function forecastScale(
  reader: Reader,
  { boughtCount, usedCount, netAddsPerDay, today, expiresOn, freeCount }: ScaleFacts,
): Forecast {
  const remainingCount = Math.max(0, boughtCount - usedCount)
  const days = netAddsPerDay > 0 ? Math.floor(remainingCount / netAddsPerDay) : Number.POSITIVE_INFINITY
  const forecastFullOn = remainingCount === 0 ? today : days <= FORECAST_DAYS_MAX ? shiftDay(today, days) : null
  if (remainingCount === 0) {
    return {
      status: 'full',
      remainingCount,
      forecastFullOn,
      advice: say(
        reader,
        '规模已满：客户扫码加不上员工，活码全部失效。请立即购买规模，或清理已流失与重复的客户',
        'Full: whoever scans cannot be added, no live code works. Buy more now, or clear lost and double customers',
      ),
    }
  }
  const fallsShort = expiresOn !== null && expiresOn <= shiftDay(today, WARN_DAYS) && usedCount > freeCount
  if (fallsShort) {
    return {
      status: 'warning',
      remainingCount,
      forecastFullOn,
      advice: say(
        reader,
        `规模将在 ${expiresOn} 到期并回落到 ${freeCount}，届时活码会失效，请提前续费`,
        `The scale ends on ${expiresOn} and falls to ${freeCount}; live codes will then fail: renew in time`,
      ),
    }
  }
  if (days <= WARN_DAYS)
    return {
      status: 'warning',
      remainingCount,
      forecastFullOn,
      advice: say(
        reader,
        `按近 28 天的速度，约 ${days} 天后（${forecastFullOn}）用满，请提前购买`,
        `At the pace of 28 days it is full in about ${many(days, 'day')} (${forecastFullOn}): buy in time`,
      ),
    }
  if (usedCount >= boughtCount * WARN_SHARE)
    return {
      status: 'warning',
      remainingCount,
      forecastFullOn,
      advice: say(
        reader,
        `已用 ${Math.round((usedCount / boughtCount) * 100)}%，请留意`,
        `${Math.round((usedCount / boughtCount) * 100)}% is used: keep an eye on it`,
      ),
    }
  return { status: 'ok', remainingCount, forecastFullOn, advice: say(reader, '规模充足', 'Enough is left') }
}
