import { CheckOutlined, EnvironmentOutlined } from '@ant-design/icons'
import { date, dateTime, money, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'
import type { Attribute, AttributeValue } from './words.ts'

/** A value as text: what CSV says and lists search by eye. */
export function valueText(attribute: Attribute, value: AttributeValue | undefined): string {
  if (value === null || value === undefined || value === '') return ''
  const named = (one: string) => attribute.choices.find(choice => choice.value === one)?.zh ?? one
  if (Array.isArray(value)) return value.map(named).join(t('、', ', '))
  if (typeof value === 'object') return `${degrees(value.latitude)}, ${degrees(value.longitude)}`
  switch (attribute.kind) {
    case 'boolean':
      return value ? t('是', 'Yes') : t('否', 'No')
    case 'money':
      return money(Number(value))
    case 'number':
      return [number(Number(value)), attribute.unit].filter(Boolean).join(' ')
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? String(value) : date(String(value))
    case 'time':
      return dateTime(String(value))
    case 'choice':
      return named(String(value))
    default:
      return String(value)
  }
}

/** Five digits are a metre: more say nothing. */
const degrees = (value: number) => Number(value.toFixed(5))

/** A value as it is shown; nothing known is a dash. */
export function Value({ attribute, value }: { attribute: Attribute; value: AttributeValue | undefined }) {
  const text = valueText(attribute, value)
  if (!text) return <span className="by-faint">—</span>
  if (Array.isArray(value))
    return (
      <span className="by-row by-wrap" style={{ gap: 4 }}>
        {value.map(one => (
          <Pill key={one} isDotted={false}>
            {attribute.choices.find(choice => choice.value === one)?.zh ?? one}
          </Pill>
        ))}
      </span>
    )
  if (attribute.kind === 'boolean' && value === true)
    return (
      <span className="by-green">
        <CheckOutlined /> {text}
      </span>
    )
  if (attribute.kind === 'location')
    return (
      <span className="by-num">
        <EnvironmentOutlined className="by-faint" /> {text}
      </span>
    )
  return <span className={attribute.kind === 'text' || attribute.kind === 'choice' ? '' : 'by-num'}>{text}</span>
}
