import { type Ctx, systemCtx } from '../core/index.ts'
import { createTier, tiersOf, updatePointRule, updateTier } from '../members/index.ts'
import { createBrand, createStore } from '../platform/index.ts'
import { once } from './steps.ts'
import { BRANDS, brandDefs, type SampleBrand, storeDefs, tierDefs } from './world.ts'

export type Organisation = { brandIds: Record<SampleBrand, number>; storeIds: Record<string, number> }

/** The two brands with their stores, tiers and point rules. */
export function makeBrands(ctx: Ctx): Promise<Organisation> {
  return once(ctx, 'brands', async () => {
    const brandIds = {} as Organisation['brandIds']
    const storeIds: Organisation['storeIds'] = {}
    for (const key of BRANDS) {
      const { name, code, color } = brandDefs[key]
      const brand = await createBrand(ctx, { name, code, color, logoUrl: '', isActive: true })
      brandIds[key] = brand.id
      for (const store of storeDefs.filter(one => one.brand === key)) {
        const made = await createStore(ctx, {
          brandId: brand.id,
          name: store.name,
          code: store.code,
          kind: store.kind,
          city: store.city,
          address: store.city ? `${store.city}市（演示地址）` : '',
          phone: '',
          isActive: true,
        })
        storeIds[store.code] = made.id
      }
      await makeProgramme(systemCtx({ brandId: brand.id, now: ctx.now, name: '演示数据' }), key, brand.id)
    }
    return { brandIds, storeIds }
  })
}

async function makeProgramme(ctx: Ctx, key: SampleBrand, brandId: number): Promise<void> {
  await updatePointRule(ctx, {
    fenPerPointEarned: 100,
    fenPerPointSpent: 1,
    joinPoints: key === 'lieye' ? 100 : 50,
    pendingDays: 7,
    expiry: { kind: 'afterMonths', months: 12 },
  })
  const made = await tiersOf(brandId, ctx.now)
  // Out of the way first, highest first, so that thresholds rise at every moment.
  for (const tier of [...made].reverse())
    if (tier.tierRank > 0) await updateTier(ctx, { tierId: tier.id, thresholdFen: 1_000_000_000 + tier.tierRank })
  for (const [rank, { name, thresholdFen, pointsPercent, color, benefits }] of tierDefs[key].entries()) {
    const fields = { name, thresholdFen, pointsPercent, color, benefits, termMonths: 12, graceDays: 30 }
    const known = made.find(tier => tier.tierRank === rank)
    if (known) await updateTier(ctx, { tierId: known.id, ...fields })
    else await createTier(ctx, { brandId, rank, ...fields })
  }
}
