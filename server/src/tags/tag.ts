import { Rule, TagComputation, type TagKind, type TagSchedule, type TagValueKind } from '@banyan/shared'
import { brandScope, type Ctx, notFound, rows, type Sql, sql } from '../core/index.ts'

export type TagRow = {
  id: number
  brand_id: number
  group_name: string
  name: string
  color: string | null
  is_exclusive: number
  created_at: Date
  kind: TagKind
  value_kind: TagValueKind
  /** JSON. */
  choices: string | null
  valid_days: number | null
  owner: string
  description: string
  /** 0: people. */
  type_id: number
  rule: string | null
  computation: string | null
  reads_from: string | null
  daily_hour: number | null
  due_at: Date | null
  status: 'ready' | 'building' | 'failed'
  failure: string | null
  refreshed_at: Date | null
  evaluated_at: Date | null
  cuts: string | null
}

export type TagFacts = {
  id: number
  brandId: number | null
  groupName: string
  name: string
  color: string | null
  isExclusive: boolean
  description: string
  owner: string
  kind: TagKind
  valueKind: TagValueKind
  choices: string[]
  validDays: number | null
  typeId: number | null
  schedule: TagSchedule | null
  status: 'ready' | 'building' | 'failed'
  failure: string | null
  refreshedAt: Date | null
  createdAt: Date
}

/** Tags that the caller may see: the group's and those of his brands. */
export function visibleTags(ctx: Ctx): Sql {
  const brands = brandScope(ctx)
  return sql`tags.removed_key = 0 AND ${brands ? sql`tags.brand_id IN (${[0, ...brands]})` : sql`1 = 1`}`
}

export async function tagRows(ctx: Ctx, ids: readonly number[]): Promise<TagRow[]> {
  if (ids.length === 0) return []
  return rows<TagRow>(sql`SELECT * FROM tags WHERE id IN (${[...new Set(ids)]}) AND ${visibleTags(ctx)} ORDER BY id`)
}

export async function tagsById(ctx: Ctx, ids: readonly number[]): Promise<TagFacts[]> {
  return (await tagRows(ctx, ids)).map(tagFacts)
}

/** Throws thing.notFound. */
export async function tagRowOfId(ctx: Ctx, id: number): Promise<TagRow> {
  const [tag] = await tagRows(ctx, [id])
  if (!tag) throw notFound('tag', id)
  return tag
}

/** Throws thing.notFound. */
export async function tagOfId(ctx: Ctx, id: number): Promise<TagFacts> {
  return tagFacts(await tagRowOfId(ctx, id))
}

export function tagFacts(row: TagRow): TagFacts {
  return {
    id: Number(row.id),
    brandId: Number(row.brand_id) === 0 ? null : Number(row.brand_id),
    groupName: row.group_name,
    name: row.name,
    color: row.color,
    isExclusive: row.is_exclusive === 1,
    description: row.description,
    owner: row.owner,
    kind: row.kind,
    valueKind: row.value_kind,
    choices: row.choices === null ? [] : (JSON.parse(row.choices) as string[]),
    validDays: row.valid_days,
    typeId: Number(row.type_id) === 0 ? null : Number(row.type_id),
    schedule:
      row.kind === 'manual' ? null : row.daily_hour === null ? { when: 'atOnce' } : { when: 'daily', hour: row.daily_hour },
    status: row.status,
    failure: row.failure,
    refreshedAt: row.refreshed_at,
    createdAt: row.created_at,
  }
}

export function ruleOfTag(row: TagRow): Rule | null {
  return row.rule === null ? null : Rule.decode(JSON.parse(row.rule))
}

export function computationOfTag(row: TagRow): TagComputation | null {
  return row.computation === null ? null : TagComputation.parse(JSON.parse(row.computation))
}
