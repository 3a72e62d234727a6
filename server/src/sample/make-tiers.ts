import { addDays, type Ctx, systemCtx } from '../core/index.ts'
import { bringTiers, membersOfPeople, tiersOf } from '../members/index.ts'
import type { Organisation } from './make-brands.ts'
import type { SamplePerson } from './population.ts'
import type { Purchase } from './purchases.ts'
import { randomOf } from './random.ts'
import { once } from './steps.ts'
import { BRANDS, type SampleBrand } from './world.ts'

/** How many of a hundred members stand in each tier, the lowest first. */
const SHARES: Record<SampleBrand, readonly number[]> = { lieye: [0.64, 0.24, 0.09, 0.03], rongjiu: [0.7, 0.23, 0.07] }
const TAKEN_OVER_DAYS_AGO = 45

/**
 * A year's purchases alone lift fewer: the rest brought their tier along from the system before, taken over by hand some weeks ago, each until
 * the end of its term there. Whoever spends most stands highest.
 */
export async function takeOverTiers(
  ctx: Ctx,
  of: {
    people: readonly SamplePerson[]
    personIds: readonly number[]
    organisation: Organisation
    purchases: Record<SampleBrand, readonly Purchase[]>
  },
): Promise<void> {
  for (const brand of BRANDS) {
    const brandId = of.organisation.brandIds[brand]
    const handCtx = systemCtx({ brandId, now: addDays(ctx.now, -TAKEN_OVER_DAYS_AGO), name: '演示数据' })
    await once(ctx, `tiers:${brand}`, async () => {
      const random = randomOf(`sample:tiers:${brand}`)
      const spent = spentByPerson(of.purchases[brand], of.personIds)
      const long = of.people.filter(one => one.members[brand] && one.members[brand].joinedAt < addDays(handCtx.now, -1))
      const count = of.people.filter(one => one.members[brand]).length
      const members = await membersOfPeople(
        brandId,
        long.map(one => of.personIds[one.index] ?? 0),
      )
      members.sort(
        (a, b) => b.tierRank - a.tierRank || (spent.get(b.personId) ?? 0) - (spent.get(a.personId) ?? 0) || a.id - b.id,
      )
      const tiers = await tiersOf(brandId, ctx.now)
      const brought = members.flatMap((member, at) => {
        const to = tiers.find(one => one.tierRank === rankAt(SHARES[brand], at / count))
        return to && to.tierRank > member.tierRank ? [{ member, to, endsAt: addDays(ctx.now, random.int(4, 320)) }] : []
      })
      await bringTiers(handCtx, brandId, brought, '原系统等级迁入，保留至原有效期')
      return true
    })
  }
}

function spentByPerson(purchases: readonly Purchase[], personIds: readonly number[]): Map<number, number> {
  const sums = new Map<number, number>()
  for (const { personIndex, lines } of purchases) {
    const id = personIds[personIndex] ?? 0
    sums.set(id, (sums.get(id) ?? 0) + lines.reduce((sum, line) => sum + line.quantity * line.unitPriceFen, 0))
  }
  return sums
}

/** The rank at this place from the top. */
function rankAt(shares: readonly number[], place: number): number {
  let from = 0
  for (let rank = shares.length - 1; rank > 0; rank -= 1) {
    from += shares[rank] ?? 0
    if (place < from) return rank
  }
  return 0
}
