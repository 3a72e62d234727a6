import { addMs, DEFAULT_ZONE, dayIn, shiftDay, startOfDay } from '../core/index.ts'

/** The next time that it is this hour of the day, in the brand's zone; an hour is counted from midnight. */
export function nextHour(now: Date, hour: number): Date {
  const today = dayIn(now, DEFAULT_ZONE)
  const at = addMs(startOfDay(today, DEFAULT_ZONE), hour * 3_600_000)
  return at > now ? at : addMs(startOfDay(shiftDay(today, 1), DEFAULT_ZONE), hour * 3_600_000)
}
