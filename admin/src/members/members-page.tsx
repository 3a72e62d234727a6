import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCall } from '../api/hooks.ts'
import { useBrandId, useNames } from '../app/me.ts'
import { date, dateTime, money, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { StorePicker } from '../parts/pickers.tsx'
import { EmptyState } from '../parts/states.tsx'
import { usePeopleBulk } from '../people/people-bulk.tsx'
import { personName, sourceName } from '../people/words.ts'

type Row = Output<'members.list'>['items'][number]

export function MembersPage() {
  const brandId = useBrandId()
  const { brandName, storeName } = useNames()
  const tiers = useCall('tiers.list', brandId ? { brandId } : {}, { retry: false })
  const { bulk, dialogs } = usePeopleBulk<Row>(row => row.personId)
  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: t('会员', 'Member'),
      text: row => personName(row.personName),
      render: row => (
        <Link to={`/admin/people/${row.personId}`} className="by-strong" style={{ color: 'inherit' }}>
          {personName(row.personName)}
        </Link>
      ),
    },
    { key: 'memberNo', title: t('会员号', 'Number'), text: row => row.memberNo, render: row => <code>{row.memberNo}</code> },
    { key: 'brand', title: t('品牌', 'Brand'), text: row => brandName(row.brandId), isExtra: brandId !== null },
    {
      key: 'tier',
      sort: 'tierRank',
      title: t('等级', 'Tier'),
      text: row => row.tierName,
      render: row => (
        <Pill tone="good" isDotted={false}>
          {row.tierName}
        </Pill>
      ),
    },
    { key: 'tierEndsAt', title: t('等级到期', 'Tier ends'), text: row => date(row.tierEndsAt), isExtra: true },
    {
      key: 'pointsAvailable',
      sort: 'pointsAvailable',
      title: t('可用积分', 'Points'),
      align: 'right',
      text: row => row.pointsAvailable,
      render: row => number(row.pointsAvailable),
    },
    {
      key: 'spentFen',
      sort: 'spentFen',
      title: t('累计消费', 'Spent'),
      align: 'right',
      text: row => row.spentFen / 100,
      render: row => money(row.spentFen),
    },
    { key: 'store', title: t('门店', 'Store'), text: row => row.storeName },
    { key: 'joinChannel', title: t('入会渠道', 'Channel'), text: row => sourceName(row.joinChannel) },
    {
      key: 'joinedAt',
      sort: 'joinedAt',
      title: t('入会', 'Joined'),
      text: row => dateTime(row.joinedAt),
      render: row => <Time at={row.joinedAt} />,
    },
    {
      key: 'lastOrderAt',
      title: t('最近购买', 'Last order'),
      text: row => dateTime(row.lastOrderAt),
      render: row => <Time at={row.lastOrderAt} />,
    },
  ]
  return (
    <Page
      title={t('会员', 'Members')}
      text={t('在品牌计划里登记过的客户；一个人可以是几个品牌的会员。', 'People enrolled in a brand’s programme.')}
    >
      <List
        name="members.list"
        rowKey={row => row.id}
        to={row => `/admin/people/${row.personId}`}
        columns={columns}
        searchHint={t('姓名、手机号或后四位、会员号', 'Name, phone or its last four, number')}
        exportName={t('会员', 'members')}
        bulk={bulk}
        filters={[
          {
            key: 'tierId',
            label: t('等级', 'Tier'),
            options: (tiers.data ?? []).map(tier => ({
              value: String(tier.id),
              label: brandId ? tier.name : `${brandName(tier.brandId)} · ${tier.name}`,
            })),
            toInput: value => ({ tierId: Number(value) }),
          },
          {
            key: 'storeId',
            label: t('门店', 'Store'),
            render: (value, set) => (
              <StorePicker value={Number(value) || null} onChange={next => set(next ? String(next) : undefined)} />
            ),
            chip: value => storeName(Number(value)),
            toInput: value => ({ storeId: Number(value) }),
          },
        ]}
        empty={
          <EmptyState
            title={t('还没有会员', 'No members yet')}
            text={t('客户扫活码、在小程序里同意协议后就是会员。', 'People join in the mini program after a scan.')}
            action={<Link to="/admin/live-codes/new">{t('做一张入会活码', 'Make a live code')}</Link>}
          />
        }
      />
      {dialogs}
    </Page>
  )
}
