import { CloseOutlined, FilterOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { t } from '../../i18n.ts'
import { NumberCompare, type NumberIs, TextCompare, type TextIs, Word } from '../compare.tsx'
import { fieldLabel, groupLabel } from '../groups.ts'
import type { CatalogueTrack, ClientConditionOf, OperatorFace } from '../types.ts'
import { WindowWords } from '../window.tsx'

type Tracks = ClientConditionOf<'tracks'>
type Measure = Tracks['measure']
type Filter = NonNullable<Tracks['filters']>[number]

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
const isFen = (key: string) => /fen$/i.test(key)
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
    const filters = value.filters ?? []
    const set = (patch: Partial<Tracks>) => onChange({ ...value, ...patch })
    return (
      <>
        <WindowWords value={value.window} onChange={window => set({ window })} />
        <Word
          value={value.name}
          options={catalogue.tracks.map(one => [one.name, fieldLabel(one)] as const)}
          onChange={name => set({ name, filters: [], measure: { of: 'count' }, is: { op: '>=', value: 1 } })}
        />
        {filters.map((filter, index) => (
          <FilterWords
            // biome-ignore lint/suspicious/noArrayIndexKey: filters have no id and keep their order
            key={index}
            filter={filter}
            track={track}
            onChange={next => set({ filters: filters.map((one, at) => (at === index ? next : one)) })}
            onRemove={() => set({ filters: filters.filter((_, at) => at !== index) })}
          />
        ))}
        {track && track.properties.length > 0 && filters.length < 10 && (
          <Button
            size="small"
            type="text"
            icon={<FilterOutlined />}
            className="by-faint"
            title={t('只算符合条件的', 'Only those that match')}
            onClick={() => set({ filters: [...filters, newFilter(track)] })}
          />
        )}
        <MeasureWords value={value} track={track} onChange={set} />
      </>
    )
  },
}

const newFilter = (track: CatalogueTrack): Filter => {
  const [first] = track.properties
  return { property: first?.key ?? '', is: first?.kind === 'number' ? { op: '>=', value: 0 } : { op: 'is', values: [] } }
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
          choices={property?.choices?.map(choice => ({ value: choice, label: choice })) ?? null}
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

function FilterWords({
  filter,
  track,
  onChange,
  onRemove,
}: {
  filter: Filter
  track: CatalogueTrack | undefined
  onChange: (filter: Filter) => void
  onRemove: () => void
}) {
  const property = track?.properties.find(one => one.key === filter.property)
  const { is } = filter
  const setProperty = (key: string) => {
    const next = track?.properties.find(one => one.key === key)
    onChange({ property: key, is: next?.kind === 'number' ? { op: '>=', value: 0 } : { op: 'is', values: [] } })
  }
  return (
    <span className="by-bracket">
      <Word
        value={filter.property}
        options={(track?.properties ?? []).map(one => [one.key, fieldLabel(one)] as const)}
        onChange={setProperty}
      />
      {property?.kind === 'number' ? (
        <NumberCompare
          value={is as NumberIs}
          isMoney={isFen(filter.property)}
          onChange={next => onChange({ ...filter, is: next })}
        />
      ) : (
        <TextCompare
          value={is as TextIs}
          choices={property?.choices?.map(choice => ({ value: choice, label: choice })) ?? null}
          onChange={next => onChange({ ...filter, is: next })}
        />
      )}
      <Button size="small" type="text" icon={<CloseOutlined />} onClick={onRemove} aria-label={t('去掉', 'Remove')} />
    </span>
  )
}
