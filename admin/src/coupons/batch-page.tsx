import { EditOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { Link, useNavigate, useParams } from 'react-router'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay, useNames } from '../app/me.ts'
import { dateTime, money, moneyShort, number, share } from '../format.ts'
import { t } from '../i18n.ts'
import { Stat } from '../parts/bits.tsx'
import { Chart } from '../parts/chart/chart.tsx'
import { fillDays } from '../parts/chart/fill-days.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { Facts, Page, Panel } from '../parts/page.tsx'
import { CouponFace } from '../parts/phone.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { CouponList } from './coupon-list.tsx'
import { type BatchDetail, BatchPill, kindName, validityText } from './words.tsx'

export function CouponBatchPage() {
  const batchId = Number(useParams().batchId)
  const batch = useCall('couponBatches.get', { batchId }, { refetchInterval: 15_000 })
  return (
    <Page
      title={batch.data?.name ?? t('优惠券', 'Coupon')}
      mark={batch.data && <BatchPill batch={batch.data} />}
      back={{ to: '/admin/coupons', label: t('优惠券', 'Coupons') }}
      actions={batch.data && <Actions batch={batch.data} />}
    >
      <Loaded of={batch}>{data => <Content batch={data} />}</Loaded>
    </Page>
  )
}

function Actions({ batch }: { batch: BatchDetail }) {
  const may = useMay()
  const confirm = useConfirm()
  const navigate = useNavigate()
  const publish = useCommand('couponBatches.publish')
  const close = useCommand('couponBatches.close')
  const remove = useCommand('couponBatches.remove')
  const input = { batchId: batch.id }
  return (
    <>
      {batch.status === 'draft' && may('couponBatches.remove') && (
        <Button
          danger
          onClick={() =>
            confirm({
              title: t(`删除草稿「${batch.name}」？`, `Remove the draft ${batch.name}?`),
              consequence: t('草稿还没有发出任何券，删除后不能恢复。', 'No coupon of it exists; it cannot be brought back.'),
              verb: t('删除草稿', 'Remove'),
              isDanger: true,
              run: async () => {
                await remove.mutateAsync(input)
                navigate('/admin/coupons')
              },
            })
          }
        >
          {t('删除', 'Remove')}
        </Button>
      )}
      {batch.status === 'published' && may('couponBatches.close') && (
        <Button
          onClick={() =>
            confirm({
              title: t('结束发放？', 'Close it?'),
              consequence: t(
                `剩下的 ${number(batch.stock - batch.claimedCount)} 张不再发放；已领的 ${number(batch.availableCount)} 张仍可使用。`,
                `The ${number(batch.stock - batch.claimedCount)} left are not given; ${number(batch.availableCount)} held stay valid.`,
              ),
              verb: t('结束发放', 'Close'),
              run: () => close.mutateAsync(input),
              done: t('已结束发放', 'Closed'),
            })
          }
        >
          {t('结束发放', 'Close')}
        </Button>
      )}
      {batch.status !== 'closed' && may('couponBatches.update') && (
        <Link to={`/admin/coupons/${batch.id}/edit`}>
          <Button icon={<EditOutlined />}>{t('修改', 'Edit')}</Button>
        </Link>
      )}
      {batch.status === 'draft' && may('couponBatches.publish') && (
        <Button
          type="primary"
          onClick={() =>
            confirm({
              title: t(`发布「${batch.name}」？`, `Publish ${batch.name}?`),
              consequence: t(
                `从 ${dateTime(batch.opensAt)} 起可以领取，共 ${number(batch.stock)} 张。发布后面额、价格和有效期不能再改。`,
                `Open from ${dateTime(batch.opensAt)}, ${number(batch.stock)} in all. Value, price and validity are fixed from then on.`,
              ),
              verb: t('发布', 'Publish'),
              run: () => publish.mutateAsync(input),
              done: t('已发布', 'Published'),
            })
          }
        >
          {t('发布', 'Publish')}
        </Button>
      )}
    </>
  )
}

