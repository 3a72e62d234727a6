import { PlusOutlined } from '@ant-design/icons'
import { Button, Switch } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'
import { useRun } from '../parts/confirm.tsx'
import { Sheet } from '../parts/list/sheet.tsx'
import { SearchBox } from '../parts/list/toolbar.tsx'
import { Page } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { fieldLabel } from '../selection/groups.ts'
import { ClientKeysPanel } from './client-keys-panel.tsx'
import { PlanVersions } from './plan-versions.tsx'
import { QuarantinePanel } from './quarantine-panel.tsx'
import { ReplayPanel } from './replay-panel.tsx'
import { TrackEditor } from './track-editor.tsx'

export type Planned = Output<'trackPlan.list'>[number]

/** What an operator says about a track, as a change sends it. */
export function fieldsOf({ zh, properties, isOnTimeline, owner, description, subjectTypeId, isFromClients }: Planned) {
  return { zh, properties, isOnTimeline, owner, description, subjectTypeId, isFromClients }
}

const isFound = (track: Planned, search: string) =>
  [track.zh, track.en, track.name, track.owner, ...track.properties.flatMap(one => [one.zh, one.en, one.key])].some(word =>
    word.toLowerCase().includes(search.toLowerCase()),
  )

/** What may be collected about people, and what was held back because it broke the plan. */
export function TrackPlanPage() {
  const may = useMay()
  const run = useRun()
  const plan = useCall('trackPlan.list', {})
  const update = useCommand('trackPlan.update', { refreshes: ['trackPlan.', 'selection.'] })
  const [editing, setEditing] = useState<Planned | 'new' | null>(null)
  const [search, setSearch] = useState('')
  const [versionsOf, setVersionsOf] = useState<Planned | null>(null)
  return (
    <Page
      title={t('埋点计划', 'Tracking plan')}
      text={t(
        '计划里有的行为才会收；不合计划的留在隔离区并说明原因，从不丢弃。',
        'Only what the plan names is taken; the rest is kept apart with its reason, never dropped.',
      )}
      actions={
        may('trackPlan.update') && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
            {t('新增行为', 'New track')}
          </Button>
        )
      }
    >
      <section className="by-panel">
        <div className="by-toolbar">
          <SearchBox value={search} hint={t('行为、标识、属性、负责人', 'Track, key, property, owner')} onChange={setSearch} />
        </div>
        <Loaded of={plan}>
          {items => (
            <Sheet<Planned>
              rowKey="name"
              dataSource={items.filter(track => isFound(track, search))}
              locale={{ emptyText: <EmptyState title={t('没有符合的行为', 'Nothing matches')} /> }}
              columns={[
                {
                  title: t('行为', 'Track'),
                  render: (_v, track) => (
                    <span className="by-row by-wrap" style={{ gap: '2px 8px', maxWidth: 300 }}>
                      <b>{fieldLabel(track)}</b>
                      <code className="by-faint">{track.name}</code>
                      {track.isBuiltIn && <Pill isDotted={false}>{t('内置', 'Built in')}</Pill>}
                      {track.subjectTypeName && <Pill isDotted={false}>{track.subjectTypeName}</Pill>}
                      {track.isFromClients && <Pill isDotted={false}>{t('客户端', 'Clients')}</Pill>}
                    </span>
                  ),
                },
                {
                  title: t('属性', 'Properties'),
                  render: (_v, track) => (
                    <span className="by-small by-soft" style={{ display: 'inline-block', maxWidth: 280, whiteSpace: 'normal' }}>
                      {track.properties.map(one => fieldLabel(one)).join(t('、', ', ')) || '—'}
                    </span>
                  ),
                },
                { title: t('负责人', 'Owner'), render: (_v, track) => track.owner || '—' },
                {
                  title: t('7 天收到', 'Stored, 7 d'),
                  align: 'right',
                  sorter: (a, b) => a.storedCount - b.storedCount,
                  render: (_v, track) => number(track.storedCount),
                },
                {
                  title: t('隔离', 'Held back'),
                  align: 'right',
                  sorter: (a, b) => a.quarantinedCount - b.quarantinedCount,
                  render: (_v, track) => (
                    <span className={track.quarantinedCount ? 'by-red' : ''}>{number(track.quarantinedCount)}</span>
                  ),
                },
                {
                  title: t('时间线', 'Timeline'),
                  render: (_v, track) => (
                    <Switch
                      size="small"
                      checked={track.isOnTimeline}
                      disabled={!may('trackPlan.update')}
                      onChange={isOnTimeline =>
                        run(() =>
                          update.mutateAsync({ ...fieldsOf(track), name: track.name, version: track.version, isOnTimeline }),
                        )
                      }
                      aria-label={t(`在时间线显示 ${track.zh}`, `Show ${track.name} on the timeline`)}
                    />
                  ),
                },
                {
                  title: '',
                  align: 'right',
                  render: (_v, track) => (
                    <span className="by-row" style={{ justifyContent: 'flex-end' }}>
                      {may('trackPlan.versions') && (
                        <Button size="small" type="text" onClick={() => setVersionsOf(track)}>
                          {t('版本', 'Versions')}
                        </Button>
                      )}
                      {may('trackPlan.update') && (
                        <Button size="small" type="text" onClick={() => setEditing(track)}>
                          {t('修改', 'Edit')}
                        </Button>
                      )}
                    </span>
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      </section>
      {may('tracks.quarantine') && may('tracks.quarantineCounts') && <QuarantinePanel />}
      {may('clientKeys.list') && <ClientKeysPanel />}
      {may('tracks.replays') && <ReplayPanel />}
      {versionsOf && <PlanVersions track={versionsOf} onClose={() => setVersionsOf(null)} />}
      {editing && <TrackEditor track={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </Page>
  )
}
