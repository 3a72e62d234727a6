import type { Attribute, RelationType, SubjectReach, SubjectShape } from '@banyan/shared'
import { brandScope, type Ctx, notFound, rows, type Sql, sql } from '../core/index.ts'

export type TypeFacts = SubjectShape & {
  id: number
  key: string
  /** Null: of the whole group. */
  brandId: number | null
  createdAt: Date
  updatedAt: Date
}

type Row = {
  id: number
  brand_id: number
  key: string
  zh: string
  en: string
  description: string
  attributes: string
  relations: string
  reach: string
  title_attribute: string | null
  created_at: Date
  updated_at: Date
}

/** Types that the caller may see: the group's and those of his brands. */
export function visibleTypes(ctx: Ctx): Sql {
  const brands = brandScope(ctx)
  return sql`removed_key = 0 AND ${brands ? sql`brand_id IN (${[0, ...brands]})` : sql`1 = 1`}`
}

export async function typesOf(ctx: Ctx): Promise<TypeFacts[]> {
  return (await rows<Row>(sql`SELECT * FROM subject_types WHERE ${visibleTypes(ctx)} ORDER BY id`)).map(asFacts)
}

/** Throws thing.notFound. */
export async function typeOfId(ctx: Ctx, typeId: number): Promise<TypeFacts> {
  const [found] = await rows<Row>(sql`SELECT * FROM subject_types WHERE id = ${typeId} AND ${visibleTypes(ctx)}`)
  if (!found) throw notFound('subjectType', typeId)
  return asFacts(found)
}

/** A brand's own type goes before the group's of the same key. Throws thing.notFound. */
export async function typeOfKey(ctx: Ctx, key: string): Promise<TypeFacts> {
  const [found] = await rows<Row>(
    sql`SELECT * FROM subject_types WHERE ${sql.id('key')} = ${key} AND ${visibleTypes(ctx)} ORDER BY brand_id DESC LIMIT 1`,
  )
  if (!found) throw notFound('subjectType', key)
  return asFacts(found)
}

/** Every type there is, removed ones too, for mirrors. */
export async function allTypes(): Promise<TypeFacts[]> {
  return (await rows<Row>(sql`SELECT * FROM subject_types ORDER BY id`)).map(asFacts)
}

export function attributeOf(type: Pick<TypeFacts, 'attributes'>, key: string): Attribute | undefined {
  return type.attributes.find(attribute => attribute.key === key)
}

export function relationOf(type: Pick<TypeFacts, 'relations'>, key: string): RelationType | undefined {
  return type.relations.find(relation => relation.key === key)
}

function asFacts(row: Row): TypeFacts {
  return {
    id: Number(row.id),
    key: row.key,
    brandId: Number(row.brand_id) === 0 ? null : Number(row.brand_id),
    zh: row.zh,
    en: row.en,
    description: row.description,
    attributes: JSON.parse(row.attributes) as Attribute[],
    relations: JSON.parse(row.relations) as RelationType[],
    reach: JSON.parse(row.reach) as SubjectReach,
    titleAttribute: row.title_attribute,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
