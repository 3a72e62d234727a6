import type { CouponValue, coupons, InputOf } from '@banyan/shared'
import {
  type Ctx,
  canSeeBrand,
  canSeeStore,
  findIn,
  mustSeeBrand,
  notFound,
  outcomesOf,
  publish,
  type Reader,
  readIn,
  refused,
  rows,
  say,
  sql,
  storeScope,
  type Words,
} from '../core/index.ts'
import { canonicalIds, mustSeePerson, visiblePeople } from '../identity/index.ts'
import { storeOfId, storesByIds } from '../platform/index.ts'
import { couponIdOf, whyNotClaimable } from './claim-coupon.ts'
import { claimMany, StockMoved } from './claim-coupons.ts'
import { CouponBatch } from './coupon-batch.ts'
import { type CouponFactsRow, couponRows, rowsOf, storeIdsOf, viewsOf } from './coupon-view.ts'
import { couponHoldersTouched } from './events.ts'
import { discountOf, type UseRefusal } from './rules.ts'
import { couponOfCode, useCoupon, voidCoupon, whyNotUseIt } from './use-coupon.ts'
import { reasonText, timeText } from './words.ts'

type Coupons = typeof coupons

/** Redeems at the caller's store. Throws the first reason it cannot, with all of them in the detail. */
export async function redeemCoupon(ctx: Ctx, { code, storeId: asked, orderAmountFen }: InputOf<Coupons['coupons.redeem']>) {
  const storeId = await storeOfCall(ctx, asked)
  const coupon = await couponOfCode(code)
  await mustBeOurs(ctx, coupon)
  const reasons = await reasonsOf(ctx, coupon, {
    now: ctx.now,
    brandId: storeId.brandId,
    storeId: storeId.id,
    orderAmountFen: orderAmountFen ?? null,
  })
  const [first] = reasons
  if (first) throw refused(first.code, { reasons })
  const discountFen = orderAmountFen === undefined ? null : discountOf(JSON.parse(coupon.value) as CouponValue, orderAmountFen)
  await useCoupon(ctx, coupon, { storeId: storeId.id, staffId: ctx.staffId, orderAmountFen: orderAmountFen ?? null, discountFen })
  const [view] = await viewsOf(ctx, await couponRows(sql`c.id = ${coupon.id}`))
  if (!view) throw notFound('coupon', coupon.id)
  return { coupon: view, discountFen }
}

export async function checkCoupon(ctx: Ctx, { code, storeId, orderAmountFen }: InputOf<Coupons['coupons.check']>) {
  return checkOf(ctx, await couponOfCode(code), { storeId, orderAmountFen })
}

/** In words: what happened to it and why it can or cannot be used. */
export async function whyCoupon(ctx: Ctx, { code, couponId, storeId, orderAmountFen }: InputOf<Coupons['coupons.why']>) {
  const coupon = code === undefined ? (await couponRows(sql`c.id = ${couponId ?? 0}`))[0] : await couponOfCode(code)
  if (!coupon) throw notFound('coupon', couponId ?? '')
  const check = await checkOf(ctx, coupon, { storeId, orderAmountFen })
  return { ...check, story: await storyOf(ctx, coupon) }
}

async function checkOf(
  ctx: Ctx,
  coupon: CouponFactsRow,
  { storeId = onlyStoreOf(ctx), orderAmountFen }: { storeId?: number | undefined; orderAmountFen?: number | undefined },
) {
  await mustBeOurs(ctx, coupon)
  const store = storeId ? await storeOfId(storeId) : null
  const reasons = await reasonsOf(ctx, coupon, {
    now: ctx.now,
    brandId: store?.brandId ?? ctx.brandId,
    storeId: store?.id ?? null,
    orderAmountFen: orderAmountFen ?? null,
  })
  const [view] = await rowsOf(ctx, [coupon])
  if (!view) throw notFound('coupon', coupon.id)
  const discountFen = orderAmountFen === undefined ? null : discountOf(JSON.parse(coupon.value) as CouponValue, orderAmountFen)
  return { coupon: view, isUsable: reasons.length === 0, reasons, discountFen }
}

/** Somebody of another brand learns that the code is not his brand's, and nothing more. Throws coupon.wrongBrand. */
export async function mustBeOurs(ctx: Ctx, coupon: Pick<CouponFactsRow, 'brand_id' | 'person_id'>): Promise<void> {
  if (!canSeeBrand(ctx, coupon.brand_id)) throw refused('coupon.wrongBrand')
  // of somebody of another store it answers like a code that nobody has
  if (storeScope(ctx) !== null && (await visiblePeople(ctx, [coupon.person_id])).length === 0)
    throw refused('coupon.codeUnknown', { field: 'code' })
}

