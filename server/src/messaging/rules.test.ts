import { expect, test } from 'vitest'
import { type GateFacts, gate, offerIn, outcomeOf, quietEnds } from './rules.ts'

const limits = { capPerDay: 1, capPerWeek: 3, quietFrom: '21:00', quietTo: '09:00' }
const noon = new Date('2026-11-22T04:00:00Z') // 12:00 in Shanghai
const fine: GateFacts = {
  isCancelled: false,
  hasAddress: true,
  isFollowing: null,
  consent: 'granted',
  purpose: 'marketing',
  sentDay: 0,
  sentWeek: 0,
  oldestDay: null,
  oldestWeek: null,
  needsCredit: true,
  credits: 1,
  isTest: false,
}

test.each<[string, Partial<GateFacts>, string | null]>([
  ['all is well', {}, null],
  ['withdrawn by the operator', { isCancelled: true, hasAddress: false }, 'cancelled'],
  ['never opened the mini-program', { hasAddress: false }, 'noAddress'],
  ['does not follow', { isFollowing: false }, 'notFollowing'],
  ['never asked', { consent: 'none' }, 'noConsent'],
  ['said no', { consent: 'refused' }, 'unsubscribed'],
  ['a service notice needs no yes', { purpose: 'service', consent: 'none' }, null],
  ['but a no to it holds', { purpose: 'service', consent: 'refused' }, 'unsubscribed'],
  ['no credit', { credits: 0 }, 'noCredit'],
  ['day cap', { sentDay: 1, oldestDay: noon }, 'capped'],
  ['week cap', { sentWeek: 3, oldestWeek: noon }, 'capped'],
  ['service is not capped', { purpose: 'service', sentDay: 9, oldestDay: noon }, null],
  ['a recall reaches even who said no', { purpose: 'safety', consent: 'refused', sentDay: 9, oldestDay: noon }, null],
  ['but not who cannot be addressed', { purpose: 'safety', hasAddress: false }, 'noAddress'],
  ['a bill needs no yes and is not capped', { purpose: 'dunning', consent: 'none', sentDay: 9, oldestDay: noon }, null],
  ['and ends with a no', { purpose: 'dunning', consent: 'refused' }, 'unsubscribed'],
])('%s', (_, facts, reason) => {
  const verdict = gate({ ...fine, ...facts }, limits, noon)
  expect(verdict.pass ? null : verdict.reason).toBe(reason)
})

test.each([
  ['service', null],
  ['safety', null],
  ['dunning', 'quietHours'],
  ['marketing', 'quietHours'],
] as const)('at night %s: %s', (purpose, reason) => {
  const night = new Date('2026-11-22T14:00:00Z') // 22:00 in Shanghai
  const verdict = gate({ ...fine, purpose }, limits, night)
  expect(verdict.pass ? null : verdict.reason).toBe(reason)
})

test('quiet hours cross midnight and end in the morning of the right day', () => {
  expect(quietEnds(limits, noon)).toBeNull()
  expect(quietEnds(limits, new Date('2026-11-22T14:00:00Z'))?.toISOString()).toBe('2026-11-23T01:00:00.000Z') // 22:00 -> 09:00
  expect(quietEnds(limits, new Date('2026-11-21T22:00:00Z'))?.toISOString()).toBe('2026-11-22T01:00:00.000Z') // 06:00 -> 09:00
  expect(quietEnds({ quietFrom: '09:00', quietTo: '09:00' }, noon)).toBeNull()
})

test('what may have been sent is unknown and keeps its credit; a refusal gives it back', () => {
  expect(outcomeOf({ class: 'unknown', errcode: '' })).toEqual({ state: 'unknown', reason: 'unknownOutcome', keepsCredit: true })
  expect(outcomeOf({ class: 'refused', errcode: '43101' })).toMatchObject({
    state: 'failed',
    reason: 'refusedByUser',
    keepsCredit: false,
  })
  expect(outcomeOf({ class: 'retry', errcode: '45009' })).toMatchObject({ state: 'waiting' })
})

test.each([
  ['您的优惠券即将到期', null],
  ['会员积分变动提醒', null],
  ['全场 8 折', '全场 8 折'],
  ['满300减40', null],
  ['双11大促', '双11'],
  ['限时秒杀', '秒杀'],
])('%s: offer %s', (text, word) => {
  expect(offerIn(text)).toBe(word)
})
