import { type SeenRelation, setScale, takeRelations } from '../contacts/index.ts'
import { type Ctx, systemCtx } from '../core/index.ts'
import { noteFollowings } from '../messaging/index.ts'
import { setContactCounts, staffByUserIds } from '../staff/index.ts'
import { staffDefs } from './directory.ts'
import { friendsOf } from './friends.ts'
import type { Accounts } from './make-people.ts'
import type { SamplePerson } from './population.ts'
import { randomOf } from './random.ts'
import { once } from './steps.ts'
import { BRANDS } from './world.ts'

export async function makeContacts(
  ctx: Ctx,
  people: readonly SamplePerson[],
  accounts: Accounts,
  seed: string,
  progress: (done: number, total: number) => void,
): Promise<void> {
  const friends = friendsOf(people, seed, ctx.now)
  const seen = friends.map((friend): SeenRelation => {
    const person = people[friend.personIndex] as SamplePerson
    return {
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
