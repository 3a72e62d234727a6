import { rows, sql, upsert } from '../core/index.ts'
import { identifierKey, keysOf } from '../identity/index.ts'

/** Who follows which official account, from its callbacks and refusals. Unknown is neither yes nor no: such a send is tried. */
export async function followingOf(personIds: readonly number[], appId: string): Promise<Map<number, boolean>> {
  const keys = await keysOf(personIds, 'openid', appId)
  if (keys.size === 0) return new Map()
  const found = await rows<{ key_hash: string; is_following: number }>(
    sql`SELECT key_hash, is_following FROM followers WHERE key_hash IN (${[...keys.values()].flat()})`,
  )
  const known = new Map(found.map(row => [row.key_hash, Boolean(row.is_following)]))
  // Whoever follows with one of his openids can be reached.
  return new Map(
    [...keys].flatMap(([personId, list]) => {
      const answers = list.flatMap(key => known.get(key) ?? [])
      return answers.length === 0 ? [] : [[personId, answers.includes(true)] as const]
    }),
  )
}

export type Following = { appId: string; openid: string; isFollowing: boolean; at: Date }

/** Writes what is newer than what we know; callbacks come out of order. */
export async function noteFollowings(followings: readonly Following[]): Promise<void> {
  const keyed = followings
    .map(one => ({ ...one, key: identifierKey('openid', one.appId, one.openid) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  for (let from = 0; from < keyed.length; from += 1000) {
    const part = keyed.slice(from, from + 1000)
    const known = await rows<{ key_hash: string; changed_at: Date }>(
      sql`SELECT key_hash, changed_at FROM followers WHERE key_hash IN (${part.map(one => one.key)})`,
    )
    const at = new Map(known.map(row => [row.key_hash, new Date(row.changed_at)]))
    const newer = part.filter(one => one.at >= (at.get(one.key) ?? new Date(0)))
    await upsert(
      'followers',
      newer.map(one => ({ keyHash: one.key, appId: one.appId, isFollowing: one.isFollowing, changedAt: one.at })),
      ['isFollowing', 'changedAt'],
    )
  }
}
