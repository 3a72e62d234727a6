import { Skeleton } from 'antd'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall } from '../api/hooks.ts'
import { useRested } from '../app/palette.tsx'
import { number, share } from '../format.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import { type Draft, inputOf, missingIn } from './draft.ts'
import { StageDot } from './stage-chip.tsx'

const REST_MS = 500
const MOVES_SHOWN = 8

/** Counts the draft whenever it has been left alone for a moment. */
export function usePreview(draft: Draft) {
  const text = useRested(JSON.stringify(inputOf(draft)), REST_MS)
  return useCall('lifecycle.preview', JSON.parse(text), {
    enabled: missingIn(draft) === null && text === JSON.stringify(inputOf(draft)),
    keepPrevious: true,
    retry: false,
  })
}

/** How many the draft would put into each stage, and who would move from where. */
export function PreviewPanel({
  draft,
  preview,
  lifecycle,
}: {
  draft: Draft
  preview: ReturnType<typeof usePreview>
  lifecycle: Output<'lifecycle.get'>
}) {
  const missing = missingIn(draft)
  const { data, error, isFetching } = preview
  return (
    <Panel
      title={t('如果生效', 'If put in force')}
      extra={isFetching && <span className="by-small by-soft">{t('计算中…', 'Counting…')}</span>}
    >
      <div aria-live="polite">
        {missing ? (
          <span className="by-soft">{missing}</span>
        ) : error && !isFetching ? (
          <span className="by-red">{sentenceOf(error)}</span>
        ) : !data ? (
          <Skeleton active paragraph={{ rows: 3 }} />
        ) : (
          <Counted draft={draft} data={data} lifecycle={lifecycle} />
        )}
      </div>
    </Panel>
  )
}

type Data = Output<'lifecycle.preview'>

function Counted({ draft, data, lifecycle }: { draft: Draft; data: Data; lifecycle: Output<'lifecycle.get'> }) {
  const ends = [...draft.stages, draft.rest]
  const before = new Map(lifecycle.stages.map(stage => [stage.id, stage]))
  const moves = [...data.moves].sort((a, b) => b.count - a.count)
  return (
    <div className="by-stack-s">
      {ends.map((stage, at) => (
        <div key={at === draft.stages.length ? 'rest' : draft.stages[at]?.key} className="by-row by-between">
          <span className="by-row" style={{ gap: 6 }}>
            <StageDot color={stage.color} /> {stage.name}
          </span>
          <span className="by-num">
            {number(data.counts[at])} <span className="by-small by-soft">{share(data.counts[at], data.population)}</span>
          </span>
        </div>
      ))}
      <hr style={{ border: 0, borderTop: '1px solid var(--by-line)', margin: '4px 0' }} />
      <div className="by-row by-between by-strong">
        <span>{lifecycle.isBuilt ? t('会换阶段', 'Would move') : t('会放进阶段', 'Would be placed')}</span>
        <span className="by-num">
          {number(data.movedCount)}{' '}
          <span className="by-small by-soft">{t(`共 ${number(data.population)} 人`, `of ${number(data.population)}`)}</span>
        </span>
      </div>
      {lifecycle.isBuilt &&
        moves.slice(0, MOVES_SHOWN).map(move => (
          <div key={`${move.fromId}:${move.toAt}`} className="by-row by-between by-small by-soft">
            <span>
              {move.fromId === null
                ? t('还没有阶段', 'In none yet')
                : (before.get(move.fromId)?.name ?? t('已取消的阶段', 'A removed stage'))}{' '}
              → {ends[move.toAt]?.name}
            </span>
            <span className="by-num">{number(move.count)}</span>
          </div>
        ))}
    </div>
  )
}
