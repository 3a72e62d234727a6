import { giveManyConsents } from '../consent/index.ts'
import { type Ctx, systemCtx } from '../core/index.ts'
import { type ResolveCall, resolveMany } from '../identity/index.ts'
import type { PretendWorld } from './play.ts'
import type { SamplePerson } from './population.ts'
import { randomOf } from './random.ts'
import { once } from './steps.ts'
import { BRANDS, type SampleBrand } from './world.ts'

export type Accounts = {
  corpId: string
  miniPrograms: Record<SampleBrand, string>
  officialAccounts: Record<SampleBrand, string>
  /** Without it people have ids of their own that nobody answers for, and nothing is played. */
  world?: PretendWorld
}
type Identifier = { type: string; scope: string; value: string }
const AT_ONCE = 250
/** Everybody is known since he came, not since the sample was made. */
const DATED = { isHistorical: true }

/** Everybody through identity's own door, in batches. 180 of them come as two records that a later visit joins. */
export async function makePeople(
  ctx: Ctx,
  people: readonly SamplePerson[],
  accounts: Accounts,
  brandIds: Record<SampleBrand, number>,
  progress: (done: number) => void,
): Promise<void> {
  for (let from = 0; from < people.length; from += AT_ONCE) {
    const some = people.slice(from, from + AT_ONCE).filter(person => !person.comesLate)
    await once(ctx, `people:${from}`, async () => {
      const first = some.map(person =>
        callOf(
          person,
          person.isTwoRecords ? identifiersOf(person, accounts).slice(0, 1) : identifiersOf(person, accounts),
          brandIds,
        ),
      )
      await resolveMany(ctx, first, DATED)
      const rest = some.filter(person => person.isTwoRecords)
      await resolveMany(
        ctx,
        rest.map(person => callOf(person, identifiersOf(person, accounts).slice(1), brandIds)),
        DATED,
      )
      // The visit that joins them: both identifiers at once, a week later.
      await resolveMany(
        ctx,
        rest.map(person => {
          const all = identifiersOf(person, accounts)
          return {
            ...callOf(
              person,
              [all[0], all.at(-1)].filter(one => one !== undefined),
              brandIds,
            ),
            source: 'miniProgram',
            occurredAt: new Date(Math.min(person.firstSeenAt.getTime() + 7 * 86_400_000, ctx.now.getTime())),
          }
        }),
        DATED,
      )
      // Whom a second brand has met too.
      await resolveMany(
        ctx,
        some.flatMap(person =>
          person.members.lieye && person.members.rongjiu
            ? [
                {
                  identifiers: identifiersOf(person, accounts).slice(0, 1),
                  brandId: brandIds.rongjiu,
                  occurredAt: person.members.rongjiu.joinedAt,
                  source: 'miniProgram',
                },
              ]
            : [],
        ),
      )
    })
    progress(Math.min(from + AT_ONCE, people.length))
  }
}

/** Members come back: their last visit is their last purchase, or some day since they joined. */
export async function makeVisits(
  ctx: Ctx,
  people: readonly SamplePerson[],
  accounts: Accounts,
  lastPaidAt: ReadonlyMap<number, Date>,
): Promise<void> {
  await once(ctx, 'visits', async () => {
    const random = randomOf('sample:visits')
    const visits = people.flatMap(person => {
      const brand = BRANDS.find(key => person.members[key] && person.openids[key])
      const joinedMs = brand && person.members[brand]?.joinedAt.getTime()
      const someMs = joinedMs ? joinedMs + Math.floor(random.next() ** 2 * (ctx.now.getTime() - joinedMs)) : 0
      const at = lastPaidAt.get(person.index) ?? new Date(someMs)
      if (!brand || at >= ctx.now || at <= person.firstSeenAt) return []
      const openid = { type: 'openid', scope: accounts.miniPrograms[brand], value: person.openids[brand] ?? '' }
      return [{ identifiers: [openid], brandId: null, occurredAt: at, source: 'miniProgram' }]
    })
    await resolveMany(systemCtx({ now: ctx.now, name: '演示数据' }), visits)
  })
}

