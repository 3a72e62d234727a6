import { addDays, type Ctx, systemCtx } from '../core/index.ts'
import { claimPast, createBatch, publishBatch, unusedOf } from '../coupons/index.ts'
import { balanceOf, joinMany, membersOfPeople, spendPoints } from '../members/index.ts'
import { type BulkOrder, orderIdsOf, recordOrders, writeRefund } from '../orders/index.ts'
import { type ClaimPlan, claimPlans, couponPlans } from './coupon-plan.ts'
import type { Organisation } from './make-brands.ts'
import { DAYS, type SamplePerson } from './population.ts'
import type { Purchase } from './purchases.ts'
import { type Random, randomOf } from './random.ts'
import { once } from './steps.ts'
import { BRANDS, type SampleBrand } from './world.ts'

const ROUND_DAYS = 14

type World = {
  seed: string
  today: Date
  purchases: Record<SampleBrand, readonly Purchase[]>
  people: readonly SamplePerson[]
  personIds: readonly number[]
  organisation: Organisation
}
type Round = { brand: SampleBrand; brandId: number; from: Date; to: Date }

/** The year, fortnight by fortnight: who joined, what was claimed, bought, sent back and redeemed. Each fortnight of a brand is whole or not there. */
export async function makeYear(ctx: Ctx, world: World, progress: (done: number, total: number) => void): Promise<void> {
  const rounds = Math.ceil(DAYS / ROUND_DAYS)
  for (const [at, brand] of BRANDS.entries()) {
    const brandId = world.organisation.brandIds[brand]
    const plans = couponPlans(world.today)
    const batchIds = await makeBatches(ctx, world, brand)
    const claims = claimPlans(world.seed, brand, plans, world.people, world.today)
    const purchases = world.purchases[brand]
    for (let n = 0; n < rounds; n += 1) {
      const from = n === 0 ? new Date(0) : addDays(world.today, (n - rounds) * ROUND_DAYS)
      const to = n === rounds - 1 ? addDays(world.today, 1) : addDays(world.today, (n + 1 - rounds) * ROUND_DAYS)
      const now = new Date(Math.min(to.getTime(), world.today.getTime()))
      await once(ctx, `year:${brand}:${n}`, () =>
        makeRound(
          systemCtx({ brandId, now, name: '演示数据' }),
          world,
          { brand, brandId, from, to },
          { claims, purchases, batchIds },
        ),
      )
      progress(at * rounds + n + 1, rounds * BRANDS.length)
    }
  }
}

function makeBatches(ctx: Ctx, world: World, brand: SampleBrand): Promise<Record<string, number>> {
  return once(ctx, `batches:${brand}`, async () => {
    const ids: Record<string, number> = {}
    for (const { key, brand: of, input } of couponPlans(world.today)) {
      if (of !== brand) continue
      const batch = await createBatch(
        systemCtx({ brandId: world.organisation.brandIds[brand], now: ctx.now, name: '演示数据' }),
        { ...input, rules: input.rules ?? '', storeIds: [], bearers: { brand: 100, store: 0, group: 0 } },
      )
      await publishBatch(ctx, { batchId: batch.id })
      ids[key] = batch.id
    }
    return ids
  })
}

type Plans = { claims: readonly ClaimPlan[]; purchases: readonly Purchase[]; batchIds: Record<string, number> }

async function makeRound(ctx: Ctx, world: World, round: Round, { claims, purchases, batchIds }: Plans): Promise<number> {
  const isIn = (at: Date) => at >= round.from && at < round.to
  await join(ctx, world, round, isIn)
  const byBatch = new Map<string, ClaimPlan[]>()
  for (const claim of claims) if (isIn(claim.at)) byBatch.set(claim.batchKey, [...(byBatch.get(claim.batchKey) ?? []), claim])
  for (const [key, list] of byBatch) {
    const batchId = batchIds[key] ?? 0
    await claimPast(ctx, {
      batchId,
      claims: list.map(claim => ({
        personId: idOf(world, claim.personIndex),
        key: `sample:${key}:${claim.personIndex}:${claim.at.getTime()}`,
        source: 'sample',
        at: claim.at,
      })),
    })
  }
  const bought = purchases.filter(one => isIn(one.paidAt))
  await recordOrders(ctx, round.brandId, await ordersOf(world, round, bought, batchIds), { earnsPoints: true, isToldLater: true })
  await sendBack(ctx, round, purchases)
  await redeemPoints(ctx, world, round)
  return bought.length
}

