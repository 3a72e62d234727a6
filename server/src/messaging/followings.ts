import { type Ctx, rows, sql, upsert } from '../core/index.ts'
import { resolve } from '../identity/index.ts'

/** Who follows which official account, from its callbacks and refusals. Unknown is neither yes nor no: such a send is tried. */
export async function followingOf(personIds: readonly number[], appId: string): Promise<Map<number, boolean>> {
  if (personIds.length === 0) return new Map()
  const found = await rows<{ person_id: number; is_following: number }>(
    sql`SELECT person_id, is_following FROM followings WHERE app_id = ${appId} AND person_id IN (${[...personIds]})`,
  )
  return new Map(found.map(row => [Number(row.person_id), Boolean(row.is_following)]))
}

export type Following = { personId: number; appId: string; isFollowing: boolean; at: Date }

/** Writes what is newer than what we know; callbacks come out of order. */
export async function noteFollowings(followings: readonly Following[]): Promise<void> {
  const known = await rows<{ person_id: number; app_id: string; changed_at: Date }>(
    sql`SELECT person_id, app_id, changed_at FROM followings WHERE person_id IN (${followings.map(one => one.personId)})`,
  )
  const at = new Map(known.map(row => [`${row.person_id}|${row.app_id}`, new Date(row.changed_at)]))
  const newer = followings
    .filter(one => one.at >= (at.get(`${one.personId}|${one.appId}`) ?? new Date(0)))
    .sort((a, b) => a.personId - b.personId)
  await upsert(
    'followings',
    newer.map(one => ({ personId: one.personId, appId: one.appId, isFollowing: one.isFollowing, changedAt: one.at })),
    ['isFollowing', 'changedAt'],
  )
}

/** A callback of the official account: somebody began or ceased to follow. */
export async function noteFollow(
  ctx: Ctx,
  {
    appId,
    openid,
    at,
    isFollowing,
    brandId,
  }: { appId: string; openid: string; at: Date; isFollowing: boolean; brandId: number | null },
): Promise<void> {
  const { personId } = await resolve(ctx, {
    identifiers: [{ type: 'openid', scope: appId, value: openid }],
    source: 'officialAccount',
    occurredAt: at,
    brandId,
  })
  await noteFollowings([{ personId, appId, isFollowing, at }])
}

/** The platform refused with "does not follow". */
export async function noteNotFollowing(ctx: Ctx, personIds: readonly number[], appId: string): Promise<void> {
  await noteFollowings(personIds.map(personId => ({ personId, appId, isFollowing: false, at: ctx.now })))
}

export async function countFollowers(appId: string): Promise<number> {
  const [counted] = await rows<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM followings WHERE app_id = ${appId} AND is_following = 1`,
  )
  return Number(counted?.n ?? 0)
}
