import { MESSAGE_PURPOSES, type MessagePurpose, type ReachReason, type ReachSettings } from '@banyan/shared'
import { addDays, dayIn, shiftDay, startOfDay } from '../core/index.ts'

/** Everything the gate knows about one message at the moment of sending. */
export type GateFacts = {
  isCancelled: boolean
  hasAddress: boolean
  /** Null where the channel does not need it, or nothing is known. */
  isFollowing: boolean | null
  /** The answer that the purpose asks for; `none` where it asks for none. */
  consent: 'granted' | 'refused' | 'none'
  purpose: MessagePurpose
  /** Marketing messages of the last day and week, and when the oldest of each leaves the window. */
  sentDay: number
  sentWeek: number
  oldestDay: Date | null
  oldestWeek: Date | null
  needsCredit: boolean
  credits: number
  isTest: boolean
}

export type GateLimits = Pick<ReachSettings, 'capPerDay' | 'capPerWeek' | 'quietFrom' | 'quietTo'>
export type Verdict = { pass: true } | { pass: false; reason: ReachReason; retryAt: Date | null }

/**
 * May this message leave now? One gate for every send (semantics 5.1), in this order, so that the reason shown is the first that holds.
 * `retryAt` is when the answer may change by time alone; null when waiting does not help.
 */
export function gate(facts: GateFacts, limits: GateLimits, now: Date): Verdict {
  const purpose = MESSAGE_PURPOSES[facts.purpose]
  const stop = (reason: ReachReason, retryAt: Date | null = null): Verdict => ({ pass: false, reason, retryAt })
  if (facts.isCancelled) return stop('cancelled')
  if (!facts.hasAddress) return stop('noAddress')
  if (facts.isFollowing === false) return stop('notFollowing')
  if (purpose.consent && facts.consent === 'refused') return stop('unsubscribed')
  if (purpose.needsYes && facts.consent === 'none') return stop('noConsent')
  if (facts.needsCredit && facts.credits <= 0) return stop('noCredit')
  // Tests to oneself: neither caps nor quiet hours hold them.
  if (facts.isTest) return { pass: true }
  const cappedUntil = purpose.isCapped ? capEnds(facts, limits) : null
  if (cappedUntil) return stop('capped', cappedUntil)
  const quietUntil = purpose.obeysQuietHours ? quietEnds(limits, now) : null
  if (quietUntil) return stop('quietHours', quietUntil)
  return { pass: true }
}

function capEnds(facts: GateFacts, limits: GateLimits): Date | null {
  const ends: Date[] = []
  if (limits.capPerDay > 0 && facts.sentDay >= limits.capPerDay && facts.oldestDay) ends.push(addDays(facts.oldestDay, 1))
  if (limits.capPerWeek > 0 && facts.sentWeek >= limits.capPerWeek && facts.oldestWeek) ends.push(addDays(facts.oldestWeek, 7))
  return ends.length === 0 ? null : new Date(Math.max(...ends.map(end => end.getTime())))
}

/** The end of the quiet hours that `now` lies in, or null. Times are of the brand's zone; a span may cross midnight. */
export function quietEnds({ quietFrom, quietTo }: Pick<GateLimits, 'quietFrom' | 'quietTo'>, now: Date): Date | null {
  if (quietFrom === quietTo) return null
  const today = dayIn(now)
  const at = (day: string, clock: string) => {
    const [hours = 0, minutes = 0] = clock.split(':').map(Number)
    return new Date(startOfDay(day).getTime() + (hours * 60 + minutes) * 60_000)
  }
  for (const day of [shiftDay(today, -1), today]) {
    const from = at(day, quietFrom)
    const to = quietFrom < quietTo ? at(day, quietTo) : at(shiftDay(day, 1), quietTo)
    if (now >= from && now < to) return to
  }
  return null
}

export type Outcome = { state: 'sent' | 'failed' | 'unknown' | 'waiting'; reason: ReachReason | null; keepsCredit: boolean }

/**
 * What a platform's answer means. The codes: 43101 the reader has no credit (or took it back), 43004 he does not follow, 47003 a field is
 * not what the template says; see the platform's pages on template and subscribe messages.
 */
export function outcomeOf(failure: { class: 'retry' | 'refused' | 'unknown' | 'config'; errcode: string }): Outcome {
  if (failure.class === 'unknown') return { state: 'unknown', reason: 'unknownOutcome', keepsCredit: true }
  if (failure.class === 'retry') return { state: 'waiting', reason: null, keepsCredit: false }
  const reasons: Record<string, ReachReason> = {
    '43101': 'refusedByUser',
    '43004': 'notFollowing',
    '40003': 'noAddress',
    '47003': 'invalidContent',
    '47001': 'invalidContent',
    '40037': 'invalidContent',
    '41030': 'invalidContent',
    '20004': 'refusedByUser',
  }
  return { state: 'failed', reason: reasons[failure.errcode] ?? 'refusedByPlatform', keepsCredit: false }
}

/**
 * Words that make a text an offer. The name of a coupon that somebody holds is none ("满300减40", "8折券"), since a notice must be able to say
 * which coupon ends; the same words said of everything (全场) are.
 */
const OFFER =
  /促销|特价|折扣|打折|全场.{0,6}(折|减|免)|秒杀|抢购|大促|低至|买[一二三\d]送|限时优惠|优惠活动|优惠大|新品上市|双\s*1?[一1]1|抽奖|红包|狂欢|福利来袭|清仓|限时\s*[\d.一二三四五六七八九]+\s*折/

/** The words of an offer in a text, or null: a service notice may not carry one. */
export function offerIn(text: string): string | null {
  return OFFER.exec(text)?.[0] ?? null
}
