import { EditOutlined, MoreOutlined, ReloadOutlined } from '@ant-design/icons'
import { many, TagComputation } from '@banyan/shared'
import { Alert, Button, Dropdown } from 'antd'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { number, percent, relative } from '../format.ts'
import { t } from '../i18n.ts'
import { Stat } from '../parts/bits.tsx'
import { Chart } from '../parts/chart/chart.tsx'
import { useConfirm, useRun } from '../parts/confirm.tsx'
import { Facts, Page, Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { RuleText } from '../segments/rule-text.tsx'
import { useSubjectTypes } from '../segments/subject-type.tsx'
import type { ClientRule } from '../selection/types.ts'
import { MirrorPanel } from './mirror-panel.tsx'
import { removal } from './removal.ts'
import { TagHistory } from './tag-history.tsx'
import { TagStatus } from './tag-status.tsx'
import { computationWords, kindName, rangeWords, scheduleWords, valueKindName } from './words.ts'

type Tag = Output<'tags.get'>

export function TagPage() {
  const tagId = Number(useParams().tagId)
  const tag = useCall(
    'tags.get',
    { tagId },
    { refetchInterval: query => (query.state.data?.status === 'building' ? 1_500 : 30_000) },
  )
  return (
    <Page
      title={tag.data?.name ?? t('标签', 'Tag')}
      mark={tag.data && <TagStatus tag={tag.data} />}
      text={tag.data?.description}
      back={{ to: '/admin/tags', label: t('标签', 'Tags') }}
      actions={tag.data && <Actions tag={tag.data} />}
    >
      <Loaded of={tag}>{data => <Content tag={data} />}</Loaded>
    </Page>
  )
}

function Actions({ tag }: { tag: Tag }) {
  const may = useMay()
  const run = useRun()
  const confirm = useConfirm()
  const navigate = useNavigate()
  const refresh = useCommand('tags.refresh')
  const remove = useCommand('tags.remove', { refreshes: ['tags.', 'people.', 'profiles.'] })
  return (
    <>
      {tag.kind !== 'manual' && may('tags.refresh') && (
        <Button
          icon={<ReloadOutlined />}
          loading={refresh.isPending || tag.status === 'building'}
          onClick={() => run(() => refresh.mutateAsync({ tagId: tag.id }))}
        >
          {t('重新计算', 'Refresh')}
        </Button>
      )}
      {may('tags.update') && (
        <Link to={`/admin/tags/${tag.id}/edit`}>
          <Button icon={<EditOutlined />}>{t('修改', 'Edit')}</Button>
        </Link>
      )}
      {may('tags.remove') && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: [
              {
                key: 'remove',
                danger: true,
                label: t('删除', 'Remove'),
                onClick: () =>
                  confirm({
                    ...removal(tag),
                    run: async () => {
                      await remove.mutateAsync({ tagId: tag.id })
                      navigate('/admin/tags')
                    },
                  }),
              },
            ],
          }}
        >
          <Button icon={<MoreOutlined />} aria-label={t('更多操作', 'More')} />
        </Dropdown>
      )}
    </>
  )
}

function Content({ tag }: { tag: Tag }) {
  const may = useMay()
  const types = useSubjectTypes()
  return (
    <>
      {tag.failure && (
        <Alert type="error" showIcon title={t('上一次计算没有成功', 'The last refresh failed')} description={tag.failure} />
      )}
      <div className="by-stats">
        <Stat
          label={tag.typeId === null ? t('有这个标签的人', 'People with it') : types.nameOf(tag.typeId)}
          value={number(tag.peopleCount)}
          {...(tag.typeId === null ? { to: `/admin/people?tagId=${tag.id}` } : {})}
        />
        <Stat
          label={t('覆盖率', 'Coverage')}
          value={tag.population > 0 ? percent(tag.peopleCount / tag.population) : '—'}
          foot={t(`共 ${number(tag.population)}`, `of ${number(tag.population)}`)}
        />
        <Stat
          label={t('来源', 'Comes')}
          value={kindName(tag.kind)}
          foot={tag.kind === 'manual' ? '' : scheduleWords(tag.kind, tag.schedule)}
        />
        <Stat
          label={t('更新于', 'Refreshed')}
          value={tag.kind === 'manual' ? '—' : relative(tag.refreshedAt)}
          foot={tag.kind === 'manual' ? t('手工标签不会自己更新', 'Put on by hand') : ''}
        />
      </div>
      <div className="by-grid">
        <div className="span-8 by-stack">
          {tag.valueKind !== 'plain' && <Values tag={tag} />}
          <TagHistory tag={tag} />
        </div>
        <div className="span-4 by-stack by-first-narrow">
          <How tag={tag} />
          {may('corpTags.mirrors') && <MirrorPanel tag={tag} />}
        </div>
      </div>
    </>
  )
}

/** More bars than this are a list, and the table has them all. */
const BARS_MAX = 15

function Values({ tag }: { tag: Tag }) {
  const [isAll, setAll] = useState(false)
  const values = isAll ? tag.values : tag.values.slice(0, BARS_MAX)
  const names = values.map(({ value, from, to }) => (from === null || to === null ? value : rangeWords(tag, from, to)))
  return (
    <Panel title={t('值的分布', 'How its values are spread')}>
      {tag.values.length === 0 ? (
        <EmptyState title={t('还没有人有这个标签', 'Nobody has it yet')} />
      ) : (
        <Chart
          title={t('值的分布', 'How its values are spread')}
          x={names}
          xTitle={t('值', 'Value')}
          series={[{ name: t('人数', 'People'), values: values.map(one => one.count) }]}
          kind={tag.valueKind === 'number' ? 'bar' : 'rows'}
        />
      )}
      {tag.values.length > BARS_MAX && (
        <Button type="link" size="small" onClick={() => setAll(!isAll)}>
          {isAll ? t('收起', 'Less') : t(`全部 ${tag.values.length} 个值`, `All ${many(tag.values.length, 'value')}`)}
        </Button>
      )}
    </Panel>
  )
}

function How({ tag }: { tag: Tag }) {
  const types = useSubjectTypes()
  const catalogue = useCall('selection.catalogue', tag.typeId ? { typeId: tag.typeId } : {}, {
    staleTime: 300_000,
    enabled: tag.computation !== null,
  })
  return (
    <>
      {tag.rule && (
        <Panel title={t('规则', 'Rule')}>
          <RuleText rule={tag.rule as ClientRule} typeId={tag.typeId} />
        </Panel>
      )}
      <Panel title={t('说明', 'About')}>
        <Facts
          items={[
            tag.computation && [t('怎么算', 'Computed'), computationWords(TagComputation.parse(tag.computation), catalogue.data)],
            [t('分类', 'Category'), tag.groupName || '—'],
            [t('带的值', 'It says'), valueKindName(tag.valueKind)],
            tag.choices.length > 0 && [t('可选的值', 'Values'), tag.choices.join(t('、', ', '))],
            [t('用于', 'For'), types.nameOf(tag.typeId)],
            tag.kind === 'manual' && [
              t('有效期', 'Valid'),
              tag.validDays ? t(`${tag.validDays} 天`, many(tag.validDays, 'day')) : t('一直有效', 'For ever'),
            ],
            [t('负责人', 'Owner'), tag.owner || '—'],
          ]}
        />
      </Panel>
    </>
  )
}
