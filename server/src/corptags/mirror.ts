import type { MirrorDirection } from '@banyan/shared'
import type { ContactFacts } from '../contacts/index.ts'
import { notFound, rows, type Sql, sql } from '../core/index.ts'
import { connectionsOf } from '../platform/index.ts'

export type Mirror = {
  id: number
  tagId: number
  /** Null for a tag that says nothing. */
  value: string | null
  /** Null: a tag of the whole group. */
  brandId: number | null
  corpId: string
  corpTagId: string
  direction: MirrorDirection
  status: 'comparing' | 'active' | 'tagGone'
  comparedAt: Date | null
  createdBy: string
  createdAt: Date
}

type MirrorRow = {
  id: number
  tag_id: number
  value: string
  brand_id: number
  corp_id: string
  corp_tag_id: string
  direction: MirrorDirection
  status: Mirror['status']
  compared_at: Date | null
  created_by: string
  created_at: Date
}

export async function mirrorsWhere(where: Sql): Promise<Mirror[]> {
  const found = await rows<MirrorRow>(sql`SELECT * FROM corp_tag_mirrors WHERE ${where} ORDER BY id`)
  return found.map(row => ({
    id: Number(row.id),
    tagId: Number(row.tag_id),
    value: row.value === '' ? null : row.value,
    brandId: Number(row.brand_id) || null,
    corpId: row.corp_id,
    corpTagId: row.corp_tag_id,
    direction: row.direction,
    status: row.status,
    comparedAt: row.compared_at,
    createdBy: row.created_by,
    createdAt: row.created_at,
  }))
}

/** Those that are at work; one whose corp tag is gone is not. */
export async function liveMirrors(of: { corpIds: readonly string[] } | { tagIds: readonly number[] }): Promise<Mirror[]> {
  const which = 'corpIds' in of ? sql`corp_id IN (${[...of.corpIds]})` : sql`tag_id IN (${[...of.tagIds]})`
  return mirrorsWhere(sql`${which} AND status <> 'tagGone'`)
}

/** Throws thing.notFound. */
export async function mirrorOfId(id: number): Promise<Mirror> {
  const [mirror] = await mirrorsWhere(sql`id = ${id}`)
  if (!mirror) throw notFound('tagMirror', id)
  return mirror
}

/** Tells which relations a mirror is about: those of its corp and of the tag's brand. Staff of no store count to the brand that the corp belongs to. */
export async function mirrorScope(): Promise<(mirror: Mirror, relation: ContactFacts) => boolean> {
  const brandOfCorp = new Map((await connectionsOf('wecom')).map(one => [one.externalId, one.brandId]))
  return (mirror, relation) => {
    if (mirror.corpId !== relation.corpId) return false
    const brandId = relation.brandId ?? brandOfCorp.get(relation.corpId) ?? null
    return mirror.brandId === null || brandId === null || brandId === mirror.brandId
  }
}
