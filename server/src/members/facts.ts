import { type Ctx, rows, sql } from '../core/index.ts'
import { putFacts } from '../selection/index.ts'

type FactRow = {
  id: number
  person_id: number
  tier_rank: number
  tier_name: string
  tier_ends_at: Date | null
  joined_at: Date
  join_channel: string
  store_id: number | null
  points: number | null
  expiring: number | null
}

/** Writes what rules read about members down to selection. `expiring` counts what ends within 30 days. */
export async function mirrorMembers(ctx: Ctx, brandId: number, memberIds: readonly number[]): Promise<void> {
  const soon = new Date(ctx.now.getTime() + 30 * 86_400_000)
  for (let from = 0; from < memberIds.length; from += 1000) {
    const some = memberIds.slice(from, from + 1000)
    const found = await rows<FactRow>(
      sql`SELECT m.id, m.person_id, m.tier_rank, t.name AS tier_name, m.tier_ends_at, m.joined_at, m.join_channel, m.store_id,
          SUM(CASE WHEN l.available_from <= ${ctx.now} AND (l.expires_at IS NULL OR l.expires_at > ${ctx.now}) THEN l.remaining - l.frozen END) AS points,
          SUM(CASE WHEN l.available_from <= ${ctx.now} AND l.expires_at > ${ctx.now} AND l.expires_at <= ${soon} THEN l.remaining - l.frozen END) AS expiring
        FROM members m JOIN tiers t ON t.id = m.tier_id
          LEFT JOIN point_accounts a ON a.member_id = m.id AND a.currency = 'points' LEFT JOIN point_lots l ON l.account_id = a.id AND l.remaining > 0
        WHERE m.id IN (${some}) AND m.status = 'active' AND m.brand_id = ${brandId}
        GROUP BY m.id, m.person_id, m.tier_rank, t.name, m.tier_ends_at, m.joined_at, m.join_channel, m.store_id`,
    )
    await putFacts(
      ctx,
      brandId,
      found.map(member => ({
        personId: member.person_id,
        facts: {
          isMember: true,
          tier: member.tier_name,
          tierRank: member.tier_rank,
          tierEndsAt: member.tier_ends_at,
          joinedAt: member.joined_at,
          joinChannel: member.join_channel,
          storeId: member.store_id,
          points: Number(member.points ?? 0),
          pointsExpiring: Number(member.expiring ?? 0),
        },
      })),
    )
  }
}

export type MemberBrief = { memberNo: string; tierName: string; points: number }

/** Number, tier and points to spend at `now` of those of these people who are active members of the brand: one statement. */
export async function memberBriefsOf(
  brandId: number,
  personIds: readonly number[],
  now: Date,
): Promise<Map<number, MemberBrief>> {
  if (personIds.length === 0) return new Map()
  const found = await rows<{ person_id: number; member_no: string; tier_name: string; points: number | null }>(
    sql`SELECT m.person_id, m.member_no, t.name AS tier_name,
        SUM(CASE WHEN l.available_from <= ${now} AND (l.expires_at IS NULL OR l.expires_at > ${now}) THEN l.remaining - l.frozen END) AS points
      FROM members m JOIN tiers t ON t.id = m.tier_id
        LEFT JOIN point_accounts a ON a.member_id = m.id AND a.currency = 'points' LEFT JOIN point_lots l ON l.account_id = a.id AND l.remaining > 0
      WHERE m.brand_id = ${brandId} AND m.person_id IN (${[...new Set(personIds)]}) AND m.status = 'active'
      GROUP BY m.person_id, m.member_no, t.name`,
  )
  return new Map(
    found.map(member => [
      Number(member.person_id),
      { memberNo: member.member_no, tierName: member.tier_name, points: Number(member.points ?? 0) },
    ]),
  )
}

/** Members whose balance changes by time alone since `since`: lots that became available or ended. */
export async function mirrorByTime(ctx: Ctx, since: Date): Promise<number> {
  const found = await rows<{ id: number; brand_id: number }>(
    sql`SELECT DISTINCT m.id, m.brand_id FROM point_lots l JOIN point_accounts a ON a.id = l.account_id JOIN members m ON m.id = a.member_id
      WHERE l.remaining > 0 AND l.earned_at < l.available_from AND l.available_from > ${since} AND l.available_from <= ${ctx.now}`,
  )
  for (const [brandId, ids] of groupBy(found)) await mirrorMembers(ctx, brandId, ids)
  return found.length
}

export function groupBy(members: readonly { id: number; brand_id: number }[]): Map<number, number[]> {
  const byBrand = new Map<number, number[]>()
  for (const member of members) byBrand.set(member.brand_id, [...(byBrand.get(member.brand_id) ?? []), member.id])
  return byBrand
}
