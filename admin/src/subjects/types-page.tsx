import './subjects.css'
import { AppstoreAddOutlined, DeploymentUnitOutlined, PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { useBrandId, useMay, useNames } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'
import { Sheet } from '../parts/list/sheet.tsx'
import { OfOneBrand } from '../parts/of-one-brand.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { type Pack, Packs } from './packs.tsx'
import { reachSentence, type SubjectType, targetName, wordOf } from './words.ts'

/** 业务主体: what a brand knows beside people. */
export function SubjectTypesPage() {
  const may = useMay()
  const brandId = useBrandId()
  const types = useCall('subjectTypes.list', {})
  const [isChoosing, setChoosing] = useState(false)
  const [wanted, setWanted] = useState<Partial<Record<Pack['key'], number>>>({})
  const packs = (items: SubjectType[]) =>
    brandId === null ? (
      <OfOneBrand>{null}</OfOneBrand>
    ) : (
      <Packs
        types={items}
        wanted={wanted}
        onLoaded={(key, sampleCount) => {
          setWanted(before => ({ ...before, [key]: sampleCount }))
          // The list takes the place of the empty page; how far the sample is stays in view.
          setChoosing(true)
        }}
      />
    )
  const hasTypes = (types.data?.length ?? 0) > 0
  return (
    <Page
      title={t('业务主体', 'Subject types')}
      text={t(
        '客户之外还要管的：车辆、房屋、经销商、线索。各有属性、关系和人群，通过联系人触达。',
        'What matters beside people: vehicles, houses, dealers, leads; each with attributes, relations, segments, and who is reached for it.',
      )}
      actions={
        may('subjectTypes.create') && (
          <>
            {hasTypes && (
              <Button icon={<AppstoreAddOutlined />} onClick={() => setChoosing(!isChoosing)}>
                {t('行业包', 'Packs')}
              </Button>
            )}
            <Link to="/admin/subjects/new">
              <Button type="primary" icon={<PlusOutlined />}>
                {t('新建类型', 'New type')}
              </Button>
            </Link>
          </>
        )
      }
    >
      {isChoosing && hasTypes && <Panel title={t('现成的行业包', 'Ready-made packs')}>{packs(types.data ?? [])}</Panel>}
      <Loaded of={types}>
        {items =>
          items.length === 0 ? (
            <Panel>
              <EmptyState
                icon={<DeploymentUnitOutlined />}
                title={t('还没有业务主体', 'No subject types yet')}
                text={t(
                  '挑一个行业包，一键装好类型和样例数据；或者自己定义一种。',
                  'Take a pack: types and a sample in one click. Or define your own.',
                )}
              />
              {packs(items)}
            </Panel>
          ) : (
            <Panel isFlush>
              <Types items={items} />
            </Panel>
          )
        }
      </Loaded>
    </Page>
  )
}

function Types({ items }: { items: SubjectType[] }) {
  const may = useMay()
  const { brandName } = useNames()
  return (
    <Sheet<SubjectType>
      rowKey="id"
      dataSource={items}
      columns={[
        {
          title: t('类型', 'Type'),
          render: (_v, type) => (
            <Link to={`/admin/subjects/${type.id}`} className="by-stack-xs" style={{ color: 'inherit' }}>
              <span className="by-row">
                <b>{wordOf(type)}</b> <code className="by-faint">{type.key}</code>
              </span>
              {type.description && <span className="by-small by-soft by-clip">{type.description}</span>}
            </Link>
          ),
        },
        {
          title: t('数量', 'Subjects'),
          align: 'right',
          render: (_v, type) => <Link to={`/admin/subjects/${type.id}`}>{number(type.subjectCount)}</Link>,
        },
        {
          title: t('属性', 'Attributes'),
          render: (_v, type) => (
            <span className="by-small by-soft" style={{ display: 'inline-block', maxWidth: 220, whiteSpace: 'normal' }}>
              {type.attributes.slice(0, 6).map(wordOf).join(t('、', ', '))}
              {type.attributes.length > 6 && t(` 等 ${type.attributes.length} 个`, ` and ${type.attributes.length - 6} more`)}
            </span>
          ),
        },
        {
          title: t('关系', 'Relations'),
          render: (_v, type) => (
            <span className="by-row by-wrap" style={{ gap: 4, maxWidth: 220 }}>
              {type.relations.map(relation => (
                <Pill key={relation.key} isDotted={false}>
                  {wordOf(relation)} → {targetName(relation.to, items)}
                </Pill>
              ))}
              {type.relations.length === 0 && '—'}
            </span>
          ),
        },
        {
          title: t('触达', 'Reached'),
          render: (_v, type) => (
            <span className="by-small" style={{ display: 'inline-block', maxWidth: 240, whiteSpace: 'normal' }}>
              {reachSentence(type.reach, type.attributes, type.relations)}
            </span>
          ),
        },
        {
          title: t('属于', 'Of'),
          render: (_v, type) => (type.brandId === null ? t('集团', 'Group') : brandName(type.brandId)),
        },
        {
          title: '',
          align: 'right',
          render: (_v, type) => (
            <>
              {may('subjectTypes.update') && (
                <Link to={`/admin/subjects/${type.id}/edit`}>
                  <Button size="small" type="text">
                    {t('修改', 'Edit')}
                  </Button>
                </Link>
              )}
            </>
          ),
        },
      ]}
    />
  )
}
