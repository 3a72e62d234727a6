import dayjs, { type Dayjs } from 'dayjs'
import 'dayjs/locale/zh-cn'
import timezone from 'dayjs/plugin/timezone'
import utc from 'dayjs/plugin/utc'
import { currentLocale, t } from './i18n.ts'

dayjs.extend(utc)
dayjs.extend(timezone)

/** Calendar rules use the brand's zone, wherever the reader sits. */
export const BRAND_ZONE = 'Asia/Shanghai'

const whole = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 0 })
const cents = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const tenth = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 1 })

export const NONE = '—'
type Maybe<T> = T | null | undefined

/** 12,345 */
export const number = (value: Maybe<number>) => (value == null ? NONE : whole.format(value))

/** 9,876 · 1.2 万 · 3.4 亿; in English 12.3K · 1.2M. For figures read at a glance. */
export function compact(value: Maybe<number>): string {
  if (value == null) return NONE
  const size = Math.abs(value)
  if (currentLocale() === 'en')
    return size < 10_000
      ? whole.format(value)
      : new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value)
  if (size >= 100_000_000) return `${tenth.format(value / 100_000_000)} 亿`
  if (size >= 10_000) return `${tenth.format(value / 10_000)} 万`
  return whole.format(value)
}

/** Fen to ¥1,234.50 */
export const money = (fen: Maybe<number>) => (fen == null ? NONE : `${fen < 0 ? '-' : ''}¥${cents.format(Math.abs(fen) / 100)}`)

/** Fen to ¥1,234 or ¥211.6 万: for totals, where the fen would only be noise. */
export const moneyCompact = (fen: Maybe<number>) => (fen == null ? NONE : `${fen < 0 ? '-' : ''}¥${compact(Math.abs(fen) / 100)}`)

/** Fen without needless zeros: ¥20, ¥19.9. For faces of coupons. */
export const moneyShort = (fen: Maybe<number>) =>
  fen == null ? NONE : `¥${new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 }).format(fen / 100)}`

/** 0.244 to 24.4%. */
export const percent = (ratio: Maybe<number>) =>
  ratio == null || !Number.isFinite(ratio) ? NONE : `${(ratio * 100).toFixed(1)}%`

/** a of b as a percentage; nothing of nothing is a dash, not 0%. */
export const share = (part: Maybe<number>, wholeOf: Maybe<number>) => (part == null || !wholeOf ? NONE : percent(part / wholeOf))

export const zoned = (value: string | Date | Dayjs) => dayjs(value).tz(BRAND_ZONE)

/** 2026-11-22 09:05 in the brand's zone. */
export const dateTime = (value: Maybe<string | Date>) => (value ? zoned(value).format('YYYY-MM-DD HH:mm') : NONE)
export const exactTime = (value: Maybe<string | Date>) => (value ? zoned(value).format('YYYY-MM-DD HH:mm:ss') : NONE)
export const date = (value: Maybe<string | Date>) => (value ? zoned(value).format('YYYY-MM-DD') : NONE)

/** The last day of what ends at an instant: what ends at midnight was good until the day before. */
export const lastDay = (end: Maybe<string | Date>) => (end ? date(new Date(new Date(end).getTime() - 1)) : NONE)

/** 刚刚 · 3 分钟前 · 2 小时前 · 昨天 14:20 · 3-05 14:20 · 2025-03-05; the future likewise (3 分钟后). */
export function relative(value: Maybe<string | Date>, now = new Date()): string {
  if (!value) return NONE
  const then = zoned(value)
  const here = zoned(now)
  const seconds = Math.round((now.getTime() - then.valueOf()) / 1000)
  const ago = (n: number, zh: string, en: string) =>
    seconds >= 0 ? t(`${n} ${zh}前`, `${n} ${en} ago`) : t(`${n} ${zh}后`, `in ${n} ${en}`)
  const size = Math.abs(seconds)
  if (size < 45) return seconds >= 0 ? t('刚刚', 'just now') : t('马上', 'in a moment')
  if (size < 3600) return ago(Math.max(1, Math.round(size / 60)), '分钟', 'min')
  if (size < 6 * 3600 || (size < 86_400 && then.isSame(here, 'day'))) return ago(Math.round(size / 3600), '小时', 'h')
  const clock = then.format('HH:mm')
  if (then.isSame(here.subtract(1, 'day'), 'day')) return t(`昨天 ${clock}`, `yesterday ${clock}`)
  if (then.isSame(here.add(1, 'day'), 'day')) return t(`明天 ${clock}`, `tomorrow ${clock}`)
  if (then.isSame(here, 'day')) return t(`今天 ${clock}`, `today ${clock}`)
  return then.isSame(here, 'year') ? then.format('M-DD HH:mm') : then.format('YYYY-MM-DD')
}

/** 95 s as 1 分 35 秒; for progress and holds. */
export function duration(seconds: Maybe<number>): string {
  if (seconds == null || !Number.isFinite(seconds)) return NONE
  const s = Math.max(0, Math.round(seconds))
  if (s < 60) return t(`${s} 秒`, `${s} s`)
  if (s < 3600) return t(`${Math.floor(s / 60)} 分 ${s % 60} 秒`, `${Math.floor(s / 60)} min ${s % 60} s`)
  return t(
    `${Math.floor(s / 3600)} 小时 ${Math.floor((s % 3600) / 60)} 分`,
    `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`,
  )
}

/** +12.4% with its direction; null when there is nothing to compare with. */
export function delta(now: Maybe<number>, before: Maybe<number>): { text: string; direction: 'up' | 'down' | 'flat' } | null {
  if (now == null || before == null || before === 0) return null
  const ratio = (now - before) / Math.abs(before)
  const direction = Math.abs(ratio) < 0.0005 ? 'flat' : ratio > 0 ? 'up' : 'down'
  return { text: `${ratio > 0 ? '+' : ''}${(ratio * 100).toFixed(1)}%`, direction }
}
