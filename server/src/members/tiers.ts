import type { TierInput, Tier as TierView } from '@banyan/shared'
import type { z } from 'zod'
import {
  brandOf,
  brandScope,
  bulkInsert,
  type Ctx,
  findIn,
  mustSeeBrand,
  personOf,
  refused,
  row,
  rows,
  sql,
} from '../core/index.ts'
import { allBrands } from '../platform/index.ts'
import { Member } from './member.ts'
import { markTiersEdited, pointRuleOf } from './point-rule.ts'
import { Tier } from './tier.ts'

/** What a brand has before it decides: everybody starts in the first. */
const defaultTiers = [
  { name: '普通会员', tierRank: 0, thresholdFen: 0, pointsPercent: 100, color: '#66736C', benefits: ['消费得积分', '生日礼'] },
  {
    name: '银卡会员',
    tierRank: 1,
    thresholdFen: 100_000,
    pointsPercent: 110,
    color: '#4F9DA6',
    benefits: ['1.1 倍积分', '生日双倍积分'],
  },
  {
    name: '金卡会员',
    tierRank: 2,
    thresholdFen: 300_000,
    pointsPercent: 125,
    color: '#C77700',
    benefits: ['1.25 倍积分', '专享券', '优先客服'],
  },
] as const

/** The tiers of a brand, lowest first; made from the defaults when the brand has none. */
export async function tiersOf(brandId: number, now: Date): Promise<Tier[]> {
  const read = () => Tier.findAll({ where: { brandId }, order: [['tierRank', 'ASC']] })
  const found = await read()
  if (found.length > 0) return found
  await bulkInsert(
    'tiers',
    defaultTiers.map(tier => ({
      ...tier,
      benefits: JSON.stringify(tier.benefits),
      brandId,
      termMonths: 12,
      graceDays: 30,
      updatedAt: now,
    })),
    { onDuplicate: 'ignore' },
  )
  return read()
}

/** The tiers of one brand, or of all that the caller may see: by brand, then lowest first. */
export async function listTiers(ctx: Ctx, { brandId }: { brandId?: number | undefined }): Promise<TierView[]> {
  if (brandId !== undefined) mustSeeBrand(ctx, brandId)
  const brandIds = brandId === undefined ? (brandScope(ctx) ?? (await allBrands()).map(brand => brand.id)) : [brandId]
  const tiers = await Tier.findAll({ where: { brandId: brandIds } })
  const decided = new Set(tiers.map(tier => tier.brandId))
  for (const one of brandIds) if (!decided.has(one)) tiers.push(...(await tiersOf(one, ctx.now)))
  tiers.sort((a, b) => a.brandId - b.brandId || a.tierRank - b.tierRank)
  const counts = await rows<{ tier_id: number; n: number }>(
    sql`SELECT tier_id, COUNT(*) AS n FROM members WHERE brand_id IN (${brandIds}) AND status = 'active' GROUP BY tier_id`,
  )
  return tiers.map(tier => tierView(tier, counts.find(count => count.tier_id === tier.id)?.n ?? 0))
}

export function tierView(tier: Tier, memberCount = 0): TierView {
  const { id, brandId, name, tierRank: rank, thresholdFen, termMonths, graceDays, pointsPercent, benefits, color } = tier
  return { id, brandId, name, rank, thresholdFen, termMonths, graceDays, pointsPercent, benefits, color, memberCount }
}

export async function myTiers(ctx: Ctx) {
  const brandId = brandOf(ctx)
  const tiers = await tiersOf(brandId, ctx.now)
  const rule = await pointRuleOf(brandId)
  const member = await Member.findOne({ where: { brandId, personId: personOf(ctx), status: 'active' } })
  return {
    tiers: tiers.map(tier => tierView(tier)),
    currentTierId: member?.tierId ?? null,
    window: rule.tierWindow,
    basis: rule.tierBasis,
    pointRule: rule,
  }
}

export async function createTier(
  ctx: Ctx,
  { brandId = brandOf(ctx), rank, ...fields }: z.output<typeof TierInput> & { brandId?: number | undefined },
): Promise<TierView> {
  mustSeeBrand(ctx, brandId)
  const others = await tiersOf(brandId, ctx.now)
  if (others.some(tier => tier.tierRank === rank)) throw refused('tier.rankTaken', { field: 'rank' })
  mustRise([...others, { tierRank: rank, thresholdFen: fields.thresholdFen }])
  const tier = await Tier.create({ ...fields, brandId, tierRank: rank, updatedAt: ctx.now })
  await markTiersEdited(ctx, brandId)
  return tierView(tier)
}

export async function updateTier(
  ctx: Ctx,
  { tierId, rank, ...changes }: Partial<z.output<typeof TierInput>> & { tierId: number },
): Promise<TierView> {
  const tier = await findIn(ctx, Tier, tierId)
  const others = (await tiersOf(tier.brandId, ctx.now)).filter(other => other.id !== tierId)
  const next = { tierRank: rank ?? tier.tierRank, thresholdFen: changes.thresholdFen ?? tier.thresholdFen }
  if (others.some(other => other.tierRank === next.tierRank)) throw refused('tier.rankTaken', { field: 'rank' })
  mustRise([...others, next])
  await tier.update({ ...withoutUndefined(changes), tierRank: next.tierRank, updatedAt: ctx.now })
  await markTiersEdited(ctx, tier.brandId)
  return tierView(tier, await memberCountOf(tierId))
}

export async function removeTier(ctx: Ctx, { tierId }: { tierId: number }): Promise<{ isDone: true }> {
  const tier = await findIn(ctx, Tier, tierId)
  if (tier.tierRank === 0 || (await memberCountOf(tierId)) > 0) throw refused('tier.inUse')
  await tier.destroy()
  return { isDone: true }
}

function mustRise(tiers: readonly { tierRank: number; thresholdFen: number }[]): void {
  const sorted = [...tiers].sort((a, b) => a.tierRank - b.tierRank)
  const rises = sorted.every((tier, index) => index === 0 || tier.thresholdFen > (sorted[index - 1]?.thresholdFen ?? 0))
  if (sorted[0]?.thresholdFen !== 0 || !rises) throw refused('tier.thresholdOrder', { field: 'thresholdFen' })
}

async function memberCountOf(tierId: number): Promise<number> {
  return (
    (await row<{ n: number }>(sql`SELECT COUNT(*) AS n FROM members WHERE tier_id = ${tierId} AND status = 'active'`))?.n ?? 0
  )
}

function withoutUndefined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}
