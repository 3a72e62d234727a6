import { type CouponBatchInput, CouponValidity, type coupons, type InputOf } from '@banyan/shared'
import { z } from 'zod'
import {
  brandOf,
  brandScope,
  type Ctx,
  changeOne,
  dayIn,
  findIn,
  mustSeeBrand,
  Op,
  orderOf,
  refused,
  row,
  rows,
  run,
  sql,
  upsert,
} from '../core/index.ts'
import { batchView, CouponBatch, countsOf, validityOfBatch } from './coupon-batch.ts'
import { forgetBatch } from './open-batch.ts'

type Coupons = typeof coupons

const SORTS = ['name', 'opensAt', 'closesAt', 'createdAt'] as const

export async function listBatches(
  ctx: Ctx,
  { page, pageSize, search, sort, brandId, status, kind, isGrantable }: InputOf<Coupons['couponBatches.list']>,
) {
  if (brandId !== undefined) mustSeeBrand(ctx, brandId)
  const brands = brandId === undefined ? brandScope(ctx) : [brandId]
  const { rows: found, count } = await CouponBatch.findAndCountAll({
    where: {
      ...(brands ? { brandId: { [Op.in]: brands } } : {}),
      ...(status ? { status } : {}),
      ...(kind ? { kind } : {}),
      ...(isGrantable
        ? { status: 'published', closesAt: { [Op.gt]: ctx.now }, opensAt: { [Op.lte]: ctx.now }, priceFen: 0 }
        : {}),
      ...(search ? { name: { [Op.like]: `%${search}%` } } : {}),
    },
    order: [orderOf(sort, SORTS, '-createdAt'), ['id', 'DESC']],
    limit: pageSize,
    offset: (page - 1) * pageSize,
  })
  const counts = await countsOf(found.map(batch => batch.id))
  return { items: found.map(batch => batchView(ctx, batch, counts.get(batch.id))), total: count }
}

export async function getBatch(ctx: Ctx, { batchId }: { batchId: number }) {
  const batch = await findIn(ctx, CouponBatch, batchId)
  const counts = (await countsOf([batchId])).get(batchId)
  const byStatus = await rows<{ status: string; n: number }>(
    sql`SELECT CASE WHEN status = 'available' AND valid_to <= ${ctx.now} THEN 'expired' ELSE status END AS status, COUNT(*) AS n FROM coupons WHERE batch_id = ${batchId} GROUP BY 1`,
  )
  const used = await row<{ amount: number | null; discount: number | null }>(
    sql`SELECT SUM(order_amount_fen) AS amount, SUM(discount_fen) AS discount FROM coupon_uses WHERE batch_id = ${batchId} AND kind = 'use'`,
  )
  const countIn = (status: string) => Number(byStatus.find(one => one.status === status)?.n ?? 0)
  return {
    ...batchView(ctx, batch, counts),
    availableCount: countIn('available'),
    lockedCount: countIn('locked'),
    expiredCount: countIn('expired'),
    voidCount: countIn('void'),
    orderAmountFen: Number(used?.amount ?? 0),
    discountFen: Number(used?.discount ?? 0),
    daily: await dailyOf(batchId),
  }
}

const DAYS_SHOWN = 60

async function dailyOf(batchId: number) {
  const claimed = await rows<{ at: Date }>(
    sql`SELECT claimed_at AS at FROM coupons WHERE batch_id = ${batchId} AND status <> 'reserved' ORDER BY claimed_at DESC LIMIT 20000`,
  )
  const used = await rows<{ at: Date }>(
    sql`SELECT at FROM coupon_uses WHERE batch_id = ${batchId} AND kind = 'use' ORDER BY id DESC LIMIT 20000`,
  )
  const days = new Map<string, { day: string; claimed: number; used: number }>()
  const add = (at: Date, of: 'claimed' | 'used') => {
    const day = dayIn(at)
    const one = days.get(day) ?? { day, claimed: 0, used: 0 }
    one[of] += 1
    days.set(day, one)
  }
  for (const one of claimed) add(one.at, 'claimed')
  for (const one of used) add(one.at, 'used')
  return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1)).slice(-DAYS_SHOWN)
}

