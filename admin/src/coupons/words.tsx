import { many } from '@banyan/shared'
import type { Input, Output } from '../api/call.ts'
import { moneyShort, zoned } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, type Tone } from '../parts/bits.tsx'

export type Batch = Output<'couponBatches.list'>['items'][number]
export type BatchDetail = Output<'couponBatches.get'>
export type Coupon = Output<'coupons.list'>['items'][number]
export type Purchase = Output<'coupons.purchases'>['items'][number]
export type Value = Input<'couponBatches.create'>['value']
export type Validity = Input<'couponBatches.create'>['validity']

export const kindName = (kind: Value['kind']) =>
  ({
    cash: t('代金券', 'Cash'),
    percentage: t('折扣券', 'Percentage'),
    exchange: t('兑换券', 'Exchange'),
    gift: t('礼品券', 'Gift'),
    service: t('服务券', 'Service'),
    freight: t('免邮券', 'Free freight'),
  })[kind]

export const batchStatusName = (status: Batch['status']) =>
  ({ draft: t('草稿', 'Draft'), published: t('发放中', 'Published'), closed: t('已结束', 'Closed') })[status]

export function BatchPill({ batch }: { batch: Pick<Batch, 'status' | 'opensAt' | 'closesAt' | 'claimedCount' | 'stock'> }) {
  if (batch.status !== 'published')
    return <Pill tone={batch.status === 'draft' ? 'info' : 'plain'}>{batchStatusName(batch.status)}</Pill>
  const now = Date.now()
  if (now < Date.parse(batch.opensAt)) return <Pill tone="info">{t('未开始', 'Not open yet')}</Pill>
  if (now >= Date.parse(batch.closesAt)) return <Pill>{t('领取已截止', 'Closed to claims')}</Pill>
  if (batch.claimedCount >= batch.stock) return <Pill tone="warn">{t('已领完', 'Sold out')}</Pill>
  return <Pill tone="good">{t('发放中', 'Open')}</Pill>
}

export const couponStatusName = (status: Coupon['status']) =>
  ({
    pending: t('未到时间', 'Pending'),
    available: t('可使用', 'Available'),
    locked: t('订单占用', 'Locked'),
    used: t('已核销', 'Used'),
    expired: t('已过期', 'Expired'),
    void: t('已作废', 'Void'),
  })[status]
export const couponTone: Record<Coupon['status'], Tone> = {
  pending: 'info',
  available: 'good',
  locked: 'warn',
  used: 'plain',
  expired: 'plain',
  void: 'bad',
}

export const purchaseStatusName = (status: Purchase['status']) =>
  ({
    created: t('已下单', 'Created'),
    paying: t('待支付', 'Paying'),
    paid: t('已支付', 'Paid'),
    issued: t('已发券', 'Issued'),
    closed: t('已关闭', 'Closed'),
    refunding: t('退款中', 'Refunding'),
    refunded: t('已退款', 'Refunded'),
    failed: t('异常', 'Failed'),
  })[status]
export const purchaseTone: Record<Purchase['status'], Tone> = {
  created: 'plain',
  paying: 'info',
  paid: 'warn',
  issued: 'good',
  closed: 'plain',
  refunding: 'warn',
  refunded: 'plain',
  failed: 'bad',
}

/** What the face of a coupon says, for the preview of one that is not saved yet. The server writes the same. */
export function headlineOf(value: Partial<Value> | undefined): string {
  switch (value?.kind) {
    case 'cash':
      return value.amountFen ? moneyShort(value.amountFen) : '¥—'
    case 'percentage':
      return value.percentOff ? t(`${(100 - value.percentOff) / 10} 折`, `${value.percentOff}% off`) : t('— 折', '—% off')
    case 'freight':
      return t('免邮', 'Free freight')
    case 'exchange':
    case 'gift':
    case 'service':
      return value.item || t('商品或服务', 'Item')
    default:
      return '—'
  }
}

export const conditionOf = (thresholdFen: number | null | undefined) =>
  thresholdFen ? t(`满 ${moneyShort(thresholdFen)} 可用`, `over ${moneyShort(thresholdFen)}`) : t('无门槛', 'No minimum')

export function validityText(validity: Validity | undefined): string {
  if (!validity) return '—'
  if (validity.kind === 'fixed')
    return validity.from && validity.to
      ? `${zoned(validity.from).format('M-DD')} ${t('至', 'to')} ${zoned(validity.to).format('M-DD HH:mm')}`
      : '—'
  const days = validity.days ?? '—'
  const inEnglish = validity.days == null ? '— days' : many(validity.days, 'day')
  return validity.afterDays
    ? t(
        `领取 ${validity.afterDays} 天后生效，${days} 天内有效`,
        `Valid ${inEnglish}, from ${many(validity.afterDays, 'day')} after the claim`,
      )
    : t(`领取后 ${days} 天内有效`, `Valid ${inEnglish} from the claim`)
}
