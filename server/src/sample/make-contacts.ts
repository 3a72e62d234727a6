import { type SeenRelation, setScale, takeRelations } from '../contacts/index.ts'
import { addDays, type Ctx, systemCtx } from '../core/index.ts'
import { noteFollowings } from '../messaging/index.ts'
import { setContactCounts, staffByUserIds, syncStaffOfCorp, updateStaff } from '../staff/index.ts'
import type { Organisation } from './make-brands.ts'
import type { Accounts } from './make-people.ts'
import type { SamplePerson } from './population.ts'
import { randomOf } from './random.ts'
import { once, onceOutside } from './steps.ts'
import { BRANDS, staffDefs, storeDefs } from './world.ts'

/** Staff come from the directory, as always; then they get their stores. */
export async function makeStaff(ctx: Ctx, organisation: Organisation, accounts: Accounts): Promise<void> {
  await onceOutside(ctx, 'staff:sync', () => syncStaffOfCorp(ctx, accounts.corpId))
  await once(ctx, 'staff:stores', async () => {
    const known = await staffByUserIds(
      accounts.corpId,
      staffDefs.map(one => one.userid),
      ctx.now,
    )
    for (const def of staffDefs) {
      const member = known.get(def.userid)
      const storeId = def.storeCode ? organisation.storeIds[def.storeCode] : undefined
      if (member && storeId) await updateStaff(ctx, { staffId: member.id, storeId, role: def.role })
    }
  })
}

export type Friend = { personIndex: number; userId: string; storeCode: string; addedAt: Date; remark: string }

/** Whom each friend has added: staff of his store; some are known by several, one by four. */
export function friendsOf(people: readonly SamplePerson[], seed: string): Friend[] {
  const random = randomOf(`${seed}:friends`)
  const remarks = randomOf(`${seed}:remarks`)
  return people.flatMap(person => {
    if (!person.externalUserId) return []
    const brand = BRANDS.find(key => person.members[key]) ?? 'lieye'
    const home = person.members[brand]?.storeCode ?? random.pick(storeDefs.filter(store => store.brand === brand)).code
    const staff = staffDefs.filter(one => one.storeCode === home && !one.hasLeft)
    const count = person.index === 42 ? Math.min(4, staff.length) : random.chance(0.06) ? 2 : 1
    const first = random.int(0, staff.length - 1)
    return Array.from({ length: count }, (_, n) => ({
      personIndex: person.index,
      userId: staff[(first + n) % staff.length]?.userid ?? 'QianHe',
      storeCode: home,
      addedAt: addDays(person.firstSeenAt, n * 9),
      remark: remarkOf(person.name, remarks.pick(REMARKS)),
    }))
  })
}

const remarkOf = (name: string, words: string) => (words ? `${name}-${words}` : '')
const REMARKS = ['', '', '', '老客', '敏感肌', '喜欢精华', '爱参加活动', '给女儿买', '尺码偏大', '要发票', '周末来']

export async function makeContacts(
  ctx: Ctx,
  people: readonly SamplePerson[],
  accounts: Accounts,
  seed: string,
  progress: (done: number, total: number) => void,
): Promise<void> {
  const friends = friendsOf(people, seed).filter(one => one.addedAt < ctx.now)
  const seen = friends.map((friend): SeenRelation & { at: number } => {
    const person = people[friend.personIndex] as SamplePerson
    return {
      at: friend.personIndex,
      customer: {
        externalUserId: person.externalUserId ?? '',
        name: person.name,
        avatar: '',
        gender: person.gender === 'female' ? 2 : 1,
        type: 1,
        unionid: person.unionid,
      },
      follow: {
        userId: friend.userId,
        remark: friend.remark,
        description: '',
        addedAt: friend.addedAt,
        tags: [],
        tagIds: [],
        addWay: 1,
        state: '',
        mobiles: [],
      },
    }
  })
  for (let from = 0; from < seen.length; from += 200) {
    await once(ctx, `contacts:${from}`, () =>
      takeRelations(
        systemCtx({ now: ctx.now, name: '演示数据' }),
        accounts.corpId,
        seen.slice(from, from + 200),
        'reconcile',
        new Map(),
        { isHistorical: true },
      ).then(taken => taken.length),
    )
    progress(Math.min(from + 200, seen.length), seen.length)
  }
  await once(ctx, 'contacts:scale', async () => {
    const known = await staffByUserIds(
      accounts.corpId,
      staffDefs.map(one => one.userid),
      ctx.now,
    )
    const counts = new Map<number, number>()
    for (const friend of friends) {
      const id = known.get(friend.userId)?.id
      if (id) counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    await setContactCounts(counts)
    await setScale(ctx, { corpId: accounts.corpId, boughtCount: 5000, groupOnlyCount: 860, expiresOn: null })
  })
}

export async function makeFollowings(ctx: Ctx, people: readonly SamplePerson[], accounts: Accounts): Promise<void> {
  await once(ctx, 'followings', async () => {
    const random = randomOf('sample:followings')
    const list = people.flatMap(person =>
      BRANDS.flatMap(brand =>
        person.followerOpenids[brand]
          ? [
              {
                appId: accounts.officialAccounts[brand],
                openid: person.followerOpenids[brand] ?? '',
                isFollowing: random.chance(0.93),
                at: person.firstSeenAt,
              },
            ]
          : [],
      ),
    )
    for (let from = 0; from < list.length; from += 500) await noteFollowings(list.slice(from, from + 500))
  })
}
