import { PointRule } from '@banyan/shared'
import type { z } from 'zod'
import { brandOf, type Ctx, dayIn, mustSeeBrand, refused, row, run, sql, upsert } from '../core/index.ts'

/** What a brand that has decided nothing yet does. */
export const defaultPointRule: Omit<PointRule, 'brandId'> = {
  fenPerPointEarned: 100,
  fenPerPointSpent: 1,
  spendPercentMax: 50,
  joinPoints: 100,
  pendingDays: 0,
  expiry: { kind: 'afterMonths', months: 12 },
  returnGraceDays: 30,
  clawbackPolicy: 'unlimited',
  debtMax: 100_000,
  tierBasis: 'spent',
  tierWindow: 'rolling12Months',
  tierDrop: 'toEarned',
}

const Stored = PointRule.omit({ brandId: true }).partial()

/** How a brand gives and takes points. */
export async function pointRuleOf(brandId: number): Promise<PointRule> {
  const found = await row<{ rule: string }>(sql`SELECT rule FROM point_rules WHERE brand_id = ${brandId}`)
  return { ...defaultPointRule, ...(found ? Stored.parse(JSON.parse(found.rule)) : {}), brandId }
}

export async function getPointRule(ctx: Ctx, { brandId = brandOf(ctx) }: { brandId?: number | undefined }): Promise<PointRule> {
  mustSeeBrand(ctx, brandId)
  return pointRuleOf(brandId)
}

/** What was given already keeps its dates; only what comes after follows the new rule. */
export async function updatePointRule(
  ctx: Ctx,
  { brandId = brandOf(ctx), ...changes }: z.infer<typeof Stored> & { brandId?: number | undefined },
): Promise<PointRule> {
  mustSeeBrand(ctx, brandId)
  if (changes.expiry?.kind === 'fixedDate' && changes.expiry.day < dayIn(ctx.now))
    throw refused('pointRule.fixedDatePast', { field: 'expiry' })
  const before = await pointRuleOf(brandId)
  const rule = { ...before, ...changes, brandId }
  await upsert('point_rules', { brand_id: brandId, rule: JSON.stringify(rule), updated_at: ctx.now }, ['rule', 'updated_at'])
  if (rule.tierWindow !== before.tierWindow || rule.tierBasis !== before.tierBasis) await markTiersEdited(ctx, brandId)
  return rule
}

/** The next nightly run looks at every member of the brand once. */
export async function markTiersEdited(ctx: Ctx, brandId: number): Promise<void> {
  const changed = await run(sql`UPDATE point_rules SET tiers_edited_at = ${ctx.now} WHERE brand_id = ${brandId}`)
  if (changed === 0)
    await upsert('point_rules', { brand_id: brandId, rule: '{}', updated_at: ctx.now, tiers_edited_at: ctx.now }, [
      'tiers_edited_at',
    ])
}
