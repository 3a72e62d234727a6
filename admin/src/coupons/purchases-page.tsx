import { App, Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { dateTime, money } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { EmptyState } from '../parts/states.tsx'
import { personName } from '../people/words.ts'
import { type Purchase, purchaseStatusName, purchaseTone } from './words.tsx'

export function CouponPurchasesPage() {
  const may = useMay()
  const [refunding, setRefunding] = useState<Purchase | null>(null)
  const columns: Column<Purchase>[] = [
    {
      key: 'person',
      title: t('购买人', 'Buyer'),
      text: row => personName(row.personName),
      render: row => <Link to={`/admin/people/${row.personId}`}>{personName(row.personName)}</Link>,
    },
    {
      key: 'batch',
      title: t('优惠券', 'Coupon'),
      text: row => row.batchName,
      render: row => <Link to={`/admin/coupons/${row.batchId}`}>{row.batchName}</Link>,
    },
    {
      key: 'amount',
      sort: 'amountFen',
      title: t('金额', 'Amount'),
      align: 'right',
      text: row => row.amountFen / 100,
      render: row => money(row.amountFen),
    },
    {
      key: 'status',
      title: t('状态', 'Status'),
      text: row => purchaseStatusName(row.status),
      render: row => (
        <span className="by-stack-xs" style={{ alignItems: 'flex-start' }}>
          <Pill tone={purchaseTone[row.status]}>{purchaseStatusName(row.status)}</Pill>
          {row.note && <span className="by-small by-soft">{row.note}</span>}
        </span>
      ),
    },
    {
      key: 'outTradeNo',
      title: t('商户单号', 'Trade no.'),
      text: row => row.outTradeNo,
      render: row => <code>{row.outTradeNo}</code>,
    },
    {
      key: 'transactionId',
      title: t('微信支付单号', 'WeChat no.'),
      isExtra: true,
      text: row => row.transactionId,
      render: row => <code>{row.transactionId ?? '—'}</code>,
    },
    {
      key: 'createdAt',
      sort: 'createdAt',
      title: t('下单', 'Created'),
      text: row => dateTime(row.createdAt),
      render: row => <Time at={row.createdAt} />,
    },
    {
      key: 'paidAt',
      sort: 'paidAt',
      title: t('支付', 'Paid'),
      text: row => dateTime(row.paidAt),
      render: row => <Time at={row.paidAt} />,
    },
    {
      key: 'refundedAt',
      title: t('退款', 'Refunded'),
      isExtra: true,
      text: row => dateTime(row.refundedAt),
      render: row => <Time at={row.refundedAt} />,
    },
  ]
  return (
    <Page
      title={t('购买与退款', 'Purchases and refunds')}
      text={t(
        '通过微信支付买的券。退款会原路退回，同时作废那张券。',
        'Coupons bought through WeChat Pay. A refund goes back the same way and voids the coupon.',
      )}
    >
      <List
        name="coupons.purchases"
        rowKey={row => row.id}
        columns={columns}
        searchHint={t('单号、购买人', 'Trade number or buyer')}
        exportName={t('券购买', 'purchases')}
        filters={[
          {
            key: 'status',
            label: t('状态', 'Status'),
            options: (['paying', 'paid', 'issued', 'refunding', 'refunded', 'closed', 'failed'] as const).map(value => ({
              value,
              label: purchaseStatusName(value),
            })),
          },
        ]}
        rowActions={row =>
          may('coupons.refundPurchase') &&
          ['paid', 'issued'].includes(row.status) && (
            <Button size="small" onClick={() => setRefunding(row)}>
              {t('退款', 'Refund')}
            </Button>
          )
        }
        empty={
          <EmptyState
            title={t('还没有人购买', 'No purchases yet')}
            text={t(
              '给一批券定个售价，客户就能在领券中心用微信支付购买。',
              'Give a batch a price; people buy it in the coupon centre.',
            )}
          />
        }
      />
      {refunding && <RefundDialog purchase={refunding} onClose={() => setRefunding(null)} />}
    </Page>
  )
}

function RefundDialog({ purchase, onClose }: { purchase: Purchase; onClose: () => void }) {
  const { message } = App.useApp()
  const [reason, setReason] = useState('')
  const refund = useCommand('coupons.refundPurchase', { refreshes: ['coupons.', 'couponBatches.', 'profiles.'] })
  const run = async () => {
    try {
      await refund.mutateAsync({ purchaseId: purchase.id, reason })
      message.success(t('已向微信支付提交退款', 'Refund submitted to WeChat Pay'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }
  return (
    <Modal
      open
      title={t(`退款 ${money(purchase.amountFen)}`, `Refund ${money(purchase.amountFen)}`)}
      okText={t('退款', 'Refund')}
      okButtonProps={{ danger: true, disabled: !reason.trim(), loading: refund.isPending }}
      cancelText={t('先不', 'Not now')}
      onOk={run}
      onCancel={onClose}
    >
      <p className="by-soft" style={{ marginBottom: 8 }}>
        {t(
          `钱原路退给 ${personName(purchase.personName)}，「${purchase.batchName}」随即作废。已使用的券不能退。`,
          `The money goes back to ${personName(purchase.personName)}, and the coupon is void at once.`,
        )}
      </p>
      <Input
        value={reason}
        maxLength={60}
        placeholder={t('退款原因（必填，客户会看到）', 'Reason (the buyer sees it)')}
        onChange={event => setReason(event.target.value)}
      />
    </Modal>
  )
}
