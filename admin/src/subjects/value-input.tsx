import { DatePicker, Input, InputNumber, Select } from 'antd'
import dayjs from 'dayjs'
import { t } from '../i18n.ts'
import { FenInput, InstantInput } from '../parts/fields.tsx'
import type { Attribute, AttributeValue } from './words.ts'

type Props = {
  attribute: Attribute
  value?: AttributeValue
  onChange?: (value: AttributeValue) => void
  id?: string
  /** What is stored but shown masked: typed over, or left as it is. */
  masked?: string
}

/** Types one value of an attribute; emptied, it takes the value away. */
export function ValueInput({ attribute, value, onChange, id, masked }: Props) {
  const set = (next: AttributeValue | undefined) => onChange?.(next === undefined || next === '' ? null : next)
  const options = attribute.choices.map(choice => ({ value: choice.value, label: choice.zh }))
  switch (attribute.kind) {
    case 'number':
      return (
        <InputNumber
          id={id}
          style={{ width: '100%', maxWidth: 220 }}
          suffix={attribute.unit || undefined}
          value={value as number | null}
          onChange={next => set(next)}
        />
      )
    case 'money':
      return <FenInput id={id} value={value as number | null} onChange={next => set(next)} />
    case 'date':
      return (
        <DatePicker
          id={id}
          style={{ width: '100%', maxWidth: 220 }}
          value={typeof value === 'string' ? dayjs(value) : null}
          onChange={next => set(next ? next.format('YYYY-MM-DD') : null)}
        />
      )
    case 'time':
      return <InstantInput id={id} value={(value as string | null) ?? null} onChange={next => set(next)} />
    case 'boolean':
      return (
        <Select
          id={id}
          allowClear
          style={{ maxWidth: 220 }}
          placeholder={t('不清楚', 'Not known')}
          value={typeof value === 'boolean' ? String(value) : undefined}
          options={[
            { value: 'true', label: t('是', 'Yes') },
            { value: 'false', label: t('否', 'No') },
          ]}
          onChange={next => set(next === undefined ? null : next === 'true')}
        />
      )
    case 'choice':
      return options.length > 0 ? (
        <Select
          id={id}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          value={(value as string | null) ?? undefined}
          options={options}
          onChange={next => set(next)}
        />
      ) : (
        <Input id={id} maxLength={60} value={(value as string | null) ?? ''} onChange={event => set(event.target.value)} />
      )
    case 'list':
      return (
        <Select
          id={id}
          allowClear
          mode={options.length > 0 ? 'multiple' : 'tags'}
          value={Array.isArray(value) ? value : []}
          options={options}
          onChange={next => set(next.length > 0 ? next : null)}
        />
      )
    case 'location':
      return <LocationInput id={id} value={value} onChange={set} />
    case 'phone':
      return (
        <Input
          id={id}
          inputMode="tel"
          maxLength={30}
          placeholder={masked ? t(`现在是 ${masked}，不改就留空`, `Now ${masked}; leave empty to keep it`) : undefined}
          value={(value as string | null) ?? ''}
          onChange={event => set(event.target.value)}
        />
      )
    default:
      return <Input id={id} maxLength={1000} value={(value as string | null) ?? ''} onChange={event => set(event.target.value)} />
  }
}

/** Two coordinates in degrees; a pair pasted from a map fills both. */
function LocationInput({
  id,
  value,
  onChange,
}: {
  id?: string
  value: AttributeValue | undefined
  onChange: (value: AttributeValue) => void
}) {
  const now = value && typeof value === 'object' && !Array.isArray(value) ? value : null
  const set = (text: string) => {
    const [latitude, longitude] = text.split(/[,，\s]+/).map(Number)
    const isWhole = [latitude, longitude].every(one => one !== undefined && Number.isFinite(one))
    onChange(text.trim() === '' || !isWhole ? null : { latitude: latitude as number, longitude: longitude as number })
  }
  return (
    <Input
      id={id}
      key={now ? `${now.latitude},${now.longitude}` : 'none'}
      defaultValue={now ? `${now.latitude}, ${now.longitude}` : ''}
      placeholder="31.2304, 121.4737"
      onBlur={event => set(event.target.value)}
      onPressEnter={event => set(event.currentTarget.value)}
    />
  )
}
