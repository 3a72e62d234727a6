import { Drawer } from 'antd'
import { useCall } from '../api/hooks.ts'
import { exactTime } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, type Tone } from '../parts/bits.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { fieldLabel } from '../selection/groups.ts'
import { type PlanChange, planDiff } from './plan-diff.ts'
import type { Planned } from './track-plan-page.tsx'

const MARKS: Record<PlanChange['kind'], Tone> = { added: 'good', removed: 'bad', changed: 'info' }

/** How a track of the plan was changed: who, when, and what was otherwise before. */
export function PlanVersions({ track, onClose }: { track: Planned; onClose: () => void }) {
  const versions = useCall('trackPlan.versions', { name: track.name })
  const types = useCall('subjectTypes.list', {}, { staleTime: 60_000 })
  const typeName = (id: number | null) => {
    const type = types.data?.find(one => one.id === id)
    return id === null ? t('人', 'People') : type ? t(type.zh, type.en || type.zh) : `#${id}`
  }
  const mark = (kind: PlanChange['kind']) =>
    ({ added: t('新增', 'Added'), removed: t('删除', 'Removed'), changed: t('修改', 'Changed') })[kind]
  return (
    <Drawer open size={600} title={t(`「${track.zh}」的版本`, `Versions of ${fieldLabel(track)}`)} onClose={onClose}>
      <Loaded of={versions}>
        {items =>
          items.length === 0 ? (
            <EmptyState
              title={t('还没有改过', 'Never changed')}
              text={t('从第一次修改起，每个版本都留在这里。', 'From the first change on, every version is kept here.')}
            />
          ) : (
            <ol className="by-list">
              {items.map((one, at) => {
                const older = items[at + 1]
                return (
                  <li key={one.version} className="by-stack-s">
                    <span className="by-row by-between by-wrap">
                      <b>{t(`第 ${one.version} 版`, `Version ${one.version}`)}</b>
                      <span className="by-small by-soft">
                        {one.by || t('系统', 'System')} · {exactTime(one.at)}
                      </span>
                    </span>
                    {planDiff(older?.plan ?? null, one.plan, typeName).map(change => (
                      <span key={`${change.kind}${change.what}`} className="by-row by-wrap by-small">
                        <Pill tone={MARKS[change.kind]} isDotted={false}>
                          {mark(change.kind)}
                        </Pill>
                        <code>{change.what}</code>
                        {change.before && <del className="by-faint">{change.before}</del>}
                        {change.after && <span>{change.after}</span>}
                      </span>
                    ))}
                  </li>
                )
              })}
            </ol>
          )
        }
      </Loaded>
    </Drawer>
  )
}