/** Every reason against using it so, with its sentence. */
export async function reasonsOf(
  reader: Reader,
  coupon: CouponFactsRow,
  at: { now: Date; brandId: number | null; storeId: number | null; personId?: number | null; orderAmountFen: number | null },
): Promise<{ code: UseRefusal; text: string }[]> {
  const codes = whyNotUseIt(coupon, at)
  if (codes.length === 0) return []
  const stores = await storesByIds([...storeIdsOf(coupon), ...(coupon.used_store_id ? [coupon.used_store_id] : [])])
  const facts = {
    validFrom: coupon.valid_from,
    validTo: coupon.valid_to,
    thresholdFen: coupon.threshold_fen,
    usedAt: coupon.used_at,
    voidReason: coupon.void_reason,
    usedStoreName: coupon.used_store_id ? (stores.get(coupon.used_store_id)?.name ?? null) : null,
    storeNames: storeIdsOf(coupon).map(id => stores.get(id)?.name ?? ''),
  }
  return codes.map(code => ({ code, text: reasonText(reader, code, facts, at.orderAmountFen) }))
}

const SOURCES: Record<string, Words> = {
  centre: ['领券中心', 'coupon centre'],
  grant: ['门店发放', 'given at a store'],
  operator: ['总部发放', 'given by headquarters'],
  purchase: ['购买', 'bought'],
  welcome: ['欢迎语', 'welcome message'],
  sample: ['活动', 'campaign'],
}

async function storyOf(ctx: Ctx, coupon: CouponFactsRow): Promise<{ at: Date; text: string }[]> {
  const uses = await rows<{
    kind: 'use' | 'return' | 'void' | 'expire'
    at: Date
    store_id: number | null
    actor_name: string
    order_id: number | null
    note: string
  }>(
    sql`SELECT kind, at, store_id, actor_name, order_id, note FROM coupon_uses WHERE coupon_id = ${coupon.id} ORDER BY id LIMIT 200`,
  )
  const stores = await storesByIds(uses.flatMap(use => (use.store_id ? [use.store_id] : [])))
  const source = say(ctx, ...(SOURCES[coupon.source] ?? [coupon.source, coupon.source]))
  const line = (at: Date, zh: string, en: string) => ({ at, text: `${timeText(ctx, at)} ${say(ctx, zh, en)}` })
  const story = [line(coupon.claimed_at, `领取（${source}）`, `claimed (${source})`)]
  for (const use of uses) {
    const store = use.store_id ? (stores.get(use.store_id)?.name ?? say(ctx, '门店', 'a store')) : null
    const who = use.actor_name && use.actor_name !== 'system' ? use.actor_name : null
    const [by, kept] = [say(ctx, who ? `，${who}经手` : '', who ? `, by ${who}` : ''), readIn(ctx, use.note)]
    const verbs: Record<typeof use.kind, Words> = {
      use: [
        `${store ? `在${store}` : ''}核销${use.order_id ? `（订单 ${use.order_id}）` : ''}${by}`,
        `redeemed${store ? ` at ${store}` : ''}${use.order_id ? ` (order ${use.order_id})` : ''}${by}`,
      ],
      return: [kept || '退回', kept || 'came back'],
      void: [`作废：${kept}${by}`, `void: ${kept}${by}`],
      expire: ['过期', 'expired'],
    }
    story.push(line(use.at, ...verbs[use.kind]))
  }
  if (coupon.status === 'expired' || (coupon.status === 'available' && coupon.valid_to <= ctx.now))
    story.push(line(coupon.valid_to, '过期', 'expired'))
  return story
}

/** Staff and operators give a coupon: the window and the stock bind, members-only and tiers do not. */
export async function grantCoupon(ctx: Ctx, { batchId, personId }: { batchId: number; personId: number }) {
  const batch = await grantable(ctx, batchId)
  const id = await mustSeePerson(ctx, personId)
  const couponId = await grantOne(ctx, batch, {
    personId: id,
    key: ctx.idempotencyKey,
    source: ctx.staffId ? 'grant' : 'operator',
  })
  const [view] = await viewsOf(ctx, await couponRows(sql`c.id = ${couponId}`))
  if (!view) throw notFound('coupon', couponId)
  return view
}

/**
 * The same for many at once, with what became of each: whom the caller may not see, who has as many as he may, and those for whom none is left.
 * Throws conflict.changed when others have just taken of the same stock.
 */
