import { type Ctx, systemCtx } from '../core/index.ts'
import { blockedPhone, carefulReviews, leapDay, recommendedReviews, staffPhone } from './hard-identity.ts'
import { optedOut, refundAfterPointsSpent, twoOpenids } from './hard-members.ts'
import type { Organisation } from './make-brands.ts'
import type { Accounts } from './make-people.ts'
import type { SamplePerson } from './population.ts'
import { once } from './steps.ts'

export type HardWorld = {
  people: readonly SamplePerson[]
  personIds: readonly number[]
  organisation: Organisation
  accounts: Accounts
}

const cases: Record<string, (ctx: Ctx, world: HardWorld) => Promise<void>> = {
  blockedPhone,
  staffPhone,
  carefulReviews,
  recommendedReviews,
  leapDay,
  refundAfterPointsSpent,
  twoOpenids,
  optedOut,
}

/** What goes wrong at real brands, planted to be found. */
export async function makeHardCases(ctx: Ctx, world: HardWorld): Promise<void> {
  const brandCtx = systemCtx({ brandId: world.organisation.brandIds.lieye, now: ctx.now, name: '演示数据' })
  for (const [name, plant] of Object.entries(cases)) await once(ctx, `hard:${name}`, () => plant(brandCtx, world))
}
