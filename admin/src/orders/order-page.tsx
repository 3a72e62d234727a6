import { many } from '@banyan/shared'
import { Button } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { dateTime, money, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Stat, Time } from '../parts/bits.tsx'
import { Sheet } from '../parts/list/sheet.tsx'
import { Facts, Page, Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { personName } from '../people/words.ts'
import { RefundDialog } from './refund-dialog.tsx'
import { type OrderDetail, orderSourceName, orderStatusName, orderTone } from './words.tsx'

export function OrderPage() {
  const orderId = Number(useParams().orderId)
  const may = useMay()
  const order = useCall('orders.get', { orderId })
  const [isRefunding, setRefunding] = useState(false)
  const canRefund =
    order.data &&
    (order.data.status === 'paid' || order.data.status === 'partlyRefunded') &&
    order.data.amountFen > order.data.refundedFen
  return (
    <Page
      title={order.data ? t(`订单 ${order.data.orderNo}`, `Order ${order.data.orderNo}`) : t('订单', 'Order')}
      mark={order.data && <Pill tone={orderTone[order.data.status]}>{orderStatusName(order.data.status)}</Pill>}
      back={{ to: '/admin/orders', label: t('订单', 'Orders') }}
      actions={canRefund && may('orders.refund') && <Button onClick={() => setRefunding(true)}>{t('退款', 'Refund')}</Button>}
    >
      <Loaded of={order}>{data => <Content order={data} />}</Loaded>
      {isRefunding && order.data && <RefundDialog order={order.data} onClose={() => setRefunding(false)} />}
    </Page>
  )
}

function Content({ order }: { order: OrderDetail }) {
  return (
    <>
      <div className="by-stats">
        <Stat
          label={t('实付', 'Paid')}
          value={money(order.amountFen)}
          foot={order.refundedFen ? t(`已退 ${money(order.refundedFen)}`, `${money(order.refundedFen)} refunded`) : ''}
        />
        <Stat label={t('商品合计', 'Goods')} value={money(order.totalFen)} />
        <Stat
          label={t('优惠', 'Discounts')}
          value={money(order.discountFen + order.couponDiscountFen + order.pointsDiscountFen)}
          foot={[
            order.couponDiscountFen && t(`券 ${money(order.couponDiscountFen)}`, `coupon ${money(order.couponDiscountFen)}`),
            order.pointsDiscountFen && t(`积分 ${money(order.pointsDiscountFen)}`, `points ${money(order.pointsDiscountFen)}`),
          ]
            .filter(Boolean)
            .join(' · ')}
        />
        <Stat
          label={t('获得积分', 'Points earned')}
          value={number(order.pointsEarned)}
          foot={
            order.pointsClawedBack
              ? t(`已扣回 ${number(order.pointsClawedBack)}`, `${number(order.pointsClawedBack)} clawed back`)
              : ''
          }
        />
      </div>
      <div className="by-grid">
        <div className="span-8 by-stack">
          <Panel title={t('商品', 'Lines')} isFlush>
            <Sheet
              rowKey="id"
              dataSource={order.lines}
              columns={[
                {
                  title: t('商品', 'Item'),
                  render: (_v, line) => (
                    <span className="by-stack-xs">
                      <span>{line.name}</span>
                      <span className="by-small by-faint">{line.sku}</span>
                    </span>
                  ),
                },
                { title: t('单价', 'Price'), align: 'right', render: (_v, line) => money(line.unitPriceFen) },
                {
                  title: t('数量', 'Qty'),
                  align: 'right',
                  render: (_v, line) => (
                    <span>
                      {number(line.quantity)}
                      {line.refundedQuantity > 0 && (
                        <span className="by-red by-small">
                          {' '}
                          {t(`退 ${line.refundedQuantity}`, `${line.refundedQuantity} back`)}
                        </span>
                      )}
                    </span>
                  ),
                },
                {
                  title: t('优惠分摊', 'Share of discounts'),
                  align: 'right',
                  render: (_v, line) => money(line.discountFen + line.couponShareFen + line.pointsShareFen),
                },
                { title: t('实付', 'Paid'), align: 'right', render: (_v, line) => money(line.amountFen) },
                { title: t('积分', 'Points'), align: 'right', render: (_v, line) => number(line.pointsEarned) },
              ]}
            />
          </Panel>
          {order.refunds.length > 0 && (
            <Panel title={t('退款', 'Refunds')} isFlush>
              <ul className="by-list">
                {order.refunds.map(refund => (
                  <li key={refund.id} className="by-row by-between by-wrap">
                    <span className="by-stack-xs">
                      <span>{refund.reason}</span>
                      <span className="by-small by-soft">
                        {refund.refundNo} · <Time at={refund.refundedAt} />
                      </span>
                    </span>
                    <span className="by-stack-xs" style={{ textAlign: 'right' }}>
                      <b className="by-num by-red">−{money(refund.amountFen)}</b>
                      <span className="by-small by-soft">
                        {[
                          refund.pointsClawedBack &&
                            t(`扣回 ${refund.pointsClawedBack} 分`, `${many(refund.pointsClawedBack, 'point')} taken back`),
                          refund.pointsReturned && t(`退还 ${refund.pointsReturned} 分`, `${refund.pointsReturned} returned`),
                          refund.debtPoints && t(`欠 ${refund.debtPoints} 分`, `${refund.debtPoints} owed`),
                          refund.isCouponReturned && t('券已退回', 'coupon returned'),
                        ]
                          .filter(Boolean)
                          .join(' · ')}
                      </span>
                    </span>
                  </li>
                ))}
              </ul>
            </Panel>
          )}
        </div>
        <Panel className="span-4" title={t('信息', 'Details')}>
          <Facts
            items={[
              [
                t('客户', 'Person'),
                order.personId ? (
                  <Link key="p" to={`/admin/people/${order.personId}`}>
                    {personName(order.personName)}
                  </Link>
                ) : (
                  t('散客', 'Unknown')
                ),
              ],
              [t('门店', 'Store'), order.storeName],
              [t('店员', 'Staff'), order.staffName],
              [t('支付时间', 'Paid at'), dateTime(order.paidAt)],
              [t('来源', 'Source'), orderSourceName(order.source)],
              order.couponName ? [t('优惠券', 'Coupon'), order.couponName] : null,
              order.pointsSpent ? [t('用掉积分', 'Points spent'), number(order.pointsSpent)] : null,
              order.freightFen ? [t('运费', 'Freight'), money(order.freightFen)] : null,
              order.isFirst ? [t('首单', 'First order'), t('是', 'yes')] : null,
              order.note ? [t('备注', 'Note'), order.note] : null,
            ]}
          />
        </Panel>
      </div>
    </>
  )
}
