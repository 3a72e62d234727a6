import { addDays, type Ctx, systemCtx } from '../core/index.ts'
import { createBlocked, type ResolveCall, resolveMany, updateProfile } from '../identity/index.ts'
import type { HardWorld } from './make-hard-cases.ts'

const DATED = { isHistorical: true }
const phone = (value: string) => ({ type: 'phone', scope: '', value })
const tmall = (value: string) => ({ type: 'thirdParty', scope: 'tmall', value })

/** 13800138000 written down at the till fourteen times: it identifies nobody. */
export async function blockedPhone(ctx: Ctx, { accounts }: HardWorld): Promise<void> {
  await resolveMany(
    ctx,
    Array.from({ length: 14 }, (_, n) => ({
      identifiers: [
        { type: 'openid', scope: accounts.miniPrograms.lieye, value: `oSample-blocked-${n}-xxxxxxxx` },
        phone('13800138000'),
      ],
      profile: { name: `路人 ${n + 1}` },
      brandId: ctx.brandId,
      occurredAt: addDays(ctx.now, -n - 1),
      source: 'import:orders',
    })),
    DATED,
  )
}

const STAFF_PHONE = '13917760001'

/** A shop assistant gave her own phone for 46 customers. Headquarters found out and blocked the number, so nobody becomes one with anybody. */
export async function staffPhone(ctx: Ctx, { accounts }: HardWorld): Promise<void> {
  await createBlocked(systemCtx({ now: addDays(ctx.now, -62), name: ctx.actor.name }), {
    type: 'phone',
    value: STAFF_PHONE,
    isPattern: false,
  })
  await resolveMany(
    ctx,
    Array.from({ length: 46 }, (_, n) => ({
      identifiers: [
        { type: 'openid', scope: accounts.miniPrograms.lieye, value: `oSample-proxy-${n}-xxxxxxxxxx` },
        phone(STAFF_PHONE),
        { type: 'device', scope: '', value: 'till-pad-LY-SHJL' },
      ],
      profile: { name: `代录顾客 ${n + 1}` },
      brandId: ctx.brandId,
      occurredAt: addDays(ctx.now, -60 + n),
      source: 'staff',
    })),
    DATED,
  )
}

/** Two unionids behind one phone, eight times: only a person can say whether the couple is one. */
export async function carefulReviews(ctx: Ctx): Promise<void> {
  for (let n = 0; n < 8; n += 1) {
    const number = phone(`1391888${String(1000 + n)}`)
    const unionid = (which: string) => ({ type: 'unionid', scope: '', value: `o6_review_${which}_${n}_xxxxxxxxxxxx` })
    await resolveAt(ctx, n + 2, [
      { identifiers: [unionid('a'), number], profile: { name: `沈念 ${n + 1}` }, source: 'miniProgram' },
      { identifiers: [unionid('b'), number], profile: { name: `沈念 ${n + 1} 家人` }, source: 'miniProgram' },
    ])
  }
}

/** Sixteen phones that meet somebody who, taken together, would hold six shop accounts of Tmall: one more than a person may. */
export async function recommendedReviews(ctx: Ctx, { accounts }: HardWorld): Promise<void> {
  for (let n = 0; n < 16; n += 1) {
    const number = phone(`1391999${String(1000 + n)}`)
    const openid = { type: 'openid', scope: accounts.miniPrograms.lieye, value: `oSample-review-${n}-xxxxxxxxx` }
    const shops = (which: string) => [1, 2, 3].map(at => tmall(`tm-review-${n}-${which}${at}`))
    const profile = { name: `许言 ${n + 1}` }
    await resolveAt(ctx, n + 3, [
      { identifiers: [number, ...shops('a')], profile, source: 'import:orders' },
      { identifiers: [openid, ...shops('b')], profile, source: 'miniProgram' },
      { identifiers: [number, openid], source: 'miniProgram' },
    ])
  }
}

function resolveAt(ctx: Ctx, daysAgo: number, calls: ResolveCall[]) {
  const now = addDays(ctx.now, -daysAgo)
  return resolveMany(
    { ...ctx, now },
    calls.map((call, at) => ({ ...call, occurredAt: addDays(now, (at - calls.length) / 24) })),
    DATED,
  )
}

/** Three of the members were born on 29 February: in other years they are greeted on the 28th. */
export async function leapDay(ctx: Ctx, { personIds }: HardWorld): Promise<void> {
  for (const index of [311, 512, 2711]) await updateProfile(ctx, personIds[index] ?? 0, { birthday: '1992-02-29' }, 'sample')
}
