import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alarmsOf, dutyNow, isInPeriod, isShiftOn, remarkWith } from './rules.ts'

const staff = (usable: Record<number, boolean>) =>
  new Map(Object.entries(usable).map(([id, isUsable]) => [Number(id), { isUsable }]))
const rota = { staffIds: [1, 2], backupStaffIds: [9], shifts: [] }
const monday = (clock: string) => new Date(`2026-11-23T${clock}:00+08:00`) // a Monday in Shanghai

test.each([
  ['everybody can', { 1: true, 2: true, 9: true }, { staffIds: [1, 2], isOnBackup: false }],
  ['one is at his cap', { 1: false, 2: true, 9: true }, { staffIds: [2], isOnBackup: false }],
  ['none can: the backup', { 1: false, 2: false, 9: true }, { staffIds: [9], isOnBackup: true }],
  ['nobody at all', { 1: false, 2: false, 9: false }, { staffIds: [], isOnBackup: true }],
  ['a staff member who is unknown', { 2: true }, { staffIds: [2], isOnBackup: false }],
])('who receives customers: %s', (_, usable, expected) => {
  expect(dutyNow(rota, staff(usable), monday('10:00'))).toEqual(expected)
})

test('shifts come before the general list, and when all on shift are full the backups take over, not the others', () => {
  const shifts = [{ weekdays: [1], from: '09:00', to: '12:00', staffIds: [3] }]
  expect(dutyNow({ ...rota, shifts }, staff({ 1: true, 2: true, 3: true, 9: true }), monday('10:00')).staffIds).toEqual([3])
  expect(dutyNow({ ...rota, shifts }, staff({ 1: true, 2: true, 3: true, 9: true }), monday('12:00')).staffIds).toEqual([1, 2])
  expect(dutyNow({ ...rota, shifts }, staff({ 1: true, 2: true, 3: false, 9: true }), monday('10:00'))).toEqual({
    staffIds: [9],
    isOnBackup: true,
  })
})

test.each([
  ['before it begins', { weekdays: [1], from: '09:00', to: '18:00' }, monday('08:59'), false],
  ['at its first minute', { weekdays: [1], from: '09:00', to: '18:00' }, monday('09:00'), true],
  ['at its end', { weekdays: [1], from: '09:00', to: '18:00' }, monday('18:00'), false],
  ['on another day', { weekdays: [2], from: '09:00', to: '18:00' }, monday('10:00'), false],
  ['a night shift of Sunday, on Monday at 1', { weekdays: [7], from: '22:00', to: '02:00' }, monday('01:00'), true],
  ['a night shift of Monday, on Monday at 1', { weekdays: [1], from: '22:00', to: '02:00' }, monday('01:00'), false],
  ['a night shift of Monday, at 23', { weekdays: [1], from: '22:00', to: '02:00' }, monday('23:00'), true],
])('a shift, %s', (_, shift, at, isOn) => {
  expect(isShiftOn({ ...shift, staffIds: [1] }, at)).toBe(isOn)
})

test('a valid time has its beginning in it and its end outside', () => {
  const period = { validFrom: monday('09:00'), validTo: monday('18:00') }
  expect(isInPeriod(period, monday('09:00'))).toBe(true)
  expect(isInPeriod(period, monday('18:00'))).toBe(false)
  expect(isInPeriod({ validFrom: null, validTo: null }, monday('18:00'))).toBe(true)
})

const quiet = {
  kind: 'wecom' as const,
  status: 'active' as const,
  failure: null,
  isOnBackup: false,
  validTo: null,
  createdAt: monday('09:00'),
  lastScanAt: monday('09:00'),
  staff: [{ name: '林晓', isUsable: true, contactCount: 10, contactCap: 5000, status: 'active' as const }],
  hasCurrentStaff: true,
  isScaleFull: false,
}
const codesOf = (facts: Partial<typeof quiet> & object, at = monday('10:00')) =>
  alarmsOf({ language: 'zh' }, { ...quiet, ...facts } as never, at).map(alarm => alarm.code)

test('alarms: a code that works is silent; each trouble has its own', () => {
  expect(codesOf({})).toEqual([])
  expect(codesOf({ hasCurrentStaff: false })).toEqual(['noUsableStaff'])
  expect(codesOf({ isOnBackup: true })).toEqual(['onBackup'])
  expect(codesOf({ staff: [{ ...quiet.staff[0]!, contactCount: 4980 }] })).toEqual(['staffNearCap'])
  expect(codesOf({ isScaleFull: true })).toEqual(['scaleFull'])
  expect(codesOf({}, new Date(monday('10:00').getTime() + 9 * 86_400_000))).toEqual(['noScans'])
  expect(codesOf({ validTo: monday('23:00') } as never)).toEqual(['expiresSoon'])
  expect(codesOf({ status: 'disabled', hasCurrentStaff: false } as never)).toEqual([])
})

test.each([
  ['words before the name', { prefix: '静安-', suffix: '' }, '林小满', '静安-林小满'],
  ['words after it', { prefix: '', suffix: '-静安' }, '林小满', '林小满-静安'],
  ['they are there already', { prefix: '', suffix: '-静安' }, '林小满-静安', null],
  ['no words', { prefix: '', suffix: '' }, '林小满', null],
  [
    'the name is cut, not the words',
    { prefix: '', suffix: '-静安' },
    '一二三四五六七八九十一二三四五六七八九十',
    '一二三四五六七八九十一二三四五六七-静安',
  ],
])('a remark: %s', (_, affixes, present, expected) => {
  expect(remarkWith(affixes, present, 20)).toBe(expected)
})

test('law: a remark fits the platform, and putting it again changes nothing', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 9 }),
      fc.string({ maxLength: 9 }),
      fc.string({ maxLength: 40 }),
      (prefix, suffix, present) => {
        const next = remarkWith({ prefix, suffix }, present, 20)
        if (next === null) return
        expect([...next].length).toBeLessThanOrEqual(20)
        expect(remarkWith({ prefix, suffix }, next, 20)).toBeNull()
      },
    ),
  )
})
