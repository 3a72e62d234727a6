/**
 * The demo's year, made through the modules' own actions from a fixed seed, with dates relative to the day of the first start. Killed in
 * between it goes on where it stopped; made once it is never made again.
 */
import { type Ctx, dayIn, log, shiftDay, systemCtx, transaction, withoutTransaction } from '../core/index.ts'
import { expireCoupons, tellRulesOfHolders } from '../coupons/index.ts'
import { mirrorChannels, mirrorFriends } from '../livecodes/index.ts'
import { expirePoints, membersOfPeople, touch } from '../members/index.ts'
import { tellRulesOfBuyers } from '../orders/index.ts'
import { markAsDemo } from '../platform/index.ts'
import { keepStores } from '../profiles/index.ts'
import { staffDefs } from './directory.ts'
import { joinWorld } from './join-world.ts'
import { makeBrands, type Organisation } from './make-brands.ts'
import { makeCallbacks } from './make-callbacks.ts'
import { makeCodes } from './make-codes.ts'
import { makeContacts, makeFollowings } from './make-contacts.ts'
import { makeFunnel } from './make-funnel.ts'
import { makeHardCases } from './make-hard-cases.ts'
import { makeHistory } from './make-history.ts'
import { makeImport } from './make-import.ts'
import { makeLifecycle } from './make-lifecycle.ts'
import { makeMessages, makeTemplates } from './make-messages.ts'
import { type Accounts, makeConsents, makePeople, makeVisits, personIdsOf } from './make-people.ts'
import { makeSegments, makeTags } from './make-segments.ts'
import { fillUpStaff, letStaffLeave, makeStaff } from './make-staff.ts'
import { takeOverTiers } from './make-tiers.ts'
import { makeYear } from './make-year.ts'
import { makePopulation } from './population.ts'
import { makePurchases, type Purchase } from './purchases.ts'
import { doneStep, once, onceOutside, migrations as stepMigrations } from './steps.ts'
import { BRANDS, type SampleBrand } from './world.ts'

export type { Organisation as SampleOrganisation } from './make-brands.ts'
export type { Accounts as SampleAccounts } from './make-people.ts'
export type { PretendWorld as SampleWorld } from './play.ts'
export const migrations = stepMigrations

/** Who stands in the directory, as the simulator takes it; two of them leave while the year is played. */
export const sampleStaff = staffDefs.map(({ userid, name, departmentIds, position, contactsElsewhere }) => ({
  userid,
  name,
  departmentIds,
  position,
  contactsElsewhere,
}))

const SEED = 'suiyu-2026'

/** The brands first: app needs their ids to say which account serves which. May be called at every start. */
export async function makeSampleBrands(): Promise<Organisation> {
  const ctx = systemCtx({ name: '演示数据' })
  const organisation = await makeBrands(ctx)
  await markAsDemo(ctx, Object.values(organisation.brandIds))
  return organisation
}

export async function isSampleMade(): Promise<boolean> {
  return (await doneStep('finished')) !== null
}

