import { CloseOutlined, FilterOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { t } from '../i18n.ts'
import { NumberCompare, type NumberIs, numberOps, TextCompare, type TextIs, textOps, Word } from './compare.tsx'
import { fieldLabel } from './groups.ts'
import { presenceOps } from './presence.ts'
import type { CatalogueTrack, ClientConditionOf } from './types.ts'
import { choiceOptions } from './values.tsx'

export type Filter = NonNullable<ClientConditionOf<'tracks'>['filters']>[number]
type Presence = Extract<Filter['is'], { op: 'isSet' | 'isNotSet' }>

const FILTERS_MAX = 10
export const isFen = (key: string) => /fen$/i.test(key)

/** "（门店 是 静里店）": only tracks that match are counted. */
export function TrackFilters({
  value,
  track,
  onChange,
}: {
  value: Filter[]
  track: CatalogueTrack | undefined
  onChange: (filters: Filter[]) => void
}) {
  return (
    <>
      {value.map((filter, index) => (
        <FilterWords
          // biome-ignore lint/suspicious/noArrayIndexKey: filters have no id and keep their order
          key={index}
          filter={filter}
          track={track}
          onChange={next => onChange(value.map((one, at) => (at === index ? next : one)))}
          onRemove={() => onChange(value.filter((_, at) => at !== index))}
        />
      ))}
      {track && track.properties.length > 0 && value.length < FILTERS_MAX && (
        <Button
          size="small"
          type="text"
          icon={<FilterOutlined />}
          className="by-faint"
          title={t('只算符合条件的', 'Only those that match')}
          aria-label={t('只算符合条件的', 'Only those that match')}
          onClick={() => onChange([...value, newFilter(track, track.properties[0]?.key ?? '')])}
        />
      )}
    </>
  )
}

const newFilter = (track: CatalogueTrack | undefined, key: string): Filter => ({
  property: key,
  is: track?.properties.find(one => one.key === key)?.kind === 'number' ? { op: '>=', value: 0 } : { op: 'is', values: [] },
})

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
  const isNumber = property?.kind === 'number'
  const { is } = filter
  return (
    <span className="by-bracket">
      <Word
        value={filter.property}
        options={(track?.properties ?? []).map(one => [one.key, fieldLabel(one)] as const)}
        onChange={key => onChange(newFilter(track, key))}
      />
      {isPresence(is) ? (
        <Word
          value={is.op as string}
          options={[...presenceOps(), ...(isNumber ? numberOps() : textOps())] as [string, string][]}
          onChange={op => {
            const fresh = newFilter(track, filter.property)
            onChange(op === 'isSet' || op === 'isNotSet' ? { ...filter, is: { op } } : fresh)
          }}
        />
      ) : isNumber ? (
        <NumberCompare
          value={is as NumberIs}
          isMoney={isFen(filter.property)}
          onPresence={op => onChange({ ...filter, is: { op } })}
          onChange={next => onChange({ ...filter, is: next })}
        />
      ) : (
        <TextCompare
          value={is as TextIs}
          choices={choiceOptions(property?.choices ?? null)}
          onPresence={op => onChange({ ...filter, is: { op } })}
          onChange={next => onChange({ ...filter, is: next })}
        />
      )}
      <Button size="small" type="text" icon={<CloseOutlined />} onClick={onRemove} aria-label={t('去掉', 'Remove')} />
    </span>
  )
}

const isPresence = (is: Filter['is']): is is Presence => is.op === 'isSet' || is.op === 'isNotSet'