export async function createBatch(
  ctx: Ctx,
  { brandId = brandOf(ctx), stock, ...input }: z.output<typeof CouponBatchInput> & { brandId?: number | undefined },
) {
  mustSeeBrand(ctx, brandId)
  mustMakeSense(input)
  const batch = await CouponBatch.create({
    ...input,
    validity: z.encode(CouponValidity, input.validity),
    brandId,
    kind: input.value.kind,
    status: 'draft',
    createdAt: ctx.now,
  })
  await upsert('coupon_stocks', { batch_id: batch.id, stock, claimed: 0 })
  return batchView(ctx, await batch.reload(), { stock, claimed: 0, used: 0 })
}

/** What holders were promised stays: of a published batch only names, rules, windows and visibility change, and stock grows. */
const FIXED_ONCE_PUBLISHED = ['value', 'thresholdFen', 'validity', 'priceFen'] as const

export async function updateBatch(
  ctx: Ctx,
  { batchId, changes: { stock, ...changes } }: InputOf<Coupons['couponBatches.update']>,
) {
  const batch = await findIn(ctx, CouponBatch, batchId)
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<typeof changes>
  const before = { ...batchView(ctx, batch), validity: validityOfBatch(batch) }
  if (batch.status !== 'draft') {
    const broken = FIXED_ONCE_PUBLISHED.find(
      field => field in given && JSON.stringify(given[field]) !== JSON.stringify(before[field]),
    )
    if (broken) throw refused('couponBatch.fixed', { field: broken })
  }
  mustMakeSense({ ...before, ...withoutUndefined(given) })
  if (stock !== undefined) {
    const isGrowth = batch.status === 'draft' ? sql`claimed <= ${stock}` : sql`stock <= ${stock}`
    await changeOne(
      sql`UPDATE coupon_stocks SET stock = ${stock} WHERE batch_id = ${batchId} AND ${isGrowth}`,
      'couponBatch.fixed',
      { field: 'stock' },
    )
  }
  await batch.update({
    ...withoutUndefined(given),
    ...(given.validity ? { validity: z.encode(CouponValidity, given.validity) } : {}),
    ...(given.value ? { kind: given.value.kind } : {}),
  })
  forgetBatch(batchId)
  return batchView(ctx, await batch.reload(), (await countsOf([batchId])).get(batchId))
}

export async function publishBatch(ctx: Ctx, { batchId }: { batchId: number }) {
  return moveBatch(ctx, batchId, 'draft', 'published')
}

export async function closeBatch(ctx: Ctx, { batchId }: { batchId: number }) {
  return moveBatch(ctx, batchId, 'published', 'closed')
}

export async function removeBatch(ctx: Ctx, { batchId }: { batchId: number }): Promise<{ isDone: true }> {
  await findIn(ctx, CouponBatch, batchId)
  await changeOne(sql`DELETE FROM coupon_batches WHERE id = ${batchId} AND status = 'draft'`, 'couponBatch.notDraft')
  await run(sql`DELETE FROM coupon_stocks WHERE batch_id = ${batchId}`)
  return { isDone: true }
}

async function moveBatch(ctx: Ctx, batchId: number, from: 'draft' | 'published', to: 'published' | 'closed') {
  const batch = await findIn(ctx, CouponBatch, batchId)
  await changeOne(
    sql`UPDATE coupon_batches SET status = ${to} WHERE id = ${batchId} AND status = ${from}`,
    from === 'draft' ? 'couponBatch.notDraft' : 'coupon.closed',
  )
  forgetBatch(batchId)
  return batchView(ctx, await batch.reload(), (await countsOf([batchId])).get(batchId))
}

function mustMakeSense(input: {
  opensAt: Date
  closesAt: Date
  validity: CouponValidity
  bearers: { brand: number; store: number; group: number }
}): void {
  if (input.closesAt <= input.opensAt) throw refused('couponBatch.dates', { field: 'closesAt' })
  if (input.validity.kind === 'fixed' && (input.validity.to <= input.validity.from || input.validity.to <= input.opensAt))
    throw refused('couponBatch.dates', { field: 'validity' })
  if (input.bearers.brand + input.bearers.store + input.bearers.group !== 100)
    throw refused('couponBatch.bearers', { field: 'bearers' })
}

function withoutUndefined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}