/** Everything else; needs the brands, and connections to the platforms that answer. Answers in about a minute, at once when it is made. */
export async function makeSample(accounts: Accounts, progress: (text: string) => void): Promise<void> {
  if (await isSampleMade()) return
  const startedMs = Date.now()
  const cpu = process.cpuUsage()
  // The day of the first start, also when a second start has to finish it.
  const begun = systemCtx({ name: '演示数据' })
  const today = new Date(await once(begun, 'begun', async () => begun.now.toISOString()))
  const ctx = systemCtx({ now: today, name: '演示数据' })
  const organisation = await makeSampleBrands()
  const people = makePopulation(SEED, today)
  await joinWorld(people, accounts, SEED, today)
  const purchases = {} as Record<SampleBrand, Purchase[]>
  for (const brand of BRANDS) purchases[brand] = makePurchases(SEED, brand, people, today)
  const timed = async (name: string, work: () => Promise<unknown>) => {
    const before = Date.now()
    await work()
    log.info({ step: name, tookMs: Date.now() - before }, 'sample step')
  }

  progress('演示数据：店员与门店')
  await timed('staff', () => makeStaff(ctx, organisation, accounts))
  await timed('people', () =>
    makePeople(ctx, people, accounts, organisation.brandIds, done => progress(`演示数据：顾客 ${done}/${people.length}`)),
  )
  const personIds = await personIdsOf(ctx, people, accounts)
  const known = { people, personIds, organisation, accounts, purchases }
  await timed('consents', () => makeConsents(ctx, people, personIds, organisation.brandIds))
  await timed('year', () =>
    makeYear(ctx, { seed: SEED, today, ...known }, (done, total) =>
      progress(`演示数据：一年的会员、券与订单 ${Math.round((done * 100) / total)}%`),
    ),
  )
  await timed('tiers', () => takeOverTiers(ctx, known))
  await timed('visits', () => makeVisits(ctx, people, accounts, lastPaidAt(purchases)))
  await timed('contacts', () =>
    makeContacts(ctx, people, accounts, SEED, (done, total) => progress(`演示数据：企微好友 ${done}/${total}`)),
  )
  await timed('followings', () => makeFollowings(ctx, people, accounts))
  progress('演示数据：活码、标签与人群')
  await timed('codes', async () => makeCodes(ctx, organisation, await batchIds(), accounts.corpId))
  await timed('funnel', () => makeFunnel(ctx, people, personIds, organisation, SEED))
  await timed('tags', () => makeTags(ctx, people, personIds, organisation))
  await timed('segments', () => makeSegments(ctx, organisation))
  await timed('hard', () => makeHardCases(ctx, known))
  await timed('import', () => makeImport(ctx, people, organisation))
  await timed('templates', () => makeTemplates(ctx, known))
  await timed('history', () =>
    makeHistory(ctx, known, (done, total) => progress(`演示数据：一年的消息 ${Math.round((done * 100) / total)}%`)),
  )
  await timed('leaving', () => letStaffLeave(ctx, accounts))
  await timed('full', () => fillUpStaff(ctx, accounts))
  await timed('callbacks', () => makeCallbacks(ctx, people, accounts))
  await timed('messages', () => makeMessages(ctx, known))
  const met = personIds.filter(id => id > 0)
  await timed('channels', () => mirrorEverybody(ctx, met, organisation))
  await timed('end', () =>
    finish(
      ctx,
      people.flatMap(person => (BRANDS.some(brand => person.members[brand]) ? [personIds[person.index] ?? 0] : [])),
      organisation,
    ),
  )
  // Now, not on the sample's day: its past is worked out from all that was recorded until this moment.
  await timed('lifecycle', () => makeLifecycle(organisation))
  log.info({ tookMs: Date.now() - startedMs, cpuMs: Math.round(process.cpuUsage(cpu).user / 1000) }, 'sample made')
}

function lastPaidAt(purchases: Record<SampleBrand, readonly Purchase[]>): Map<number, Date> {
  const last = new Map<number, Date>()
  for (const { personIndex, paidAt } of Object.values(purchases).flat())
    if (paidAt > (last.get(personIndex) ?? new Date(0))) last.set(personIndex, paidAt)
  return last
}

async function batchIds(): Promise<Record<SampleBrand, Record<string, number>>> {
  const all = {} as Record<SampleBrand, Record<string, number>>
  for (const brand of BRANDS) all[brand] = (await doneStep<Record<string, number>>(`batches:${brand}`))?.detail ?? {}
  return all
}

/** Rules learn through which code everybody came, and who is a friend. */
async function mirrorEverybody(ctx: Ctx, personIds: readonly number[], organisation: Organisation): Promise<void> {
  await once(ctx, 'channels', async () => {
    for (let from = 0; from < personIds.length; from += 500) {
      const some = personIds.slice(from, from + 500)
      await mirrorChannels(ctx, some)
      await keepStores(ctx, some)
      for (const brand of BRANDS)
        await mirrorFriends(
          systemCtx({ brandId: organisation.brandIds[brand], now: ctx.now }),
          organisation.brandIds[brand],
          some,
        )
    }
  })
}

/** What time has ended by the day before yesterday is written down, and rules are told of everybody once. */
async function finish(ctx: Ctx, personIds: readonly number[], organisation: Organisation): Promise<void> {
  const past = systemCtx({ now: new Date(`${shiftDay(dayIn(ctx.now), -2)}T04:00:00Z`), name: '演示数据' })
  await withoutTransaction(async () => {
    await onceOutside(ctx, 'end:expire', async () => {
      await expireCoupons(past)
      await expirePoints(past)
    })
  })
  await transaction(async () => {
    for (const brand of BRANDS) {
      const brandId = organisation.brandIds[brand]
      const brandCtx = systemCtx({ brandId, now: ctx.now, name: '演示数据' })
      const members = await membersOfPeople(brandId, personIds)
      const ofBrand = members.map(member => member.personId)
      await touch(brandCtx, members)
      await tellRulesOfHolders(brandCtx, brandId, ofBrand)
      await tellRulesOfBuyers(brandCtx, brandId, ofBrand)
    }
  })
  await once(ctx, 'finished', async () => true)
}
