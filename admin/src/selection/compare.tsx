import { InputNumber, Select } from 'antd'
import { t } from '../i18n.ts'
import { presenceOps } from './presence.ts'
import type { ClientConditionOf } from './types.ts'
import { renderValue, type ValueOption } from './values.tsx'

type NumberIs = Extract<
  ClientConditionOf<'number'>['is'],
  { op: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'between' | 'notBetween' }
>
type TextIs = Exclude<ClientConditionOf<'text'>['is'], { op: 'isSet' | 'isNotSet' }>

export type { NumberIs, TextIs }

export const numberOps = () =>
  [
    ['>=', t('至少', 'at least')],
    ['>', t('多于', 'more than')],
    ['<=', t('至多', 'at most')],
    ['<', t('少于', 'fewer than')],
    ['=', t('等于', 'exactly')],
    ['!=', t('不等于', 'not')],
    ['between', t('介于', 'between')],
    ['notBetween', t('不在区间', 'outside')],
  ] as const

export const textOps = () =>
  [
    ['is', t('是', 'is')],
    ['isNot', t('不是', 'is not')],
    ['contains', t('包含', 'contains')],
    ['doesNotContain', t('不包含', 'does not contain')],
    ['startsWith', t('开头是', 'begins with')],
  ] as const

/** A small select that reads as a word of the sentence. */
export function Word<V extends string>({
  value,
  options,
  onChange,
  width,
}: {
  value: V
  options: readonly (readonly [V, string])[]
  onChange: (value: V) => void
  width?: number
}) {
  return (
    <Select<V>
      size="small"
      variant="filled"
      value={value}
      popupMatchSelectWidth={false}
      style={{ width }}
      options={options.map(([key, label]) => ({ value: key, label }))}
      onChange={onChange}
      showSearch={options.length > 12 ? { optionFilterProp: 'label' } : false}
    />
  )
}

/** Numbers are typed in the unit one speaks (yuan), and kept in the unit of the fact (fen). */
export function NumberCompare({
  value,
  onChange,
  onPresence,
  isMoney,
  suffix,
}: {
  value: NumberIs
  onChange: (value: NumberIs) => void
  /** Offers "has a value at all" among the comparisons. */
  onPresence?: (op: 'isSet' | 'isNotSet') => void
  isMoney?: boolean
  suffix?: string
}) {
  const scale = isMoney ? 100 : 1
  const box = (now: number, set: (next: number) => void) => (
    <InputNumber
      size="small"
      variant="filled"
      prefix={isMoney ? '¥' : undefined}
      style={{ width: isMoney ? 104 : 76 }}
      value={now / scale}
      onChange={next => set(Math.round(Number(next ?? 0) * scale))}
      aria-label={t('数值', 'Number')}
    />
  )
  const setOp = (op: NumberIs['op'] | 'isSet' | 'isNotSet') => {
    if (op === 'isSet' || op === 'isNotSet') return onPresence?.(op)
    const first = 'value' in value ? value.value : value.from
    onChange(
      op === 'between' || op === 'notBetween' ? { op, from: first, to: 'to' in value ? value.to : first } : { op, value: first },
    )
  }
  return (
    <>
      <Word<NumberIs['op'] | 'isSet' | 'isNotSet'>
        value={value.op}
        options={onPresence ? [...numberOps(), ...presenceOps()] : numberOps()}
        onChange={setOp}
      />
      {'value' in value ? (
        box(value.value, next => onChange({ ...value, value: next }))
      ) : (
        <>
          {box(value.from, from => onChange({ ...value, from }))}
          <span className="by-soft">{t('到', 'and')}</span>
          {box(value.to, to => onChange({ ...value, to }))}
        </>
      )}
      {suffix && <span>{suffix}</span>}
    </>
  )
}

/** Texts from a list when the catalogue knows it, otherwise as one types them. */
export function TextCompare({
  value,
  onChange,
  onPresence,
  choices,
}: {
  value: TextIs
  onChange: (value: TextIs) => void
  onPresence?: (op: 'isSet' | 'isNotSet') => void
  choices: ValueOption[] | null
}) {
  const setOp = (op: TextIs['op'] | 'isSet' | 'isNotSet') => {
    if (op === 'isSet' || op === 'isNotSet') return onPresence?.(op)
    if (op === 'is' || op === 'isNot')
      onChange({ op, values: 'values' in value ? value.values : value.value ? [value.value] : [] })
    else onChange({ op, value: 'value' in value ? value.value : (value.values[0] ?? '') })
  }
  return (
    <>
      <Word<TextIs['op'] | 'isSet' | 'isNotSet'>
        value={value.op}
        options={onPresence ? [...textOps(), ...presenceOps()] : textOps()}
        onChange={setOp}
      />
      {'values' in value ? (
        <Select
          size="small"
          variant="filled"
          mode={choices ? 'multiple' : 'tags'}
          value={value.values}
          style={{ minWidth: 140, maxWidth: 360 }}
          placeholder={t('选择或输入', 'Choose or type')}
          options={choices ?? []}
          optionRender={renderValue}
          popupMatchSelectWidth={false}
          showSearch={{ optionFilterProp: 'label' }}
          onChange={values => onChange({ ...value, values })}
          aria-label={t('值', 'Values')}
        />
      ) : (
        <input
          className="by-word"
          value={value.value}
          maxLength={300}
          onChange={event => onChange({ ...value, value: event.target.value })}
          aria-label={t('文字', 'Text')}
        />
      )}
    </>
  )
}
