import { addDays, type Ctx } from '../core/index.ts'
import { countHappened, type Happened, noteTouches, type Touch } from '../livecodes/index.ts'
import { purchasesBetween } from '../orders/index.ts'
import { type CodePlan, codePlans } from './code-plan.ts'
import { friendsOf } from './friends.ts'
import type { Organisation } from './make-brands.ts'
import type { SamplePerson } from './population.ts'
import { type Random, randomOf } from './random.ts'
import { doneStep, once } from './steps.ts'
import { BRANDS } from './world.ts'

/** What a code has the credit for: what follows within thirty days. */
const CREDIT_MS = 30 * 86_400_000
const DAY_MS = 86_400_000

/** Through which code everybody came: touches, and the daily counts of the funnel (per 100 scans: 71 add, 44 join, 39 claim, 17 buy within 30 days). */
export async function makeFunnel(
  ctx: Ctx,
  people: readonly SamplePerson[],
  personIds: readonly number[],
  organisation: Organisation,
  seed: string,
): Promise<void> {
  await once(ctx, 'funnel', async () => {
    const random = randomOf(`${seed}:funnel`)
    const homes = new Map(friendsOf(people, seed, ctx.now).map(friend => [friend.personIndex, friend.storeCode]))
    const ids = await codeIds()
    const happened: Happened[] = aliveScans(ctx, random, ids)
    const touches: Touch[] = []
    for (const person of people) {
      if (person.comesLate) continue
      const brand = BRANDS.find(key => person.members[key]) ?? 'lieye'
      const plan = planOf(random, person, homes.get(person.index))
      const codeId = plan ? ids.get(plan.key) : undefined
      const at = person.firstSeenAt
      if (!plan || !codeId || at < addDays(ctx.now, -365) || at > addDays(ctx.now, -plan.silentDays)) continue
      happened.push(...stepsOf(ctx, random, person, plan, codeId))
      touches.push({
        key: `sample:${person.index}`,
        codeId,
        staffId: null,
        brandId: organisation.brandIds[brand],
        personId: personIds[person.index] ?? 0,
        openid: null,
        kind: plan.kind === 'wecom' ? 'add' : plan.kind === 'officialAccount' ? 'follow' : 'scan',
        at,
      })
    }
    await countHappened(ctx, [...happened, ...(await firstOrders(ctx, touches))])
    for (let from = 0; from < touches.length; from += 500) await noteTouches(ctx, touches.slice(from, from + 500))
  })
}

async function codeIds(): Promise<Map<string, number>> {
  const ids = new Map<string, number>()
  for (const { key } of codePlans) {
    const known = await doneStep<number>(`codeId:${key}`)
    if (known) ids.set(key, known.detail)
  }
  return ids
}

/** Whoever added somebody came through a WeCom code, mostly at his store's counter; of the others three in ten through a code of another kind. */
function planOf(random: Random, person: SamplePerson, home: string | undefined): CodePlan | undefined {
  const brand = BRANDS.find(key => person.members[key]) ?? 'lieye'
  const isFriend = person.externalUserId !== null
  const fitting = codePlans.filter(plan => plan.brand === brand && (plan.kind === 'wecom') === isFriend)
  const counter = fitting.find(plan => plan.key === `counter:${home}`)
  if (counter && random.chance(0.55)) return counter
  if (!isFriend && !random.chance(0.3)) return undefined
  return fitting[random.weighted(fitting.map(plan => plan.weight))]
}

/** What one person did on the way, and the scans of those who went no further. */
function stepsOf(ctx: Ctx, random: Random, person: SamplePerson, plan: CodePlan, codeId: number): Happened[] {
  const at = person.firstSeenAt
  const base = { codeId, staffId: null }
  const list: Happened[] = [{ ...base, at, scans: 1, ...(plan.kind === 'miniProgram' ? {} : { adds: 1 }) }]
  if (random.chance(plan.kind === 'wecom' ? 0.27 : 0.9)) list.push({ ...base, at, scans: 1 })
  const joinedAt = person.members[plan.brand]?.joinedAt
  if (joinedAt && joinedAt < ctx.now && joinedAt.getTime() - at.getTime() <= CREDIT_MS)
    list.push({ ...base, at: joinedAt, joins: 1, ...(random.chance(0.886) ? { claims: 1 } : {}) })
  if (plan.kind === 'wecom' && random.chance(plan.channel === '商场中庭活动' ? 0.21 : 0.09)) {
    const lostAt = at.getTime() + random.int(1, 30) * DAY_MS
    if (lostAt < ctx.now.getTime()) list.push({ ...base, at: new Date(lostAt), losses: 1 })
  }
  return list
}

/** Material that hangs is scanned now and then: only what fell off is silent. */
function aliveScans(ctx: Ctx, random: Random, ids: ReadonlyMap<string, number>): Happened[] {
  return codePlans.flatMap(plan => {
    const codeId = ids.get(plan.key)
    if (!codeId) return []
    const days = [random.int(1, 5), plan.silentDays]
    return [{ codeId, staffId: null, at: addDays(ctx.now, -Math.max(...days) - 0.1), scans: 1 }]
  })
}

/** The first order of each of them, when it came within the days for which a code has the credit. */
async function firstOrders(ctx: Ctx, touches: readonly Touch[]): Promise<Happened[]> {
  const first = new Map<string, { at: Date; amountFen: number }>()
  for (const brandId of new Set(touches.map(touch => touch.brandId))) {
    const ids = touches.flatMap(touch => (touch.brandId === brandId ? [touch.personId] : []))
    for (let from = 0; from < ids.length; from += 500) {
      for (const { personId, paidAt, amountFen } of await purchasesBetween(
        brandId,
        ids.slice(from, from + 500),
        new Date(0),
        ctx.now,
      )) {
        const known = first.get(`${brandId}:${personId}`)
        if (!known || paidAt < known.at) first.set(`${brandId}:${personId}`, { at: paidAt, amountFen })
      }
    }
  }
  return touches.flatMap(({ codeId, brandId, personId, at }) => {
    const order = first.get(`${brandId}:${personId}`)
    const isCredited = order && order.at >= at && order.at.getTime() - at.getTime() <= CREDIT_MS
    return isCredited ? [{ codeId, staffId: null, at: order.at, orders: 1, amountFen: order.amountFen }] : []
  })
}
