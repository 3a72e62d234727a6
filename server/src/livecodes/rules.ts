import type { LiveCodeAlarm, LiveCodeKind, LiveCodeShift } from '@banyan/shared'
import { DEFAULT_ZONE, grouped, many, offsetOf, type Reader, readIn, say, type Words } from '../core/index.ts'
import { isNearCap, type StaffFacts } from '../staff/index.ts'
import type { LiveCodeStatus } from './live-code.ts'

export type Rota = { staffIds: number[]; backupStaffIds: number[]; shifts: LiveCodeShift[] }
export type Duty = { staffIds: number[]; isOnBackup: boolean }

/** Monday = 1 and minutes of the day, in a zone. */
function localTime(at: Date, zone: string): { weekday: number; minutes: number } {
  const local = new Date(at.getTime() + offsetOf(at, zone))
  return { weekday: local.getUTCDay() || 7, minutes: local.getUTCHours() * 60 + local.getUTCMinutes() }
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
}

/** Is this shift on? One that ends before it begins crosses midnight and belongs to the day on which it began. */
export function isShiftOn({ weekdays, from, to }: LiveCodeShift, at: Date, zone: string = DEFAULT_ZONE): boolean {
  const { weekday, minutes } = localTime(at, zone)
  const begins = minutesOf(from)
  const ends = minutesOf(to)
  if (begins < ends) return weekdays.includes(weekday) && minutes >= begins && minutes < ends
  const yesterday = weekday === 1 ? 7 : weekday - 1
  return (weekdays.includes(weekday) && minutes >= begins) || (weekdays.includes(yesterday) && minutes < ends)
}

/** Who receives customers now: those on shift (else all), without those who cannot; nobody left: the backups who can. Empty when none can. */
export function dutyNow(rota: Rota, staff: ReadonlyMap<number, Pick<StaffFacts, 'isUsable'>>, at: Date): Duty {
  const usable = (ids: number[]) => [...new Set(ids)].filter(id => staff.get(id)?.isUsable)
  const onShift = rota.shifts.filter(shift => isShiftOn(shift, at)).flatMap(shift => shift.staffIds)
  const first = usable(onShift.length > 0 ? onShift : rota.staffIds)
  if (first.length > 0) return { staffIds: first, isOnBackup: false }
  return { staffIds: usable(rota.backupStaffIds), isOnBackup: true }
}

export function isInPeriod({ validFrom, validTo }: { validFrom: Date | null; validTo: Date | null }, at: Date): boolean {
  return (validFrom === null || at >= validFrom) && (validTo === null || at < validTo)
}

export type AlarmFacts = {
  kind: LiveCodeKind
  status: LiveCodeStatus
  failure: string | null
  isOnBackup: boolean
  validTo: Date | null
  createdAt: Date
  lastScanAt: Date | null
  /** Everybody the code may use. */
  staff: Pick<StaffFacts, 'name' | 'isUsable' | 'contactCount' | 'contactCap' | 'status'>[]
  hasCurrentStaff: boolean
  isScaleFull: boolean
}

const DAY_MS = 86_400_000
const SILENT_DAYS = 7
const ENDING_DAYS = 3

/** What an operator should look at, the worst first. Stopped codes alarm nobody. */
export function alarmsOf(reader: Reader, facts: AlarmFacts, at: Date): LiveCodeAlarm[] {
  if (facts.status === 'disabled') return []
  const alarms: LiveCodeAlarm[] = []
  const add = (level: LiveCodeAlarm['level'], code: LiveCodeAlarm['code'], ...words: Words) =>
    alarms.push({ level, code, text: say(reader, ...words) })
  if (facts.status === 'failed') {
    const why = facts.failure && readIn(reader, facts.failure)
    add(
      'danger',
      'failed',
      `平台没有生成这个码：${why ?? '原因未知'}`,
      `The platform did not make it: ${why ?? 'no reason given'}`,
    )
  }
  if (facts.kind === 'wecom') {
    if (facts.isScaleFull)
      add(
        'danger',
        'scaleFull',
        '企业的外部联系人规模已满，客户扫码后加不上',
        'The corp’s external contacts are full: whoever scans cannot be added',
      )
    if (!facts.hasCurrentStaff && facts.status !== 'creating')
      add(
        'danger',
        'noUsableStaff',
        '没有可接待的员工：全部离职、休息或已达上限，请更换员工',
        'Nobody can receive: all have left, rest or are at their cap. Choose others',
      )
    else if (facts.isOnBackup) add('warning', 'onBackup', '正由备用员工接待', 'The backup staff receive now')
    for (const member of facts.staff) {
      if (member.status === 'left')
        add('warning', 'noUsableStaff', `${member.name} 已离职，请从活码中移除`, `${member.name} has left: take them off`)
      else if (isNearCap(member)) {
        const share = `${grouped(member.contactCount)}/${grouped(member.contactCap)}`
        add(
          'warning',
          'staffNearCap',
          `${member.name} 好友数 ${share}，即将达到上限`,
          `${member.name} has ${share} contacts, close to the cap`,
        )
      }
    }
  }
  const silentDays = Math.floor((at.getTime() - (facts.lastScanAt ?? facts.createdAt).getTime()) / DAY_MS)
  if (facts.status === 'active' && silentDays >= SILENT_DAYS)
    add(
      'warning',
      'noScans',
      `已 ${silentDays} 天没有人扫码，请检查物料是否还在`,
      `Nobody scanned for ${many(silentDays, 'day')}: is it still in its place?`,
    )
  const endsInMs = facts.validTo ? facts.validTo.getTime() - at.getTime() : null
  if (endsInMs !== null && endsInMs > 0 && endsInMs < ENDING_DAYS * DAY_MS) {
    const days = Math.ceil(endsInMs / DAY_MS)
    add('warning', 'expiresSoon', `将在 ${days} 天内到期`, `Ends within ${many(days, 'day')}`)
  }
  return alarms
}

/** What stands around the customer's name in a remark; `{{ name }}` in the template says where it goes, without it the words go before. */
export type Affixes = { prefix: string; suffix: string }

/**
 * The new remark: the code's words around what stands there already (the staff member's own words, else the name), within the platform's length;
 * the name is cut before the words are. Null when the words are there already or there are none.
 */
export function remarkWith({ prefix, suffix }: Affixes, present: string, lengthMax: number): string | null {
  if (prefix === '' && suffix === '') return null
  if (present.startsWith(prefix) && present.endsWith(suffix) && present.length >= prefix.length + suffix.length) return null
  const room = Math.max(0, lengthMax - [...prefix].length - [...suffix].length)
  return [...`${prefix}${[...present].slice(0, room).join('')}${suffix}`].slice(0, lengthMax).join('')
}