export async function grantCoupons(ctx: Ctx, { batchId, personIds }: { batchId: number; personIds: number[] }) {
  const batch = await grantable(ctx, batchId)
  const people = await canonicalIds(personIds)
  const seen = await visiblePeople(
    ctx,
    [...new Set(people.values())].sort((a, b) => a - b),
  )
  const outcomes = await claimMany(
    ctx,
    batch,
    seen.map(personId => ({ personId, key: null, source: 'operator', isGrant: true })),
  ).catch(error => {
    throw error instanceof StockMoved ? refused('conflict.changed') : error
  })
  const refusals = new Map(
    outcomes.map((outcome, at) => {
      // who has one of a batch that gives one to each is answered with that one
      const refusal = 'refusal' in outcome ? outcome.refusal : outcome.isNew ? null : 'coupon.limitReached'
      return [seen[at] as number, refusal] as const
    }),
  )
  return outcomesOf(personIds, id => {
    const refusal = refusals.get(people.get(id) ?? id)
    return refusal === undefined ? 'thing.notFound' : refusal
  })
}

async function grantable(ctx: Ctx, batchId: number): Promise<CouponBatch> {
  const batch = await findIn(ctx, CouponBatch, batchId)
  const refusal = whyNotClaimable(batch, ctx.now) ?? (batch.priceFen > 0 ? 'coupon.notFree' : null)
  if (refusal) throw refused(refusal)
  return batch
}

/** For other modules: a coupon by rule (a welcome message, a reward). The key makes a repeat harmless. Throws coupon.soldOut, coupon.limitReached, coupon.closed. */
export async function grantByRule(
  ctx: Ctx,
  { batchId, personId, key, source }: { batchId: number; personId: number; key: string; source: string },
): Promise<number> {
  const batch = await findIn(ctx, CouponBatch, batchId)
  const refusal = whyNotClaimable(batch, ctx.now)
  if (refusal) throw refused(refusal)
  return grantOne(ctx, batch, { personId, key, source })
}

async function grantOne(
  ctx: Ctx,
  batch: CouponBatch,
  claim: { personId: number; key: string | null; source: string },
): Promise<number> {
  const [outcome] = await claimMany(ctx, batch, [{ ...claim, isGrant: true }]).catch(error => {
    throw error instanceof StockMoved ? refused('coupon.soldOut') : error
  })
  if (!outcome) throw new Error('a claim had no outcome')
  return couponIdOf(outcome)
}

/** Claims of long ago, many at once: nobody is told, and rules are told by the caller (tellRulesOfHolders). Answers person -> code. */
export async function claimPast(
  ctx: Ctx,
  { batchId, claims }: { batchId: number; claims: readonly { personId: number; key: string; source: string; at: Date }[] },
): Promise<Map<number, string>> {
  const batch = await findIn(ctx, CouponBatch, batchId)
  const outcomes = await claimMany(
    ctx,
    batch,
    claims.map(claim => ({ ...claim, isGrant: true })),
    { isSilent: true },
  )
  const ids = new Map(
    outcomes.flatMap((outcome, index) =>
      'couponId' in outcome ? [[outcome.couponId, claims[index]?.personId ?? 0] as const] : [],
    ),
  )
  const found = ids.size === 0 ? [] : await couponRows(sql`c.id IN (${[...ids.keys()]})`)
  return new Map(found.map(coupon => [ids.get(coupon.id) ?? 0, coupon.code]))
}

/** What rules read about these holders follows within a moment. */
export async function tellRulesOfHolders(ctx: Ctx, brandId: number, personIds: readonly number[]): Promise<void> {
  for (let from = 0; from < personIds.length; from += 1000)
    await publish(ctx, couponHoldersTouched, { brandId, personIds: personIds.slice(from, from + 1000) })
}

export async function voidByOperator(ctx: Ctx, { couponId, reason }: { couponId: number; reason: string }) {
  const [coupon] = await couponRows(sql`c.id = ${couponId}`)
  if (!coupon || !canSeeBrand(ctx, coupon.brand_id)) throw notFound('coupon', couponId)
  await mustSeePerson(ctx, coupon.person_id)
  await voidCoupon(ctx, coupon, { reason })
  const [view] = await rowsOf(ctx, await couponRows(sql`c.id = ${couponId}`))
  if (!view) throw notFound('coupon', couponId)
  return view
}

/** The store of this call: the one named, else the only one the caller serves. Throws coupon.storeNeeded. */
export async function storeOfCall(ctx: Ctx, asked: number | undefined): Promise<{ id: number; brandId: number }> {
  const id = asked ?? onlyStoreOf(ctx)
  const store = id === undefined ? null : await storeOfId(id)
  if (!store) throw refused('coupon.storeNeeded', { field: 'storeId' })
  mustSeeBrand(ctx, store.brandId)
  if (!canSeeStore(ctx, store.id)) throw refused('access.outOfScope', { field: 'storeId' })
  return store
}

function onlyStoreOf(ctx: Ctx): number | undefined {
  return ctx.storeIds !== 'all' && ctx.storeIds.length === 1 ? ctx.storeIds[0] : undefined
}
