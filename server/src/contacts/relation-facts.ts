import { Op, rows, sql } from '../core/index.ts'
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

export async function relationOfId(id: number): Promise<ContactFacts | null> {
  const found = await ContactRelation.findByPk(id)
  return found ? factsOf(found) : null
}

/** What we have just put on the platform ourselves: operations through the API come back as no event. */
export async function noteTagsOf(relationId: number, change: { remark?: string; tags?: CustomerTag[] }): Promise<void> {
  const relation = await ContactRelation.findByPk(relationId)
  if (!relation) return
  const added = (change.tags ?? []).filter(tag => !relation.tags.some(known => known.id === tag.id))
  await relation.update({
    ...(change.remark === undefined ? {} : { remark: change.remark }),
    ...(added.length > 0 ? { tags: [...relation.tags, ...added] } : {}),
  })
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
  }
}
