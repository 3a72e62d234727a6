import { type CouponStatus, type CouponValidity, type CouponValue, couponsErrors } from '@banyan/shared'
import { DEFAULT_ZONE, dayIn } from '../core/index.ts'
import type { UseRefusal } from './rules.ts'

/** What people read about coupons, in Chinese: faces show these texts as they are. */

export function yuan(fen: number): string {
  const text = (Math.abs(fen) / 100).toFixed(fen % 100 === 0 ? 0 : 2)
  const [whole = '', cents] = text.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return `${fen < 0 ? '-' : ''}¥${grouped}${cents ? `.${cents}` : ''}`
}

export function headlineOf(value: CouponValue): string {
  switch (value.kind) {
    case 'cash':
      return yuan(value.amountFen)
    case 'percentage': {
      const tenths = 100 - value.percentOff
      return `${tenths % 10 === 0 ? tenths / 10 : (tenths / 10).toFixed(1)} 折`
    }
    case 'freight':
      return '免运费'
    case 'service':
      return value.times > 1 ? `${value.item} ${value.times} 次` : value.item
    case 'exchange':
    case 'gift':
      return value.item
  }
}

export function conditionOf(value: CouponValue, thresholdFen: number): string {
  const cap = 'capFen' in value && value.capFen ? `，最多减 ${yuan(value.capFen)}` : ''
  return (thresholdFen > 0 ? `满 ${yuan(thresholdFen)} 可用` : '无门槛') + cap
}

export function validityTextOf(validity: CouponValidity): string {
  if (validity.kind === 'fixed') return `${dayText(validity.from)} 至 ${dayText(new Date(validity.to.getTime() - 1))}`
  const start = validity.afterDays === 0 ? '领取后' : `领取 ${validity.afterDays} 天后起`
  return `${start} ${validity.days} 天内有效`
}

export function statusTextOf(status: CouponStatus, validFrom: Date): string {
  const texts: Record<CouponStatus, string> = {
    pending: `${dayText(validFrom)}起可用`,
    available: '可使用',
    locked: '订单占用中',
    used: '已使用',
    expired: '已过期',
    void: '已作废',
  }
  return texts[status]
}

/** The reason with its facts: "满 ¥300 可用，这单 ¥268，还差 ¥32". */
export function reasonText(
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
    case 'coupon.used':
      return `已于 ${of.usedAt ? timeText(of.usedAt) : '之前'}${of.usedStoreName ? ` 在${of.usedStoreName}` : ''}使用`
    case 'coupon.expired':
      return `已于 ${timeText(of.validTo)} 过期`
    case 'coupon.pending':
      return `${timeText(of.validFrom)} 起才可使用`
    case 'coupon.void':
      return `已作废${of.voidReason ? `：${of.voidReason}` : ''}`
    case 'coupon.wrongStore':
      return `只能在这些门店使用：${of.storeNames.join('、') || '指定门店'}`
    case 'coupon.belowThreshold':
      return `满 ${yuan(of.thresholdFen)} 可用，这单 ${yuan(orderAmountFen ?? 0)}，还差 ${yuan(of.thresholdFen - (orderAmountFen ?? 0))}`
    default:
      return couponsErrors[code].zh
  }
}

export function dayText(at: Date): string {
  const [year, month, date] = dayIn(at).split('-').map(Number)
  return `${year} 年 ${month} 月 ${date} 日`
}

const clockFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: DEFAULT_ZONE,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

export function timeText(at: Date): string {
  const [, month, date] = dayIn(at).split('-').map(Number)
  return `${month} 月 ${date} 日 ${clockFormat.format(at)}`
}
