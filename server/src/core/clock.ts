/** The one clock. Actions read `ctx.now`; only tests move it, and the demo's year, which is played day by day before anybody works with it. */
let offsetMs = 0

export function now(): Date {
  return new Date(Date.now() + offsetMs)
}

/** What time is it? `null` returns to real time. */
export function setClock(to: Date | null): void {
  offsetMs = to ? to.getTime() - Date.now() : 0
}

export function advanceClock(byMs: number): void {
  offsetMs += byMs
}

export const addMs = (at: Date, ms: number): Date => new Date(at.getTime() + ms)
export const addSeconds = (at: Date, seconds: number): Date => addMs(at, seconds * 1000)
export const addDays = (at: Date, days: number): Date => addMs(at, days * 86_400_000)

/** The default zone of calendar rules (semantics: brand's zone, default Asia/Shanghai). */
export const DEFAULT_ZONE = 'Asia/Shanghai'

const dayFormats = new Map<string, Intl.DateTimeFormat>()

/** The calendar day of an instant in a zone, `2026-11-22`. */
export function dayIn(at: Date, zone: string = DEFAULT_ZONE): string {
  let format = dayFormats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
    dayFormats.set(zone, format)
  }
  return format.format(at)
}

/** The first instant of a calendar day in a zone. Zones with daylight saving are right because the offset is read at that day. */
export function startOfDay(day: string, zone: string = DEFAULT_ZONE): Date {
  const guess = new Date(`${day}T00:00:00Z`)
  const first = new Date(guess.getTime() - offsetOf(guess, zone))
  return new Date(guess.getTime() - offsetOf(first, zone))
}

/** The day `count` days after `day` (negative: before). */
export function shiftDay(day: string, count: number): string {
  return addDays(new Date(`${day}T00:00:00Z`), count)
    .toISOString()
    .slice(0, 10)
}

/** The day `count` months after `day`, clamped to the month's end. */
export function shiftMonth(day: string, count: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 + count, 1))
  const lastDate = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), Math.min(date, lastDate))).toISOString().slice(0, 10)
}

const partFormats = new Map<string, Intl.DateTimeFormat>()

const offsets = new Map<string, number>()
const OFFSETS_MAX = 2_000
/** Zones change their offset on a quarter of an hour. */
const QUARTER_MS = 900_000

/** Milliseconds that a zone is ahead of UTC at an instant. Intl is slow, so a quarter of an hour once asked for is remembered. */
export function offsetOf(at: Date, zone: string): number {
  const key = `${zone}|${Math.floor(at.getTime() / QUARTER_MS)}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  if (offsets.size >= OFFSETS_MAX) offsets.clear()
  const offset = readOffset(at, zone)
  offsets.set(key, offset)
  return offset
}

function readOffset(at: Date, zone: string): number {
  let format = partFormats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    partFormats.set(zone, format)
  }
  const parts: Record<string, number> = {}
  for (const part of format.formatToParts(at)) if (part.type !== 'literal') parts[part.type] = Number(part.value)
  const local = Date.UTC(
    parts.year ?? 0,
    (parts.month ?? 1) - 1,
    parts.day ?? 1,
    parts.hour ?? 0,
    parts.minute ?? 0,
    parts.second ?? 0,
  )
  return local - Math.floor(at.getTime() / 1000) * 1000
}
