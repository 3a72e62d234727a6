import { friendsOf } from './friends.ts'
import { creditCount, subscribeTemplatesOf } from './make-messages.ts'
import type { Accounts } from './make-people.ts'
import type { SamplePerson } from './population.ts'
import { BRANDS } from './world.ts'

/** A person as a pretend platform takes him, and the ids by which it will call him. */
export type WorldPerson = {
  id: string
  name: string
  phone: string | null
  hasUnionid: boolean
  gender: 1 | 2
  friends: { corpId: string; userid: string; atMs: number; remark: string }[]
  follows: { appId: string; atMs: number }[]
  credits: { appId: string; templateId: string; count: number }[]
  blockedAppIds: string[]
}

export type WorldIds = { unionid: string | null; openids: Record<string, string>; externalUserids: Record<string, string> }

/** Has gone without our hearing of it: only a send tells. */
export const hasGone = (person: SamplePerson) => person.index % 41 === 11
/** Follows, and does not want to hear of us. */
export const hasBlocked = (person: SamplePerson) => person.index % 29 === 5

/**
 * Puts everybody into the pretend world that answers for the platforms, and takes over the ids it gives: so a message to a person of
 * the sample arrives, the sidebar opens on him, and the nightly reconcile finds the friends it expects.
 */
export async function joinWorld(people: readonly SamplePerson[], accounts: Accounts, seed: string, today: Date): Promise<void> {
  if (!accounts.world) return
  const templates = {
    lieye: await subscribeTemplatesOf(accounts, 'lieye'),
    rongjiu: await subscribeTemplatesOf(accounts, 'rongjiu'),
  }
  const friends = new Map<number, WorldPerson['friends']>()
  for (const { personIndex, userId, addedAt, remark } of friendsOf(people, seed, today)) {
    const list = friends.get(personIndex) ?? []
    list.push({ corpId: accounts.corpId, userid: userId, atMs: addedAt.getTime(), remark })
    friends.set(personIndex, list)
  }
  const known = accounts.world.populate(
    people.map(person => ({
      id: `sample-${person.index}`,
      name: person.name,
      phone: person.phone,
      hasUnionid: person.unionid !== null,
      gender: person.gender === 'female' ? 2 : 1,
      friends: friends.get(person.index) ?? [],
      follows: BRANDS.filter(brand => person.followerOpenids[brand] && !hasGone(person)).map(brand => ({
        appId: accounts.officialAccounts[brand],
        atMs: person.firstSeenAt.getTime(),
      })),
      blockedAppIds: hasBlocked(person) ? Object.values(accounts.officialAccounts) : [],
      credits: BRANDS.filter(brand => person.openids[brand] && creditCount(person) > 0).flatMap(brand =>
        templates[brand].map(({ templateId }) => ({
          appId: accounts.miniPrograms[brand],
          templateId,
          // Switched off in his WeChat since: our ledger does not know.
          count: person.index % 60 === 3 ? 0 : creditCount(person),
        })),
      ),
    })),
  )
  for (const [at, person] of people.entries()) {
    const ids = known[at]
    if (!ids) continue
    if (person.unionid) person.unionid = ids.unionid
    if (person.externalUserId) person.externalUserId = ids.externalUserids[accounts.corpId] ?? null
    for (const brand of BRANDS) {
      if (person.openids[brand]) person.openids[brand] = ids.openids[accounts.miniPrograms[brand]] ?? person.openids[brand]
      if (person.followerOpenids[brand])
        person.followerOpenids[brand] = ids.openids[accounts.officialAccounts[brand]] ?? person.followerOpenids[brand]
    }
  }
}
