import { App, Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { useMay, useNames } from '../app/me.ts'
import { dateTime } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { CouponBatchPicker, StorePicker } from '../parts/pickers.tsx'
import { EmptyState } from '../parts/states.tsx'
import { personName, sourceName } from '../people/words.ts'
import { type Coupon, couponStatusName, couponTone } from './words.tsx'

/** Coupons in hand: of one batch, or of all. */
export function CouponList({ batchId }: { batchId?: number }) {
  const may = useMay()
  const { storeName } = useNames()
  const [voiding, setVoiding] = useState<Coupon | null>(null)
  const columns: Column<Coupon>[] = [
    {
      key: 'person',
      title: t('持有人', 'Holder'),
      text: row => personName(row.personName),
      render: row => <Link to={`/admin/people/${row.personId}`}>{personName(row.personName)}</Link>,
    },
    ...(batchId
      ? []
      : [
          {
            key: 'name',
            title: t('优惠券', 'Coupon'),
            text: (row: Coupon) => row.name,
            render: (row: Coupon) => <Link to={`/admin/coupons/${row.batchId}`}>{row.name}</Link>,
          },
        ]),
    { key: 'code', title: t('券码', 'Code'), text: row => row.code, render: row => <code>{row.code}</code> },
    {
      key: 'status',
      title: t('状态', 'Status'),
      text: row => couponStatusName(row.status),
      render: row => (
        <Pill tone={couponTone[row.status]}>
          {row.timesTotal > 1 && row.status === 'available'
            ? t(`剩 ${row.timesLeft} 次`, `${row.timesLeft} left`)
            : couponStatusName(row.status)}
        </Pill>
      ),
    },
    {
      key: 'claimedAt',
      sort: 'claimedAt',
      title: t('领取', 'Claimed'),
      text: row => dateTime(row.claimedAt),
      render: row => <Time at={row.claimedAt} />,
    },
    { key: 'source', title: t('来源', 'Source'), text: row => sourceName(row.source) },
    { key: 'validTo', sort: 'validTo', title: t('到期', 'Ends'), text: row => dateTime(row.validTo) },
    {
      key: 'usedAt',
      sort: 'usedAt',
      title: t('核销', 'Used'),
      text: row => dateTime(row.usedAt),
      render: row =>
        row.usedAt ? (
          <span>
            <Time at={row.usedAt} /> <span className="by-small by-soft">{row.usedStoreName}</span>
          </span>
        ) : (
          <span className="by-faint">—</span>
        ),
    },
  ]
  return (
    <>
      <List
        name="coupons.list"
        prefix={batchId ? 'c_' : ''}
        rowKey={row => row.id}
        input={batchId ? { batchId } : {}}
        columns={columns}
        searchHint={t('券码、持有人姓名或手机号', 'Code, holder or phone')}
        exportName={t('领取明细', 'claims')}
        filters={[
          {
            key: 'status',
            label: t('状态', 'Status'),
            options: (['available', 'used', 'expired', 'locked', 'pending', 'void'] as const).map(value => ({
              value,
              label: couponStatusName(value),
            })),
          },
          {
            key: 'storeId',
            label: t('核销门店', 'Store'),
            render: (value, set) => (
              <StorePicker value={Number(value) || null} onChange={next => set(next ? String(next) : undefined)} />
            ),
            chip: value => storeName(Number(value)),
            toInput: value => ({ storeId: Number(value) }),
          },
          ...(batchId
            ? []
            : [
                {
                  key: 'batchId',
                  label: t('券批次', 'Batch'),
                  render: (value: string | undefined, set: (value: string | undefined) => void) => (
                    <CouponBatchPicker value={Number(value) || null} onChange={next => set(next ? String(next) : undefined)} />
                  ),
                  chip: (value: string) => `#${value}`,
                  toInput: (value: string) => ({ batchId: Number(value) }),
                },
              ]),
        ]}
        rowActions={row => (
          <>
            <Link to={`/admin/desk?q=${row.code}`}>
              <Button size="small" type="text">
                {t('为什么', 'Why')}
              </Button>
            </Link>
            {may('coupons.void') && ['available', 'pending'].includes(row.status) && (
              <Button size="small" type="text" danger onClick={() => setVoiding(row)}>
                {t('作废', 'Void')}
              </Button>
            )}
          </>
        )}
        empty={
          <EmptyState
            title={t('还没有人领取', 'No claims yet')}
            text={t('发布后放进领券中心、活码欢迎语，或由店员发放。', 'Publish it, put it in a live code, or let staff give it.')}
          />
        }
      />
      {voiding && <VoidDialog coupon={voiding} onClose={() => setVoiding(null)} />}
    </>
  )
}

function VoidDialog({ coupon, onClose }: { coupon: Coupon; onClose: () => void }) {
  const { message } = App.useApp()
  const [reason, setReason] = useState('')
  const take = useCommand('coupons.void', { refreshes: ['coupons.', 'couponBatches.', 'profiles.'] })
  const run = async () => {
    try {
      await take.mutateAsync({ couponId: coupon.id, reason })
      message.success(t('已作废', 'Void'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={t(`作废 ${personName(coupon.personName)} 的「${coupon.name}」`, `Void ${coupon.name}`)}
      okText={t('作废', 'Void')}
      okButtonProps={{ danger: true, disabled: !reason.trim(), loading: take.isPending }}
      cancelText={t('先不', 'Not now')}
      onOk={run}
      onCancel={onClose}
    >
      <p className="by-soft" style={{ marginBottom: 8 }}>
        {t('这张券将不能再使用，不能恢复。', 'It can never be used again.')}
      </p>
      <Input
        value={reason}
        maxLength={200}
        placeholder={t('原因（必填，会留在记录里）', 'Reason (kept in the record)')}
        onChange={event => setReason(event.target.value)}
      />
    </Modal>
  )
}
