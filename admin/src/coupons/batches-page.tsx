import { PlusOutlined } from '@ant-design/icons'
import { many } from '@banyan/shared'
import { Button, Progress } from 'antd'
import { Link } from 'react-router'
import { useCommand } from '../api/hooks.ts'
import { useMay, useNames } from '../app/me.ts'
import { dateTime, moneyShort, number, share } from '../format.ts'
import { t } from '../i18n.ts'
import { Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { EmptyState } from '../parts/states.tsx'
import { type Batch, BatchPill, batchStatusName, kindName } from './words.tsx'

export function CouponBatchesPage() {
  const may = useMay()
  const close = useCommand('couponBatches.close')
  const { brandName } = useNames()
  const columns: Column<Batch>[] = [
    {
      key: 'name',
      sort: 'name',
      title: t('优惠券', 'Coupon'),
      text: row => row.name,
      render: row => (
        <Link to={`/admin/coupons/${row.id}`} className="by-row" style={{ color: 'inherit', gap: 12 }}>
          <span className="by-worth">
            <b>{row.headline}</b>
            <small>{row.conditionText}</small>
          </span>
          <span className="by-stack-xs">
            <span className="by-strong by-clip" style={{ maxWidth: 260 }}>
              {row.name}
            </span>
            <span className="by-small by-soft">
              {kindName(row.value.kind)}{' '}
              {row.priceFen > 0 && t(`· 售价 ${moneyShort(row.priceFen)}`, `· ${moneyShort(row.priceFen)}`)}
            </span>
          </span>
        </Link>
      ),
    },
    { key: 'brand', title: t('品牌', 'Brand'), text: row => brandName(row.brandId), isExtra: true },
    {
      key: 'status',
      title: t('状态', 'Status'),
      text: row => batchStatusName(row.status),
      render: row => <BatchPill batch={row} />,
    },
    {
      key: 'claimed',
      title: t('领取 / 库存', 'Claimed / stock'),
      text: row => `${row.claimedCount}/${row.stock}`,
      render: row => (
        <div className="by-meter">
          <span className="by-num">
            {number(row.claimedCount)} <span className="by-faint">/ {number(row.stock)}</span>
          </span>
          <Progress percent={(row.claimedCount / row.stock) * 100} size="small" showInfo={false} />
        </div>
      ),
    },
    { key: 'used', title: t('核销', 'Used'), align: 'right', text: row => row.usedCount, render: row => number(row.usedCount) },
    { key: 'useRate', title: t('核销率', 'Use rate'), align: 'right', text: row => share(row.usedCount, row.claimedCount) },
    {
      key: 'opensAt',
      sort: 'closesAt',
      title: t('领取时间', 'Open'),
      isWide: true,
      text: row => `${dateTime(row.opensAt)} – ${dateTime(row.closesAt)}`,
      render: row => (
        <span className="by-small">
          {dateTime(row.opensAt)}
          <br />
          {dateTime(row.closesAt)}
        </span>
      ),
    },
    {
      key: 'createdAt',
      title: t('创建', 'Created'),
      isExtra: true,
      text: row => dateTime(row.createdAt),
      render: row => <Time at={row.createdAt} />,
    },
  ]
  const create = may('couponBatches.create') && (
    <Link to="/admin/coupons/new">
      <Button type="primary" icon={<PlusOutlined />}>
        {t('新建优惠券', 'New coupon')}
      </Button>
    </Link>
  )
  return (
    <Page
      title={t('优惠券', 'Coupons')}
      text={t('一批券有库存、领取时间和使用规则；永远不会超发。', 'A batch has a stock and a window; it never oversells.')}
      actions={create}
    >
      <List
        name="couponBatches.list"
        rowKey={row => row.id}
        to={row => `/admin/coupons/${row.id}`}
        columns={columns}
        searchHint={t('券名称', 'Name')}
        exportName={t('优惠券', 'coupons')}
        filters={[
          {
            key: 'status',
            label: t('状态', 'Status'),
            options: (['draft', 'published', 'closed'] as const).map(value => ({ value, label: batchStatusName(value) })),
          },
          {
            key: 'kind',
            label: t('类型', 'Kind'),
            options: (['cash', 'percentage', 'exchange', 'gift', 'service', 'freight'] as const).map(value => ({
              value,
              label: kindName(value),
            })),
          },
        ]}
        bulk={
          may('couponBatches.close')
            ? [
                {
                  label: t('结束发放', 'Close'),
                  verb: t('结束发放', 'Close'),
                  isDanger: true,
                  isAllowed: row => row.status === 'published',
                  consequence: rows =>
                    t(
                      `${rows.length} 批券将不能再领取；已经领到手的仍然有效。`,
                      `${many(rows.length, 'batch', 'batches')} will take no more claims; coupons held stay valid.`,
                    ),
                  run: async rows => {
                    for (const row of rows) await close.mutateAsync({ batchId: row.id })
                  },
                  done: count => t(`已结束 ${count} 批`, `${count} closed`),
                },
              ]
            : undefined
        }
        empty={
          <EmptyState
            title={t('还没有优惠券', 'No coupons yet')}
            text={t(
              '做一张新人券，放进渠道活码的欢迎语里，客户扫码就能领。',
              'Make a welcome coupon and put it in the card of a live code.',
            )}
            action={create}
          />
        }
      />
    </Page>
  )
}
