import { DatePicker, InputNumber, type InputNumberProps } from 'antd'
import dayjs from 'dayjs'
import { BRAND_ZONE, zoned } from '../format.ts'

type Bound<T> = { value?: T; onChange?: (value: T) => void; id?: string }

/** Money typed in yuan, kept in whole fen. */
export function FenInput({
  value,
  onChange,
  ...rest
}: Bound<number | null> & Omit<InputNumberProps<number>, 'value' | 'onChange'>) {
  return (
    <InputNumber<number>
      prefix="¥"
      min={0}
      precision={2}
      style={{ width: '100%', maxWidth: 200 }}
      {...rest}
      value={value == null ? null : value / 100}
      onChange={next => onChange?.(next == null ? null : Math.round(Number(next) * 100))}
    />
  )
}

/** A moment on the brand's wall clock, kept as ISO text. */
export function InstantInput({ value, onChange, id, placeholder }: Bound<string | null> & { placeholder?: string }) {
  return (
    <DatePicker
      id={id}
      showTime={{ format: 'HH:mm' }}
      format="YYYY-MM-DD HH:mm"
      style={{ width: '100%', maxWidth: 220 }}
      placeholder={placeholder}
      value={value ? wallClock(value) : null}
      onChange={next => onChange?.(next ? fromWallClock(next) : null)}
    />
  )
}

/** A span of moments `[from, to]` on the brand's wall clock. */
export function InstantRange({ value, onChange, id }: Bound<[string, string] | null>) {
  return (
    <DatePicker.RangePicker
      id={id ? { start: id, end: `${id}-end` } : undefined}
      allowEmpty={[true, true]}
      showTime={{ format: 'HH:mm' }}
      format="YYYY-MM-DD HH:mm"
      style={{ width: '100%', maxWidth: 400 }}
      value={value ? [wallClock(value[0]), wallClock(value[1])] : null}
      onChange={next => onChange?.(next?.[0] && next[1] ? [fromWallClock(next[0]), fromWallClock(next[1])] : null)}
    />
  )
}

/** A span of calendar days `[from, to]`, both inclusive, with the usual shortcuts. */
export function DayRange({ value, onChange }: Bound<[string, string]>) {
  const today = dayjs(zoned(new Date()).format('YYYY-MM-DD'))
  const last = (days: number): [dayjs.Dayjs, dayjs.Dayjs] => [today.subtract(days - 1, 'day'), today]
  return (
    <DatePicker.RangePicker
      allowClear={false}
      value={value ? [dayjs(value[0]), dayjs(value[1])] : null}
      disabledDate={day => day.isAfter(today)}
      presets={[
        { label: '7 d', value: last(7) },
        { label: '30 d', value: last(30) },
        { label: '90 d', value: last(90) },
        { label: '365 d', value: last(365) },
      ]}
      onChange={next => next?.[0] && next[1] && onChange?.([next[0].format('YYYY-MM-DD'), next[1].format('YYYY-MM-DD')])}
    />
  )
}

export const dayAgo = (days: number) => zoned(new Date()).subtract(days, 'day').format('YYYY-MM-DD')

/** The picker works on local wall clocks; what is shown must be the brand's. */
const wallClock = (iso: string) => dayjs(zoned(iso).format('YYYY-MM-DD HH:mm:ss'))
const fromWallClock = (local: dayjs.Dayjs) => dayjs.tz(local.format('YYYY-MM-DD HH:mm:ss'), BRAND_ZONE).toISOString()
export const startOfDay = (day: string) => dayjs.tz(`${day} 00:00:00`, BRAND_ZONE).toISOString()
export const endOfDay = (day: string) => dayjs.tz(`${day} 00:00:00`, BRAND_ZONE).add(1, 'day').toISOString()
