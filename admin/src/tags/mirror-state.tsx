import { Button } from 'antd'
import type { Output } from '../api/call.ts'
import { number, relative } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'

export type Mirror = Output<'corpTags.mirrors'>[number]

type Counted = Pick<Mirror, 'status' | 'inStepCount' | 'waitingCount' | 'failedCount' | 'waitingSince'>

/** The mirrors of one tag as one: its worst state, and sums. Null when it has none. */
export function together(mirrors: readonly Mirror[]): Counted | null {
  const [first] = mirrors
  if (!first) return null
  const sum = (key: 'inStepCount' | 'waitingCount' | 'failedCount') => mirrors.reduce((n, one) => n + one[key], 0)
  return {
    status: (['tagGone', 'comparing'] as const).find(status => mirrors.some(one => one.status === status)) ?? first.status,
    inStepCount: sum('inStepCount'),
    waitingCount: sum('waitingCount'),
    failedCount: sum('failedCount'),
    waitingSince: mirrors.flatMap(one => one.waitingSince ?? []).sort()[0] ?? null,
  }
}

/** How far both sides are in step. */
export function MirrorState({ mirror, onFailed }: { mirror: Counted; onFailed?: () => void }) {
  const { status, inStepCount, waitingCount, failedCount } = mirror
  if (status === 'tagGone') return <Pill tone="bad">{t('企业标签已删除，同步已停', 'Corp tag deleted: stopped')}</Pill>
  const failed = t(`失败 ${number(failedCount)}`, `${number(failedCount)} failed`)
  return (
    <span className="by-row by-wrap">
      {status === 'comparing' && <Pill tone="info">{t('正在比对', 'Comparing')}</Pill>}
      {waitingCount > 0 && (
        <Pill tone="info">
          {t(`等待 ${number(waitingCount)}`, `${number(waitingCount)} waiting`)}
          {mirror.waitingSince && t(`，最早 ${relative(mirror.waitingSince)}`, `, since ${relative(mirror.waitingSince)}`)}
        </Pill>
      )}
      {failedCount > 0 &&
        (onFailed ? (
          <Button type="link" size="small" style={{ padding: 0, height: 'auto' }} onClick={onFailed}>
            <Pill tone="bad">{failed}</Pill>
          </Button>
        ) : (
          <Pill tone="bad">{failed}</Pill>
        ))}
      {status === 'active' && waitingCount + failedCount === 0 && (
        <Pill tone="good">{t(`一致，${number(inStepCount)} 个好友关系`, `In step, ${number(inStepCount)} relations`)}</Pill>
      )}
    </span>
  )
}
