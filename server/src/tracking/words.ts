import { QUARANTINE_WORDS, type QuarantineReason } from '@banyan/shared'
import { phrase } from '../core/index.ts'

/** The built-in tracking plan in English, by its Chinese words. A test asks that none is missing. */
export const ENGLISH: Record<string, string> = {
  支付订单: 'Paid an order',
  退款: 'Got a refund',
  领取优惠券: 'Claimed a coupon',
  核销优惠券: 'Redeemed a coupon',
  优惠券过期: 'Coupon expired',
  入会: 'Joined',
  等级变化: 'Tier changed',
  积分变动: 'Points changed',
  扫描活码: 'Scanned a live code',
  添加企微: 'Added staff in WeCom',
  删除企微: 'Removed staff in WeCom',
  关注服务号: 'Followed the official account',
  取消关注: 'Unfollowed',
  收到消息: 'Got a message',
  点击消息: 'Opened a message',
  打开小程序: 'Opened the mini program',
  浏览页面: 'Viewed a page',
  '金额（分）': 'amount (fen)',
  门店: 'store',
  订单号: 'order no.',
  件数: 'items',
  渠道: 'channel',
  是首单: 'first order',
  商品: 'goods',
  所用券批次: 'coupon batch used',
  券批次: 'coupon batch',
  券名称: 'coupon',
  原等级: 'from tier',
  新等级: 'to tier',
  积分: 'points',
  原因: 'reason',
  活码: 'live code',
  活码名称: 'live code name',
  店员: 'staff',
  店员姓名: 'staff name',
  由谁删除: 'removed by',
  账号: 'account',
  场景: 'scene',
  场景值: 'scene',
  活动: 'campaign',
  标题: 'title',
  页面: 'page',
  停留毫秒: 'stayed (ms)',
}

/** Why a row of a file is refused; kept with the row. */
export const importReasons = {
  chooseBrand: phrase('请选择品牌', 'Choose a brand'),
  unknownName: phrase<{ name: string }>('行为「{name}」不在埋点计划中', 'The tracking plan has no track “{name}”'),
  badTime: phrase<{ value: string }>(
    '时间「{value}」看不懂，请写成 2026-11-22 18:30:00',
    'The time “{value}” cannot be read: write 2026-11-22 18:30:00',
  ),
  badValue: phrase<{ key: string; value: string }>(
    '属性 {key} 的值「{value}」与埋点计划的类型不符',
    'The value of {key}, “{value}”, is not of the type that the plan says',
  ),
  broken: phrase<{ reason: string; field: string }>('不合埋点计划：{reason}（{field}）', 'Not as planned: {reason} ({field})'),
}

/** The reasons of the quarantine as sentences that can be kept. */
export const heldReasons = Object.fromEntries(
  Object.entries(QUARANTINE_WORDS).map(([reason, [zh, en]]) => [reason, phrase(zh, en)]),
) as Record<QuarantineReason, () => string>
