import { PlusOutlined } from '@ant-design/icons'
import { Button, Switch } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { useRun } from '../parts/confirm.tsx'
import { Sheet } from '../parts/list/sheet.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { fieldLabel } from '../selection/groups.ts'
import { TrackEditor } from './track-editor.tsx'

export type Planned = Output<'trackPlan.list'>[number]

/** What may be collected about people, and what was held back because it broke the plan. */
export function TrackPlanPage() {
  const may = useMay()
  const run = useRun()
  const plan = useCall('trackPlan.list', {})
  const quarantine = useCall('tracks.quarantine', {}, { enabled: may('tracks.quarantine') })
  const update = useCommand('trackPlan.update', { refreshes: ['trackPlan.', 'selection.'] })
  const [editing, setEditing] = useState<Planned | 'new' | null>(null)
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
      <Panel isFlush title={t('行为', 'Tracks')}>
        <Loaded of={plan}>
          {items => (
            <Sheet<Planned>
              rowKey="name"
              dataSource={items}
              columns={[
                {
                  title: t('行为', 'Track'),
                  render: (_v, track) => (
                    <span className="by-row">
                      <b>{fieldLabel(track)}</b>
                      <code className="by-faint">{track.name}</code>
                      {track.isBuiltIn && <Pill isDotted={false}>{t('内置', 'Built in')}</Pill>}
                    </span>
                  ),
                },
                {
                  title: t('属性', 'Properties'),
                  render: (_v, track) => (
                    <span className="by-small by-soft" style={{ display: 'inline-block', maxWidth: 420, whiteSpace: 'normal' }}>
                      {track.properties.map(one => fieldLabel(one)).join(t('、', ', ')) || '—'}
                    </span>
                  ),
                },
                { title: t('7 天收到', 'Stored, 7 d'), align: 'right', render: (_v, track) => number(track.storedCount) },
                {
                  title: t('隔离', 'Held back'),
                  align: 'right',
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
                          update.mutateAsync({ name: track.name, zh: track.zh, properties: track.properties, isOnTimeline }),
                        )
                      }
                      aria-label={t(`在时间线显示 ${track.zh}`, `Show ${track.name} on the timeline`)}
                    />
                  ),
                },
                {
                  title: '',
                  align: 'right',
                  render: (_v, track) =>
                    may('trackPlan.update') && (
                      <Button size="small" type="text" onClick={() => setEditing(track)}>
                        {t('修改', 'Edit')}
                      </Button>
                    ),
                },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      <Panel isFlush title={t('隔离区', 'Held back')}>
        <Loaded of={quarantine}>
          {items =>
            items.length === 0 ? (
              <EmptyState title={t('没有被隔离的行为', 'Nothing is held back')} />
            ) : (
              <ul className="by-list">
                {items.map(one => (
                  <li key={one.id} className="by-row by-between by-wrap">
                    <span className="by-stack-xs by-grow" style={{ minWidth: 220 }}>
                      <span>
                        <code>{one.name}</code> <span className="by-red">{one.reasonText}</span>{' '}
                        {one.field && <code className="by-faint">{one.field}</code>}
                      </span>
                      <code className="by-small by-soft by-clip" title={one.payload}>
                        {one.payload}
                      </code>
                    </span>
                    <Time at={one.receivedAt} />
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </Panel>
      {editing && <TrackEditor track={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </Page>
  )
}
