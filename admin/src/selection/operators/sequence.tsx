import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { t } from '../../i18n.ts'
import { useReorder } from '../../parts/use-reorder.tsx'
import { Word } from '../compare.tsx'
import { fieldLabel, groupLabel } from '../groups.ts'
import { TrackFilters } from '../track-filters.tsx'
import type { Catalogue, ClientConditionOf, OperatorFace } from '../types.ts'
import { Count, units, WindowWords } from '../window.tsx'

type Sequence = ClientConditionOf<'sequence'>
type Step = Sequence['steps'][number]
type Span = NonNullable<Sequence['within']>

const STEPS_MAX = 6
const WEEK: Span = { last: 7, unit: 'days' }

/** "先 领取优惠券，7 天内 没有 支付订单" */
export const sequence: OperatorFace<'sequence'> = {
  entries: catalogue => {
    const [first, second] = catalogue.tracks
    if (!first) return []
    const make = (last: Sequence['last']) => (): Sequence => ({
      kind: 'sequence',
      steps: [step(first.name), step((second ?? first).name)],
      within: WEEK,
      last,
      window: { type: 'rolling', last: 90, unit: 'days' },
    })
    const group = groupLabel('track')
    return [
      { key: 'sequence:did', label: t('先后做了…', 'Did one, then another'), group, make: make('did') },
      { key: 'sequence:didNot', label: t('做了却没有再做…', 'Did one, but not another'), group, make: make('didNot') },
    ]
  },
  Sentence({ value, onChange, catalogue }) {
    const set = (patch: Partial<Sequence>) => onChange({ ...value, ...patch })
    // What was not done is one step, and needs a time by which it would have been.
    const setLast = (last: Sequence['last']) =>
      set(last === 'did' ? { last } : { last, steps: value.steps.slice(0, 2), within: value.within ?? WEEK })
    return (
      <>
        <WindowWords value={value.window} onChange={window => set({ window })} />
        <Word
          value={value.last}
          options={[
            ['did', t('先后做了', 'did, in this order,')],
            ['didNot', t('做了前者却没有后者', 'did the first but not the second')],
          ]}
          onChange={setLast}
        />
        <Within value={value.within} isNeeded={value.last === 'didNot'} onChange={within => set({ within })} />
        <Steps value={value} catalogue={catalogue} onChange={steps => set({ steps })} />
      </>
    )
  },
}

const step = (name: string): Step => ({ name, filters: [] })

function Within({
  value,
  isNeeded,
  onChange,
}: {
  value: Span | null
  isNeeded: boolean
  onChange: (value: Span | null) => void
}) {
  const fixed = units().filter(([unit]) => unit !== 'months') as [Span['unit'], string][]
  return (
    <>
      {!isNeeded && (
        <Word
          value={value ? 'within' : 'any'}
          options={[
            ['within', t('首尾相隔不到', 'within')],
            ['any', t('不限间隔', 'however far apart')],
          ]}
          onChange={answer => onChange(answer === 'any' ? null : WEEK)}
        />
      )}
      {value && (
        <>
          <Count value={value.last} max={100_000} onChange={last => onChange({ ...value, last })} />
          <Word value={value.unit} options={fixed} onChange={unit => onChange({ ...value, unit })} />
          {isNeeded && <span>{t('内', '')}</span>}
        </>
      )}
    </>
  )
}

/** Numbered steps; dragged by their handle, or moved with the arrow keys on it. */
function Steps({ value, catalogue, onChange }: { value: Sequence; catalogue: Catalogue; onChange: (steps: Step[]) => void }) {
  const { steps, last } = value
  const order = useReorder(steps, onChange)
  return (
    <ol className="by-steps">
      {steps.map((one, index) => {
        const isNot = last === 'didNot' && index === steps.length - 1
        const set = (next: Step) => onChange(steps.map((old, at) => (at === index ? next : old)))
        return (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: steps have no id; all state is in the rule itself
            key={index}
            {...order.line(index)}
          >
            {order.handle(index)}
            <span className={isNot ? 'by-red' : 'by-soft'}>
              {isNot ? t('没有', 'not') : index === 0 ? t('先', 'first') : t('再', 'then')}
            </span>
            <Word
              value={one.name}
              options={catalogue.tracks.map(track => [track.name, fieldLabel(track)] as const)}
              onChange={name => set(step(name))}
            />
            <TrackFilters
              value={one.filters ?? []}
              track={catalogue.tracks.find(track => track.name === one.name)}
              onChange={filters => set({ ...one, filters })}
            />
            {steps.length > 2 && (
              <Button
                size="small"
                type="text"
                className="by-faint"
                icon={<CloseOutlined />}
                onClick={() => onChange(steps.filter((_, at) => at !== index))}
                aria-label={t('去掉这一步', 'Remove the step')}
              />
            )}
          </li>
        )
      })}
      {last === 'did' && steps.length < STEPS_MAX && (
        <li>
          <Button
            size="small"
            type="text"
            icon={<PlusOutlined />}
            onClick={() => onChange([...steps, step(catalogue.tracks[0]?.name ?? '')])}
          >
            {t('再加一步', 'One more step')}
          </Button>
        </li>
      )}
    </ol>
  )
}