/** Index -> our person id, 0 for whom we have yet to meet; asked again on every start, since a merge may have changed it. */
export async function personIdsOf(ctx: Ctx, people: readonly SamplePerson[], accounts: Accounts): Promise<number[]> {
  const ids: number[] = []
  for (let from = 0; from < people.length; from += 500) {
    const answers = await resolveMany(
      systemCtx({ now: ctx.now, name: '演示数据' }),
      people.slice(from, from + 500).map(person => ({
        identifiers: person.comesLate ? [] : identifiersOf(person, accounts).slice(0, 1),
        brandId: null,
        occurredAt: person.firstSeenAt,
        source: 'sample',
      })),
    )
    for (const answer of answers) ids.push(answer.personId ?? 0)
  }
  return ids
}

/** Who is nobody's friend in WeCom and has typed no name is called by the mini-program what WeChat calls everybody. */
function isUnnamed({ externalUserId, index }: SamplePerson): boolean {
  return externalUserId === null && index % 4 === 0
}

/** Strongest first; everybody has at least one. */
function identifiersOf(person: SamplePerson, accounts: Accounts): Identifier[] {
  const list: Identifier[] = []
  if (person.externalUserId) list.push({ type: 'externalUserid', scope: accounts.corpId, value: person.externalUserId })
  if (person.unionid) list.push({ type: 'unionid', scope: '', value: person.unionid })
  for (const brand of BRANDS) {
    const openid = person.openids[brand]
    if (openid) list.push({ type: 'openid', scope: accounts.miniPrograms[brand], value: openid })
    const follower = person.followerOpenids[brand]
    if (follower) list.push({ type: 'openid', scope: accounts.officialAccounts[brand], value: follower })
  }
  if (person.tmallId) list.push({ type: 'thirdParty', scope: 'tmall', value: person.tmallId })
  if (person.phone) list.push({ type: 'phone', scope: '', value: person.phone })
  return list.length > 0 ? list : [{ type: 'thirdParty', scope: 'sample', value: `sample-${person.index}` }]
}

function callOf(person: SamplePerson, identifiers: Identifier[], brandIds: Record<SampleBrand, number>): ResolveCall {
  const brand = BRANDS.find(key => person.members[key]) ?? 'lieye'
  const profile = {
    name: isUnnamed(person) ? '微信用户' : person.name,
    gender: person.gender,
    city: person.city,
    ...(person.birthday ? { birthday: person.birthday } : {}),
  }
  const usable = identifiers.length > 0 ? identifiers : [{ type: 'thirdParty', scope: 'sample', value: `sample-${person.index}` }]
  return {
    identifiers: usable,
    profile,
    brandId: brandIds[brand],
    occurredAt: person.firstSeenAt,
    source: person.externalUserId ? 'wecom' : 'miniProgram',
  }
}

/** Privacy from every member, service from most, marketing from two in three; some took it back. */
export async function makeConsents(
  ctx: Ctx,
  people: readonly SamplePerson[],
  personIds: readonly number[],
  brandIds: Record<SampleBrand, number>,
): Promise<void> {
  await once(ctx, 'consents', async () => {
    const random = randomOf('sample:consents')
    for (const brand of BRANDS) {
      const given = people.flatMap(person => {
        const membership = person.members[brand]
        const [hasService, hasMarketing, isWithdrawn] = [random.chance(0.93), random.chance(0.68), random.chance(0.06)]
        if (!membership) return []
        const base = { personId: personIds[person.index] ?? 0, brandId: brandIds[brand], source: 'join' }
        const answers = [
          { purpose: 'privacy' as const, isGranted: true },
          { purpose: 'service' as const, isGranted: hasService },
          { purpose: 'marketing' as const, isGranted: hasMarketing },
        ]
        const withdrawn =
          hasMarketing && isWithdrawn
            ? [
                {
                  ...base,
                  source: 'miniProgram',
                  at: new Date((membership.joinedAt.getTime() + ctx.now.getTime()) / 2),
                  answers: [{ purpose: 'marketing' as const, isGranted: false }],
                },
              ]
            : []
        return [{ ...base, at: membership.joinedAt, answers }, ...withdrawn]
      })
      for (let from = 0; from < given.length; from += 500) await giveManyConsents(ctx, given.slice(from, from + 500))
    }
  })
}
