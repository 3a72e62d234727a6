import type { InputOf, PersonRow, profiles } from '@banyan/shared'
import { brandScope, type Ctx, notFound, rows, type Sql, sql } from '../core/index.ts'
import { couponOfCode } from '../coupons/index.ts'
import { briefsOf, findPeople, listPeople, peopleMeant, visiblePeople } from '../identity/index.ts'
import { mustSeeStage, stagesOfPeople } from '../lifecycle/index.ts'
import { memberOfCode } from '../members/index.ts'
import { personIdsOfSegment } from '../segments/index.ts'
import { tagsById, tagsOfPeople } from '../tags/index.ts'
import { orderFactsOf, personOfOrder } from './read-orders.ts'

type Api = typeof profiles

/** People as the list shows them: who, which member, what he is worth. In the order given. */
export async function personRows(ctx: Ctx, personIds: readonly number[]): Promise<PersonRow[]> {
  const briefs = await briefsOf(personIds)
  const ids = briefs.map(brief => brief.id)
  const members = await membershipOf(ctx, ids)
  const tags = await tagsOfPeople(ctx, ids)
  const orders = await orderFactsOf(ctx, ids)
  const stages = await stagesOfPeople(ctx, ids)
  return briefs.map(brief => {
    const member = members.get(brief.id)
    return {
      ...brief,
      memberNo: member?.memberNo ?? null,
      tierName: member?.tierName ?? null,
      points: member?.points ?? null,
      tags: (tags.get(brief.id) ?? []).slice(0, 8).map(tag => ({ id: tag.tagId, name: tag.name, color: tag.color })),
      stages: stages.get(brief.id) ?? [],
      ordersCount: orders.get(brief.id)?.ordersCount ?? 0,
      paidFen: orders.get(brief.id)?.paidFen ?? 0,
    }
  })
}

type Membership = { memberNo: string; tierName: string; points: number }

/** The highest membership of each person in the caller's brands. */
async function membershipOf(ctx: Ctx, personIds: readonly number[]): Promise<Map<number, Membership>> {
  if (personIds.length === 0) return new Map()
  const scope = brandScope(ctx)
  const inBrands = scope ? sql`m.brand_id IN (${scope})` : sql`1 = 1`
  const found = await rows<{ person_id: number; member_no: string; tier_name: string; points: number | null }>(
    sql`SELECT m.person_id, m.member_no, t.name AS tier_name, (SELECT a.posted - a.frozen FROM point_accounts a WHERE a.member_id = m.id AND a.currency = 'points') AS points
      FROM members m JOIN tiers t ON t.id = m.tier_id WHERE m.person_id IN (${[...personIds]}) AND m.status = 'active' AND ${inBrands} ORDER BY m.tier_rank, m.id DESC`,
  )
  return new Map(
    found.map(row => [
      Number(row.person_id),
      { memberNo: row.member_no, tierName: row.tier_name, points: Number(row.points ?? 0) },
    ]),
  )
}

type Matched = 'memberCode' | 'identifier' | 'phoneTail' | 'name' | 'couponCode' | 'orderNo' | 'personId'

/** Who is meant by what somebody typed, scanned or pasted. */
export async function whoIs(ctx: Ctx, q: string, limit: number): Promise<{ personIds: number[]; matchedBy: Matched | null }> {
  const found = await findPeople(ctx, q, limit)
  if (found.matchedBy === 'identifier' || found.matchedBy === 'personId' || found.matchedBy === 'phoneTail') return found
  return (await byCode(ctx, q)) ?? found
}

/** Whose member code, coupon or order this is. */
async function byCode(ctx: Ctx, q: string): Promise<{ personIds: number[]; matchedBy: Matched } | null> {
  const attempts: [Matched, () => Promise<number | null>][] = [
    ['memberCode', async () => (await memberOfCode(ctx, q).catch(nobody))?.personId ?? null],
    [
      'couponCode',
      async () => (/^[A-Za-z0-9-]{8,20}$/.test(q) ? ((await couponOfCode(q).catch(nobody))?.person_id ?? null) : null),
    ],
    ['orderNo', () => personOfOrder(ctx, q)],
  ]
  for (const [matchedBy, find] of attempts) {
    const personId = await find()
    const [visible] = personId === null ? [] : await visiblePeople(ctx, [Number(personId)])
    if (visible !== undefined) return { personIds: [visible], matchedBy }
  }
  return null
}

/** A code that nobody has is no error here: the next way of looking is tried. */
function nobody(error: unknown): null {
  const code = (error as { code?: string }).code
  if (code === undefined || code === 'server.failed') throw error
  return null
}

export async function findPersonRows(ctx: Ctx, { q, limit }: InputOf<Api['people.find']>) {
  const { personIds, matchedBy } = await whoIs(ctx, q, limit)
  return { items: await personRows(ctx, personIds), matchedBy }
}

/** The caller's people: all of them, or those whom a search, a segment, a tag and a tier name together. */
export async function listPersonRows(ctx: Ctx, input: InputOf<Api['people.list']>) {
  const filter = await filterOf(ctx, input)
  const { personIds, total } = await listPeople(ctx, { ...input, ...(filter ? { filter } : {}) })
  return { items: await personRows(ctx, personIds), total }
}

async function searched(ctx: Ctx, search: string) {
  const owner = await byCode(ctx, search)
  return owner ? sql`people.id IN (${owner.personIds})` : sql`people.id IN (${await peopleMeant(ctx, search)})`
}

/** SQL for the person ids that a filter of a later module names; null when the list has none. */
async function filterOf(ctx: Ctx, input: InputOf<Api['people.list']>) {
  const brands = brandScope(ctx)
  // What another brand says of a person, a tag or a membership, is not told by asking for it.
  const member = sql`m.status = 'active' AND ${brands ? sql`m.brand_id IN (${brands})` : sql`1 = 1`}`
  const parts = [
    ...(input.search ? [await searched(ctx, input.search)] : []),
    ...(input.segmentId ? [sql`people.id IN (${await personIdsOfSegment(ctx, input.segmentId)})`] : []),
    ...(input.tagId ? [await tagged(ctx, input.tagId)] : []),
    ...(input.stageId ? [await inStage(ctx, input.stageId)] : []),
    ...(input.tierId
      ? [sql`people.id IN (SELECT m.person_id FROM members m WHERE m.tier_id = ${input.tierId} AND ${member})`]
      : []),
    ...(input.tier
      ? [
          sql`people.id IN (SELECT m.person_id FROM members m JOIN tiers t ON t.id = m.tier_id WHERE t.name = ${input.tier} AND ${member})`,
        ]
      : []),
    ...(input.isMember === undefined
      ? []
      : [
          input.isMember
            ? sql`people.id IN (SELECT m.person_id FROM members m WHERE ${member})`
            : sql`people.id NOT IN (SELECT m.person_id FROM members m WHERE ${member})`,
        ]),
  ]
  return parts.length === 0 ? null : sql.and(parts)
}

async function inStage(ctx: Ctx, stageId: number): Promise<Sql> {
  const { id } = await mustSeeStage(ctx, stageId)
  return sql`people.id IN (SELECT person_id FROM lifecycle_stays WHERE stage_id = ${id} AND until_at IS NULL)`
}

async function tagged(ctx: Ctx, tagId: number): Promise<Sql> {
  const [tag] = await tagsById(ctx, [tagId])
  if (!tag) throw notFound('tag', tagId)
  return sql`people.id IN (SELECT person_id FROM person_tags WHERE tag_id = ${tag.id})`
}
