import { UploadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCall } from '../api/hooks.ts'
import { useBrandId, useMay, useNames } from '../app/me.ts'
import { dateTime, money, number } from '../format.ts'
import { t } from '../i18n.ts'
import { StageChips } from '../lifecycle/stage-chip.tsx'
import { PersonMark, Pill, Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column, Filter } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { SegmentPicker, TagPicker } from '../parts/pickers.tsx'
import { EmptyState } from '../parts/states.tsx'
import { usePeopleBulk } from './people-bulk.tsx'
import { genderName, identifierName, personName, sourceName } from './words.ts'

type Row = Output<'people.list'>['items'][number]

export function PeoplePage() {
  const may = useMay()
  const { bulk, dialogs } = usePeopleBulk<Row>(row => row.id)
  return (
    <Page
      title={t('客户', 'People')}
      text={t(
        '一位客户一行：手机号、OpenID、UnionID、企微好友都认成同一个人。',
        'One line per person, however many identifiers he has.',
      )}
      actions={
        may('imports.list') && (
          <Link to="/admin/imports/new">
            <Button icon={<UploadOutlined />}>{t('导入', 'Import')}</Button>
          </Link>
        )
      }
    >
      <List
        name="people.list"
        rowKey={row => row.id}
        to={row => `/admin/people/${row.id}`}
        searchHint={t('姓名、手机号或后四位、会员号、任意标识', 'Name, phone or its last four, any identifier')}
        sort="-lastSeenAt"
        columns={columns()}
        filters={useFilters()}
        exportName={t('客户', 'people')}
        bulk={bulk}
        empty={
          <EmptyState
            title={t('还没有客户', 'Nobody yet')}
            text={t(
              '客户扫渠道活码、打开小程序、关注服务号，或通过导入，就会出现在这里。',
              'People appear when they scan a live code, open the mini program, follow the account, or are imported.',
            )}
            action={
              <>
                <Link to="/admin/live-codes/new">
                  <Button type="primary">{t('新建渠道活码', 'Create a live code')}</Button>
                </Link>
                <Link to="/admin/imports/new">
                  <Button>{t('导入', 'Import')}</Button>
                </Link>
              </>
            }
          />
        }
      />
      {dialogs}
    </Page>
  )
}

function columns(): Column<Row>[] {
  return [
    {
      key: 'name',
      sort: 'name',
      title: t('客户', 'Person'),
      text: row => personName(row.name),
      render: row => (
        <Link to={`/admin/people/${row.id}`} className="by-row" style={{ color: 'inherit' }}>
          <PersonMark name={personName(row.name)} avatar={row.avatar} size={28} />
          <span className="by-clip by-strong" style={{ maxWidth: 160 }}>
            {personName(row.name)}
          </span>
          {row.gender !== 'unknown' && <span className="by-small by-faint">{genderName(row.gender)}</span>}
        </Link>
      ),
    },
    { key: 'phone', title: t('手机', 'Phone'), text: row => row.phoneMasked },
    {
      key: 'tier',
      title: t('会员', 'Member'),
      text: row => row.tierName,
      render: row =>
        row.tierName ? (
          <Pill tone="good" isDotted={false}>
            {row.tierName}
          </Pill>
        ) : (
          <span className="by-faint">{t('未入会', 'Not a member')}</span>
        ),
    },
    {
      key: 'stage',
      title: t('生命周期', 'Stage'),
      text: row => row.stages.map(stage => stage.name).join(' '),
      render: row => (row.stages.length > 0 ? <StageChips stages={row.stages} /> : <span className="by-faint">—</span>),
    },
    { key: 'memberNo', title: t('会员号', 'Member no.'), text: row => row.memberNo, isExtra: true },
    { key: 'points', title: t('积分', 'Points'), align: 'right', text: row => row.points, render: row => number(row.points) },
    {
      key: 'ordersCount',
      title: t('订单', 'Orders'),
      align: 'right',
      text: row => row.ordersCount,
      render: row => number(row.ordersCount),
    },
    {
      key: 'paidFen',
      title: t('累计消费', 'Spent'),
      align: 'right',
      text: row => row.paidFen / 100,
      render: row => money(row.paidFen),
    },
    {
      key: 'tags',
      title: t('标签', 'Tags'),
      isWide: true,
      text: row => row.tags.map(tag => tag.name).join(' '),
      render: row => (
        <span className="by-row" style={{ gap: 4 }}>
          {row.tags.slice(0, 2).map(tag => (
            <Pill key={tag.id} isDotted={false}>
              {tag.name}
            </Pill>
          ))}
          {row.tags.length > 2 && <span className="by-small by-soft">+{row.tags.length - 2}</span>}
        </span>
      ),
    },
    {
      key: 'identifiers',
      title: t('身份标识', 'Identifiers'),
      isWide: true,
      text: row => row.identifierTypes.map(type => identifierName(type)).join(' '),
      render: row => (
        <span
          className="by-soft by-small by-clip"
          style={{ maxWidth: 240, display: 'inline-block', verticalAlign: 'middle' }}
          title={row.identifierTypes.map(type => identifierName(type)).join(' · ')}
        >
          {row.identifierTypes.map(type => identifierName(type)).join(' · ')}
        </span>
      ),
    },
    { key: 'source', title: t('来源', 'Source'), text: row => sourceName(row.firstSource), isExtra: true },
    { key: 'city', title: t('城市', 'City'), text: row => row.city, isExtra: true },
    { key: 'birthday', title: t('生日', 'Birthday'), text: row => row.birthday, isExtra: true },
    {
      key: 'lastSeenAt',
      title: t('最近出现', 'Last seen'),
      sort: 'lastSeenAt',
      text: row => dateTime(row.lastSeenAt),
      render: row => <Time at={row.lastSeenAt} />,
    },
    {
      key: 'createdAt',
      title: t('首次出现', 'First seen'),
      sort: 'createdAt',
      text: row => dateTime(row.createdAt),
      render: row => <Time at={row.createdAt} />,
      isExtra: true,
    },
  ]
}