function Content({ batch }: { batch: BatchDetail }) {
  const known = batch.daily.map(({ day, ...counts }) => ({ key: day, ...counts }))
  const daily = fillDays(known, known[0]?.key ?? '', known.at(-1)?.key ?? '')
  const { storeName, brandName } = useNames()
  return (
    <>
      <div className="by-stats">
        <Stat
          label={t('已领取', 'Claimed')}
          value={number(batch.claimedCount)}
          foot={t(
            `库存 ${number(batch.stock)}，占 ${share(batch.claimedCount, batch.stock)}`,
            `of ${number(batch.stock)}, ${share(batch.claimedCount, batch.stock)}`,
          )}
        />
        <Stat
          label={t('已核销', 'Used')}
          value={number(batch.usedCount)}
          foot={t(
            `核销率 ${share(batch.usedCount, batch.claimedCount)}`,
            `${share(batch.usedCount, batch.claimedCount)} of claims`,
          )}
        />
        <Stat
          label={t('在手可用', 'Held')}
          value={number(batch.availableCount)}
          foot={batch.lockedCount ? t(`订单占用 ${number(batch.lockedCount)}`, `${number(batch.lockedCount)} locked`) : ''}
        />
        <Stat
          label={t('已过期', 'Expired')}
          value={number(batch.expiredCount)}
          foot={batch.voidCount ? t(`作废 ${number(batch.voidCount)}`, `${number(batch.voidCount)} void`) : ''}
        />
        <Stat
          label={t('带动成交', 'Sales with it')}
          value={money(batch.orderAmountFen)}
          hint={t('使用这批券的订单实付金额', 'Paid in orders that used it')}
        />
        <Stat
          label={t('让利', 'Discount')}
          value={money(batch.discountFen)}
          foot={
            batch.discountFen
              ? t(
                  `每让 1 元带动 ${(batch.orderAmountFen / batch.discountFen).toFixed(1)} 元`,
                  `${(batch.orderAmountFen / batch.discountFen).toFixed(1)} yuan per yuan`,
                )
              : ''
          }
        />
      </div>
      <div className="by-grid">
        <Panel className="span-8" title={t('每天领取与核销', 'Claims and uses by day')}>
          {batch.daily.length === 0 ? (
            <EmptyState title={t('还没有人领取', 'Nobody has claimed yet')} />
          ) : (
            <Chart
              kind="line"
              title={t('每天领取与核销', 'By day')}
              height={300}
              x={daily.map(day => day.key)}
              series={[
                { name: t('领取', 'Claims'), values: daily.map(day => day.claimed) },
                { name: t('核销', 'Uses'), values: daily.map(day => day.used) },
              ]}
            />
          )}
        </Panel>
        <Panel className="span-4" title={t('券面', 'Face')}>
          <div className="by-stack">
            <div style={{ border: '1px solid var(--by-line)', borderRadius: 8, overflow: 'hidden' }}>
              <CouponFace
                headline={batch.headline}
                condition={batch.conditionText}
                name={batch.name}
                lines={[validityText(batch.validity)]}
              />
            </div>
            <Facts
              items={[
                [t('类型', 'Kind'), kindName(batch.value.kind)],
                [t('品牌', 'Brand'), brandName(batch.brandId)],
                [t('领取时间', 'Open'), `${dateTime(batch.opensAt)} – ${dateTime(batch.closesAt)}`],
                [t('售价', 'Price'), batch.priceFen ? moneyShort(batch.priceFen) : t('免费', 'Free')],
                [t('每人限领', 'Per person'), number(batch.perPersonLimit)],
                [
                  t('谁能领', 'Who'),
                  [
                    batch.isPublic ? t('领券中心可见', 'public') : t('仅定向发放', 'granted only'),
                    batch.isMemberOnly ? t('会员', 'members') : null,
                  ]
                    .filter(Boolean)
                    .join(' · '),
                ],
                [
                  t('可用门店', 'Stores'),
                  batch.storeIds.length ? batch.storeIds.map(storeName).join('、') : t('全部门店', 'All stores'),
                ],
                [
                  t('成本承担', 'Cost'),
                  [
                    batch.bearers.brand && t(`品牌 ${batch.bearers.brand}%`, `brand ${batch.bearers.brand}%`),
                    batch.bearers.store && t(`门店 ${batch.bearers.store}%`, `store ${batch.bearers.store}%`),
                    batch.bearers.group && t(`集团 ${batch.bearers.group}%`, `group ${batch.bearers.group}%`),
                  ]
                    .filter(Boolean)
                    .join(' · '),
                ],
              ]}
            />
          </div>
        </Panel>
      </div>
      <CouponList batchId={batch.id} />
    </>
  )
}
