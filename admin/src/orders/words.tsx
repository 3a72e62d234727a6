import type { Output } from '../api/call.ts'
import { t } from '../i18n.ts'
import type { Tone } from '../parts/bits.tsx'

export type Order = Output<'orders.list'>['items'][number]
export type OrderDetail = Output<'orders.get'>

export const orderStatusName = (status: Order['status']) =>
  ({
    paid: t('已支付', 'Paid'),
    partlyRefunded: t('部分退款', 'Partly refunded'),
    refunded: t('已退款', 'Refunded'),
    cancelled: t('已取消', 'Cancelled'),
    returned: t('退货单', 'Return'),
  })[status]
export const orderTone: Record<Order['status'], Tone> = {
  paid: 'good',
  partlyRefunded: 'warn',
  refunded: 'plain',
  cancelled: 'plain',
  returned: 'bad',
}
export const orderSourceName = (source: Order['source']) =>
  ({
    staff: t('店员录入', 'Staff'),
    api: t('接口', 'API'),
    import: t('导入', 'Import'),
    online: t('线上', 'Online'),
    sample: t('演示数据', 'Sample'),
  })[source]