async function join(ctx: Ctx, world: World, { brand, brandId }: Round, isIn: (at: Date) => boolean): Promise<void> {
  const joining = world.people.flatMap(person => {
    const membership = person.members[brand]
    if (!membership || !isIn(membership.joinedAt)) return []
    const channel = person.index % 10 < 7 ? 'liveCode' : person.index % 10 < 9 ? 'miniProgram' : 'officialAccount'
    return [
      {
        personId: idOf(world, person.index),
        channel,
        storeId: world.organisation.storeIds[membership.storeCode] ?? null,
        at: membership.joinedAt,
      },
    ]
  })
  await joinMany(ctx, brandId, joining, { isHistorical: true, isToldLater: true })
}

/** Each with a coupon that its buyer holds, when he would use one; whoever is near its threshold takes a little more. */
async function ordersOf(
  world: World,
  { brandId }: Round,
  bought: readonly Purchase[],
  batchIds: Record<string, number>,
): Promise<BulkOrder[]> {
  const held = new Map<number, Held[]>()
  for (const coupon of await unusedOf(brandId, [...new Set(bought.map(one => idOf(world, one.personIndex)))])) {
    // What ends tonight is still in all hands.
    if (coupon.batch_id !== batchIds['lieye:tonight'] && /"(cash|percentage)"/.test(coupon.value))
      held.set(coupon.person_id, [...(held.get(coupon.person_id) ?? []), coupon])
  }
  return bought.map(purchase => {
    const personId = idOf(world, purchase.personIndex)
    const goodsFen = goodsOf(purchase.lines)
    const mine = held.get(personId) ?? []
    const coupon = mine.find(
      one =>
        one.threshold_fen <= goodsFen * 2.4 &&
        one.valid_from <= purchase.paidAt &&
        one.valid_to > purchase.paidAt &&
        (purchase.wantsCoupon || one.threshold_fen <= goodsFen),
    )
    if (coupon)
      held.set(
        personId,
        mine.filter(one => one !== coupon),
      )
    const storeId = world.organisation.storeIds[purchase.storeCode] ?? null
    const lines = coupon ? reaching(purchase.lines, coupon.threshold_fen) : purchase.lines
    return {
      orderNo: purchase.orderNo,
      kind: 'purchase' as const,
      storeId,
      personId,
      paidAt: purchase.paidAt,
      currency: 'CNY',
      source: 'sample' as const,
      lines,
      ...(coupon ? { couponCode: coupon.code } : {}),
    }
  })
}

type Held = Awaited<ReturnType<typeof unusedOf>>[number]
type Lines = Purchase['lines']

function goodsOf(lines: Lines): number {
  return lines.reduce((sum, line) => sum + line.quantity * line.unitPriceFen, 0)
}

function reaching(lines: Lines, thresholdFen: number): Lines {
  const [first, ...rest] = lines
  const missing = thresholdFen - goodsOf(lines)
  return first && missing > 0
    ? [{ ...first, quantity: first.quantity + Math.ceil(missing / first.unitPriceFen) }, ...rest]
    : lines
}

async function sendBack(ctx: Ctx, { brand, brandId, from, to }: Round, purchases: readonly Purchase[]): Promise<void> {
  const due = purchases.flatMap(one => {
    const at = one.returnedAfterDays === null ? null : addDays(one.paidAt, one.returnedAfterDays)
    return at && at >= from && at < to && at <= ctx.now ? [{ one, at }] : []
  })
  const ids = await orderIdsOf(
    brandId,
    due.map(({ one }) => one.orderNo),
  )
  for (const { one, at } of due) {
    const orderId = ids.get(one.orderNo)
    const reason = brand === 'rongjiu' ? '尺码不合适' : '肤感不合适'
    if (orderId)
      await writeRefund(systemCtx({ brandId, now: at, name: '演示数据' }), { orderId, reason, refundNo: `SR${one.orderNo}` })
  }
}

/** A few members of each fortnight turn points into a gift. */
async function redeemPoints(ctx: Ctx, world: World, { brand, brandId, from, to }: Round): Promise<void> {
  const random: Random = randomOf(
    `${world.seed}:gifts:${brand}:${to.getTime() - from.getTime()}:${ctx.now.toISOString().slice(0, 10)}`,
  )
  const some = Array.from({ length: 14 }, () => random.pick(world.people)).filter(
    person => person.members[brand] && person.members[brand].joinedAt < ctx.now,
  )
  const members = await membersOfPeople(
    brandId,
    some.map(person => idOf(world, person.index)),
  )
  for (const member of members) {
    const { available } = await balanceOf(member.id, ctx.now)
    const points = Math.floor(Math.min(available, 600) / 100) * 100
    if (points >= 100 && member.status === 'active')
      await spendPoints(ctx, {
        memberId: member.id,
        points,
        key: `gift:${ctx.now.getTime()}`,
        reason: brand === 'lieye' ? '兑换 旅行装' : '兑换 口水巾',
      })
  }
}

function idOf(world: World, index: number): number {
  return world.personIds[index] ?? 0
}
