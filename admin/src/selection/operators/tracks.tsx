import { CloseOutlined, HistoryOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { t } from '../../i18n.ts'
import { NumberCompare, type NumberIs, TextCompare, type TextIs, Word } from '../compare.tsx'
import { fieldLabel, groupLabel } from '../groups.ts'
import { isFen, TrackFilters } from '../track-filters.tsx'
import type { Catalogue, CatalogueTrack, ClientConditionOf, OperatorFace } from '../types.ts'
import { choiceOptions } from '../values.tsx'
import { WindowWords } from '../window.tsx'

type Tracks = ClientConditionOf<'tracks'>
type Measure = Tracks['measure']
type Since = Tracks['since']

const measures = (): readonly (readonly [Measure['of'], string])[] => [
  ['count', t('次数', 'times')],
  ['days', t('天数', 'on days')],
  ['sum', t('合计', 'sum of')],
  ['avg', t('平均', 'average')],
  ['min', t('最小', 'smallest')],
  ['max', t('最大', 'largest')],
  ['distinct', t('不同', 'different')],
  ['first', t('首次的', 'first')],
  ['last', t('最近一次的', 'latest')],
]
const numeric = (of: Measure['of']) => of === 'sum' || of === 'avg' || of === 'min' || of === 'max'

/** "过去 90 天内 支付订单（门店 是 静里店） 次数 至少 2 次" */
export const tracks: OperatorFace<'tracks'> = {
  entries: catalogue =>
    catalogue.tracks.map(track => ({
      key: `tracks:${track.name}`,
      label: fieldLabel(track),
      group: groupLabel('track'),
      make: () => ({
        kind: 'tracks',
        name: track.name,
        filters: [],
        window: { type: 'rolling', last: 90, unit: 'days' },
        measure: { of: 'count' },
        is: { op: '>=', value: 1 },
      }),
    })),
  Sentence({ value, onChange, catalogue }) {
    const track = catalogue.tracks.find(one => one.name === value.name)
    const set = (patch: Partial<Tracks>) => onChange({ ...value, ...patch })
    return (
      <>
        <WindowWords value={value.window} onChange={window => set({ window })} />
        <Word
          value={value.name}
          options={catalogue.tracks.map(one => [one.name, fieldLabel(one)] as const)}
          onChange={name => set({ name, filters: [], measure: { of: 'count' }, is: { op: '>=', value: 1 } })}
        />
        <TrackFilters value={value.filters ?? []} track={track} onChange={filters => set({ filters })} />
        <SinceWords value={value.since} catalogue={catalogue} onChange={since => set({ since })} />
        <MeasureWords value={value} track={track} onChange={set} />
      </>
    )
  },
}

function MeasureWords({
  value,
  track,
  onChange,
}: {
  value: Tracks
  track: CatalogueTrack | undefined
  onChange: (patch: Partial<Tracks>) => void
}) {
  const { measure, is } = value
  const properties = (track?.properties ?? []).filter(property => !numeric(measure.of) || property.kind === 'number')
  const property = 'property' in measure ? track?.properties.find(one => one.key === measure.property) : undefined
  const setOf = (of: Measure['of']) => {
    if (of === 'count' || of === 'days')
      return onChange({ measure: { of }, is: 'values' in is || !('op' in is) ? { op: '>=', value: 1 } : (is as NumberIs) })
    const first = (track?.properties ?? []).find(one => !numeric(of) || one.kind === 'number')
    if (first)
      onChange({
        measure: { of, property: first.key },
        is:
          (of === 'first' || of === 'last') && first.kind !== 'number'
            ? { op: 'is', values: [] }
            : { op: '>=', value: isFen(first.key) && of !== 'distinct' ? 10_000 : 1 },
      })
  }
  const isText = (measure.of === 'first' || measure.of === 'last') && property?.kind !== 'number'
  return (
    <>
      <Word
        value={measure.of}
        options={measures().filter(([of]) => of === 'count' || of === 'days' || (track?.properties.length ?? 0) > 0)}
        onChange={setOf}
      />
      {'property' in measure && (
        <Word
          value={measure.property}
          options={properties.map(one => [one.key, fieldLabel(one)] as const)}
          onChange={key => onChange({ measure: { of: measure.of, property: key } })}
        />
      )}
      {isText ? (
        <TextCompare
          value={('values' in is || ('value' in is && typeof is.value === 'string') ? is : { op: 'is', values: [] }) as TextIs}
          choices={choiceOptions(property?.choices ?? null)}
          onChange={next => onChange({ is: next })}
        />
      ) : (
        <NumberCompare
          value={is as NumberIs}
          isMoney={'property' in measure && isFen(measure.property) && measure.of !== 'distinct'}
          suffix={
            measure.of === 'count'
              ? t('次', '')
              : measure.of === 'days'
                ? t('天', '')
                : measure.of === 'distinct'
                  ? t('个', '')
                  : undefined
          }
          onChange={next => onChange({ is: next })}
        />
      )}
    </>
  )
}

/** "首次 / 最近一次 领取优惠券 之后": only what came later than another track counts. */
function SinceWords({ value, catalogue, onChange }: { value: Since; catalogue: Catalogue; onChange: (since: Since) => void }) {
  if (!value)
    return (
      <Button
        size="small"
        type="text"
        className="by-faint"
        icon={<HistoryOutlined />}
        title={t('只算某个行为之后的', 'Only after another track')}
        aria-label={t('只算某个行为之后的', 'Only after another track')}
        onClick={() => onChange({ pick: 'last', name: catalogue.tracks[0]?.name ?? '', filters: [] })}
      />
    )
  return (
    <span className="by-bracket">
      <span className="by-soft">{t('在', 'after the')}</span>
      <Word
        value={value.pick}
        options={[
          ['first', t('首次', 'first')],
          ['last', t('最近一次', 'latest')],
        ]}
        onChange={pick => onChange({ ...value, pick })}
      />
      <Word
        value={value.name}
        options={catalogue.tracks.map(one => [one.name, fieldLabel(one)] as const)}
        onChange={name => onChange({ ...value, name, filters: [] })}
      />
      <TrackFilters
        value={value.filters ?? []}
        track={catalogue.tracks.find(one => one.name === value.name)}
        onChange={filters => onChange({ ...value, filters })}
      />
      <span className="by-soft">{t('之后', '')}</span>
      <Button
        size="small"
        type="text"
        icon={<CloseOutlined />}
        onClick={() => onChange(undefined)}
        aria-label={t('去掉', 'Remove')}
      />
    </span>
  )
}
