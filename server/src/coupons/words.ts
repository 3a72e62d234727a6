import { type CouponStatus, type CouponValidity, type CouponValue, errorTextOf, type Words } from '@banyan/shared'
import { DEFAULT_ZONE, dayIn, many, phrase, type Reader, readIn, say } from '../core/index.ts'
import type { UseRefusal } from './rules.ts'

/** What people read about coupons, in the language of whoever reads: faces show these texts as they are. */

export function yuan(fen: number): string {
  const text = (Math.abs(fen) / 100).toFixed(fen % 100 === 0 ? 0 : 2)
  const [whole = '', cents] = text.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return `${fen < 0 ? '-' : ''}¥${grouped}${cents ? `.${cents}` : ''}`
}

export function headlineOf(reader: Reader, value: CouponValue): string {
  switch (value.kind) {
    case 'cash':
      return yuan(value.amountFen)
    case 'percentage': {
      const tenths = 100 - value.percentOff
      return say(reader, `${tenths % 10 === 0 ? tenths / 10 : (tenths / 10).toFixed(1)} 折`, `${value.percentOff}% off`)
    }
    case 'freight':
      return say(reader, '免运费', 'Free freight')
    case 'service':
      return value.times > 1 ? say(reader, `${value.item} ${value.times} 次`, `${value.item} × ${value.times}`) : value.item
    case 'exchange':
    case 'gift':
      return value.item
  }
}

export function conditionOf(reader: Reader, value: CouponValue, thresholdFen: number): string {
  const max = 'capFen' in value && value.capFen ? yuan(value.capFen) : null
  const cap = max ? say(reader, `，最多减 ${max}`, `, at most ${max} off`) : ''
  const least = yuan(thresholdFen)
  const threshold = thresholdFen > 0 ? say(reader, `满 ${least} 可用`, `From ${least}`) : say(reader, '无门槛', 'No minimum')
  return threshold + cap
}

export function validityTextOf(reader: Reader, validity: CouponValidity): string {
  if (validity.kind === 'fixed') {
    const [from, last] = [dayText(reader, validity.from), dayText(reader, new Date(validity.to.getTime() - 1))]
    return say(reader, `${from} 至 ${last}`, `${from} to ${last}`)
  }
  const { afterDays, days } = validity
  return say(
    reader,
    `${afterDays === 0 ? '领取后' : `领取 ${afterDays} 天后起`} ${days} 天内有效`,
    `Valid for ${many(days, 'day')}, from ${afterDays === 0 ? 'the claim' : `${many(afterDays, 'day')} after the claim`}`,
  )
}

export function statusTextOf(reader: Reader, status: CouponStatus, validFrom: Date): string {
  const day = dayText(reader, validFrom)
  const texts: Record<CouponStatus, Words> = {
    pending: [`${day}起可用`, `Valid from ${day}`],
    available: ['可使用', 'Usable'],
    locked: ['订单占用中', 'Held by an order'],
    used: ['已使用', 'Used'],
    expired: ['已过期', 'Expired'],
    void: ['已作废', 'Void'],
  }
  return say(reader, ...texts[status])
}

/** The reason with its facts: "满 ¥300 可用，这单 ¥268，还差 ¥32". */
export function reasonText(
  reader: Reader,
  code: UseRefusal,
  of: {
    validFrom: Date
    validTo: Date
    thresholdFen: number
    usedAt: Date | null
    usedStoreName: string | null
    voidReason: string
    storeNames: string[]
  },
  orderAmountFen?: number | null,
): string {
  switch (code) {
    case 'coupon.used': {
      const [when, where] = [of.usedAt && timeText(reader, of.usedAt), of.usedStoreName]
      return say(
        reader,
        `已于 ${when ?? '之前'}${where ? ` 在${where}` : ''}使用`,
        `Used ${when ? `on ${when}` : 'before'}${where ? ` at ${where}` : ''}`,
      )
    }
    case 'coupon.expired':
      return say(reader, `已于 ${timeText(reader, of.validTo)} 过期`, `Expired on ${timeText(reader, of.validTo)}`)
    case 'coupon.pending':
      return say(reader, `${timeText(reader, of.validFrom)} 起才可使用`, `Not before ${timeText(reader, of.validFrom)}`)
    case 'coupon.void': {
      const why = readIn(reader, of.voidReason)
      return say(reader, `已作废${why ? `：${why}` : ''}`, `Void${why ? `: ${why}` : ''}`)
    }
    case 'coupon.wrongStore': {
      const names = of.storeNames.join(say(reader, '、', ', '))
      return say(reader, `只能在这些门店使用：${names || '指定门店'}`, `Only at these stores: ${names || 'chosen ones'}`)
    }
    case 'coupon.belowThreshold': {
      const amountFen = orderAmountFen ?? 0
      const [least, amount, missing] = [yuan(of.thresholdFen), yuan(amountFen), yuan(of.thresholdFen - amountFen)]
      return say(
        reader,
        `满 ${least} 可用，这单 ${amount}，还差 ${missing}`,
        `From ${least}; this order is ${amount}, ${missing} short`,
      )
    }
    default:
      return errorTextOf(code, reader.language)
  }
}

export function dayText(reader: Reader, at: Date): string {
  const [year, month, date] = dayIn(at).split('-').map(Number)
  return say(reader, `${year} 年 ${month} 月 ${date} 日`, dayIn(at))
}

const clockFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: DEFAULT_ZONE,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

export function timeText(reader: Reader, at: Date): string {
  const [, month, date] = dayIn(at).split('-').map(Number)
  return `${say(reader, `${month} 月 ${date} 日`, dayIn(at))} ${clockFormat.format(at)}`
}

/** What is kept with a coupon or a purchase, and read later. */
export const notes = {
  returned: phrase('订单退款，券退回', 'The order was refunded, the coupon came back'),
  returnedExpired: phrase('订单退款，券已过期', 'The order was refunded, the coupon had expired'),
  erased: phrase('客户要求删除资料', 'The person asked for erasure'),
  refunded: phrase<{ reason: string }>('退款：{reason}', 'Refund: {reason}'),
  wrongAmount: phrase<{ amount: string }>(
    '微信支付金额 {amount} 与应付不符，请人工核对',
    'WeChat Pay reports {amount}, which is not what was due: please check',
  ),
  paidTooLate: phrase('超时后支付，自动退款', 'Paid too late, refunded by itself'),
  notPaid: phrase('超时未支付，已关闭', 'Not paid in time, closed'),
  givenUp: phrase('已取消', 'Given up'),
  waiting: phrase('正在等待微信支付确认，请稍候', 'Waiting for WeChat Pay to confirm'),
  refund: phrase('退款', 'Refund'),
  refundAbnormal: phrase(
    '退款异常：用户银行卡不可用，请到微信支付商户平台处理',
    'The refund failed: the buyer’s bank card does not work. Settle it on the WeChat Pay merchant platform',
  ),
  refundClosed: phrase(
    '退款已关闭，请到微信支付商户平台核对',
    'The refund was closed. Check it on the WeChat Pay merchant platform',
  ),
}
