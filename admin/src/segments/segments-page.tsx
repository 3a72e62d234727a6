import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { useMay } from '../app/me.ts'
import { dateTime, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { EmptyState } from '../parts/states.tsx'
import { useSubjectTypes } from './subject-type.tsx'

type Row = Output<'segments.list'>['items'][number]

export const SegmentStatus = ({ status }: { status: Row['status'] }) =>
  status === 'ready' ? (
    <Pill tone="good">{t('已就绪', 'Ready')}</Pill>
  ) : status === 'building' ? (
    <Pill tone="info">{t('计算中', 'Computing')}</Pill>
  ) : (
    <Pill tone="bad">{t('计算失败', 'Failed')}</Pill>
  )

export const segmentKind = (kind: Row['kind']) => (kind === 'dynamic' ? t('动态', 'Dynamic') : t('静态', 'Static'))

export function SegmentsPage() {
  const may = useMay()
  const create = may('segments.create') && (
    <Link to="/admin/segments/new">
      <Button type="primary" icon={<PlusOutlined />}>
        {t('新建人群', 'New segment')}
      </Button>
    </Link>
  )
  const types = useSubjectTypes()
  const columns: Column<Row>[] = [
    {
      key: 'name',
      sort: 'name',
      title: t('人群', 'Segment'),
      text: row => row.name,
      render: row => (
        <Link to={`/admin/segments/${row.id}`} className="by-stack-xs" style={{ color: 'inherit' }}>
          <span className="by-strong">{row.name}</span>
          {row.description && (
            <span className="by-small by-soft by-clip" style={{ maxWidth: 360 }}>
              {row.description}
            </span>
          )}
        </Link>
      ),
    },
    {
      key: 'type',
      title: t('圈选的是', 'Of'),
      text: row => types.nameOf(row.typeId),
      render: row =>
        row.typeId === null ? (
          <span className="by-soft">{t('客户', 'People')}</span>
        ) : (
          <Pill isDotted={false}>{types.nameOf(row.typeId)}</Pill>
        ),
    },
    { key: 'kind', title: t('类型', 'Kind'), text: row => segmentKind(row.kind) },
    {
      key: 'count',
      sort: 'count',
      title: t('数量', 'Members'),
      align: 'right',
      text: row => row.count,
      render: row => number(row.count),
    },
    { key: 'status', title: t('状态', 'Status'), text: row => row.status, render: row => <SegmentStatus status={row.status} /> },
    {
      key: 'refreshedAt',
      sort: 'refreshedAt',
      title: t('更新于', 'Refreshed'),
      text: row => dateTime(row.refreshedAt),
      render: row => <Time at={row.refreshedAt} />,
    },
    {
      key: 'recheckAt',
      title: t('下次会变', 'Next change'),
      text: row => dateTime(row.recheckAt),
      render: row =>
        row.kind === 'static' ? (
          <span className="by-faint">{t('不自动变化', 'Never by itself')}</span>
        ) : row.recheckAt ? (
          <Time at={row.recheckAt} />
        ) : (
          <span className="by-faint">{t('有新行为时', 'On new facts')}</span>
        ),
    },
    {
      key: 'tookMs',
      title: t('耗时', 'Took'),
      align: 'right',
      isExtra: true,
      text: row => (row.tookMs == null ? null : `${row.tookMs} ms`),
    },
    { key: 'createdBy', title: t('创建人', 'By'), text: row => row.createdBy, isExtra: true },
  ]
  return (
    <Page
      title={t('人群', 'Segments')}
      text={t(
        '用一句话圈出一群人；动态人群跟着客户的行为自己变。',
        'A sentence that selects people; dynamic ones follow what they do.',
      )}
      actions={
        <>
          {may('segments.overlap') && (
            <Link to="/admin/segments/overlap">
              <Button>{t('对比', 'Compare')}</Button>
            </Link>
          )}
          {may('imports.start') && (
            <Link to="/admin/imports/new?kind=segmentMembers">
              <Button>{t('从文件导入', 'From a file')}</Button>
            </Link>
          )}
          {create}
        </>
      }
    >
      <List
        name="segments.list"
        rowKey={row => row.id}
        to={row => `/admin/segments/${row.id}`}
        columns={columns}
        searchHint={t('人群名称', 'Name')}
        filters={[
          {
            key: 'kind',
            label: t('类型', 'Kind'),
            options: (['dynamic', 'static'] as const).map(value => ({ value, label: segmentKind(value) })),
          },
          {
            key: 'typeId',
            label: t('圈选的是', 'Of'),
            options: types.all.map(type => ({ value: String(type.id), label: types.nameOf(type.id) })),
            toInput: value => ({ typeId: Number(value) }),
          },
        ]}
        exportName={t('人群', 'segments')}
        refetchMs={15_000}
        empty={
          <EmptyState
            title={t('还没有人群', 'No segments yet')}
            text={t(
              '从一句话开始：过去 90 天内支付订单至少 2 次、等级至少青枝、手里还有没用的券。',
              'Begin with a sentence: paid at least twice in the last 90 days, holds an unused coupon.',
            )}
            action={create}
          />
        }
      />
    </Page>
  )
}