function useFilters(): Filter[] {
  const brandId = useBrandId()
  const { brandName } = useNames()
  const tiers = useCall('tiers.list', brandId ? { brandId } : {}, { staleTime: 60_000, retry: false })
  const stages = useCall('lifecycle.get', {}, { staleTime: 60_000, retry: false, enabled: brandId !== null })
  const byId = (key: string) => (value: string) => ({ [key]: Number(value) })
  return [
    {
      key: 'isMember',
      label: t('会员', 'Member'),
      options: [
        { value: 'yes', label: t('是会员', 'Members') },
        { value: 'no', label: t('不是会员', 'Not members') },
      ],
      toInput: value => ({ isMember: value === 'yes' }),
    },
    {
      key: 'tierId',
      label: t('等级', 'Tier'),
      options: (tiers.data ?? []).map(tier => ({
        value: String(tier.id),
        label: brandId ? tier.name : `${brandName(tier.brandId)} · ${tier.name}`,
      })),
      toInput: byId('tierId'),
    },
    {
      key: 'segmentId',
      label: t('人群', 'Segment'),
      render: (value, set) => (
        <SegmentPicker typeId={null} value={Number(value) || null} onChange={next => set(next ? String(next) : undefined)} />
      ),
      chip: value => <SegmentName id={Number(value)} />,
      toInput: byId('segmentId'),
    },
    {
      key: 'tagId',
      label: t('标签', 'Tag'),
      render: (value, set) => <TagPicker value={Number(value) || null} onChange={next => set(next ? String(next) : undefined)} />,
      chip: value => <TagName id={Number(value)} />,
      toInput: byId('tagId'),
    },
    {
      key: 'stageId',
      label: t('生命周期', 'Stage'),
      options: (stages.data?.stages ?? []).map(stage => ({ value: String(stage.id), label: stage.name })),
      toInput: byId('stageId'),
    },
    {
      key: 'identifierType',
      label: t('有这种标识', 'Has identifier'),
      options: ['phone', 'unionid', 'openid', 'externalUserid', 'email', 'thirdParty', 'device'].map(value => ({
        value,
        label: identifierName(value),
      })),
    },
    {
      key: 'source',
      label: t('来源', 'Source'),
      options: ['miniProgram', 'wecom', 'officialAccount', 'staff', 'api'].map(value => ({ value, label: sourceName(value) })),
    },
  ]
}

function SegmentName({ id }: { id: number }) {
  const segment = useCall('segments.get', { segmentId: id }, { staleTime: 60_000 })
  return <>{segment.data?.name ?? `#${id}`}</>
}

function TagName({ id }: { id: number }) {
  const tags = useCall('tags.list', { pageSize: 200 }, { staleTime: 60_000 })
  return <>{tags.data?.items.find(tag => tag.id === id)?.name ?? `#${id}`}</>
}
