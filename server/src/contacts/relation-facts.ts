import { type Ctx, Op, rows, type Sql, sql } from '../core/index.ts'
import { inScope } from '../identity/index.ts'
import type { CustomerTag } from '../wecom/index.ts'
import { ContactRelation } from './contact-relation.ts'

/** A relation as later modules need it. */
export type ContactFacts = {
  id: number
  corpId: string
  userId: string
  externalUserId: string
  personId: number
  staffId: number | null
  storeId: number | null
  brandId: number | null
  name: string
  remark: string
  tags: CustomerTag[]
  state: string
  addedAt: Date
  isActive: boolean
}

/** The present relations of these people. */
export async function activeRelationsOf(personIds: readonly number[]): Promise<ContactFacts[]> {
  if (personIds.length === 0) return []
  const found = await ContactRelation.findAll({
    where: { personId: { [Op.in]: [...personIds] }, removedAt: null },
    order: [['addedAt', 'ASC']],
  })
  return found.map(factsOf)
}

/** These relations, present and past, by id. */
export async function relationsOfIds(ids: readonly number[]): Promise<ContactFacts[]> {
  if (ids.length === 0) return []
  return (await ContactRelation.findAll({ where: { id: { [Op.in]: [...ids] } }, order: [['id', 'ASC']] })).map(factsOf)
}

/** Ids of the present relations of a corp that bear a corp tag, ascending, `limit` at a time. */
export async function relationsBearing(
  corpId: string,
  corpTagId: string,
  { after, limit }: { after: number; limit: number },
): Promise<number[]> {
  const found = await rows<{ id: number }>(
    sql`SELECT id FROM contact_relations WHERE corp_id = ${corpId} AND removed_at IS NULL AND id > ${after} AND tags LIKE ${`%"${corpTagId.replace(/[%_\\]/g, '')}"%`} ORDER BY id LIMIT ${limit}`,
  )
  return found.map(one => Number(one.id))
}

/** Whether the caller may see the person of a relation; `relationId` is a column with its id. */
export function relationSeen(ctx: Ctx, relationId: Sql): Sql {
  return sql`EXISTS (SELECT 1 FROM contact_relations seen WHERE seen.id = ${relationId} AND ${inScope(ctx, sql`seen.person_id`)})`
}

export async function relationOfId(id: number): Promise<ContactFacts | null> {
  const found = await ContactRelation.findByPk(id)
  return found ? factsOf(found) : null
}

export type ContactTotals = { staffId: number | null; storeId: number | null; addCount: number; lossCount: number }

/** Adds and losses of a period by staff member; transfers are not losses. */
export async function contactTotals(of: { brandId?: number; storeId?: number; from: Date; to: Date }): Promise<ContactTotals[]> {
  const place = sql.and([
    ...(of.brandId === undefined ? [] : [sql`brand_id = ${of.brandId}`]),
    ...(of.storeId === undefined ? [] : [sql`store_id = ${of.storeId}`]),
  ])
  const added = sql`SELECT staff_id, store_id, 1 AS added, 0 AS lost FROM contact_relations WHERE added_at >= ${of.from} AND added_at < ${of.to} AND ${place}`
  const lost = sql`SELECT staff_id, store_id, 0 AS added, 1 AS lost FROM contact_relations WHERE removed_at >= ${of.from} AND removed_at < ${of.to} AND removed_by <> 'transfer' AND ${place}`
  const found = await rows<{ staff_id: number | null; store_id: number | null; added: number; lost: number }>(
    sql`SELECT staff_id, store_id, SUM(added) AS added, SUM(lost) AS lost FROM (${added} UNION ALL ${lost}) AS both_sides GROUP BY staff_id, store_id`,
  )
  return found.map(row => ({
    staffId: row.staff_id,
    storeId: row.store_id,
    addCount: Number(row.added),
    lossCount: Number(row.lost),
  }))
}

function factsOf(relation: ContactRelation): ContactFacts {
  const { id, corpId, userId, externalUserId, personId, name, remark, tags, state, addedAt } = relation
  return {
    id,
    corpId,
    userId,
    externalUserId,
    personId,
    staffId: relation.staffId ?? null,
    storeId: relation.storeId ?? null,
    brandId: relation.brandId ?? null,
    name,
    remark,
    tags,
    state,
    addedAt,
    isActive: (relation.removedAt ?? null) === null,
  }
}
