import type { TagDetail } from '@banyan/shared'
import { type Ctx, row, rows, type Sql, sql } from '../core/index.ts'
import { countPeople, EVERYBODY, scopeOf, subjectKinds } from '../selection/index.ts'
import { holdersSeen } from './holders.ts'
import { withCounts } from './manage-tags.ts'
import { computationOfTag, ruleOfTag, type TagFacts, type TagRow, tagFacts, tagRowOfId } from './tag.ts'
import { rangesOf } from './value-ranges.ts'

const VALUES_MAX = 50

/** A tag with its rule, the population that it could be on, and how its values are spread over those whom the caller may see. */
export async function getTag(ctx: Ctx, { tagId }: { tagId: number }) {
  const found = await tagRowOfId(ctx, tagId)
  const [tag] = await withCounts(ctx, [tagFacts(found)])
  if (!tag) throw new Error('a tag without its count')
  return {
    ...tag,
    rule: ruleOfTag(found),
    computation: computationOfTag(found),
    population: await populationOf(ctx, tag),
    values: await valuesOf(ctx, found),
  }
}

async function populationOf(ctx: Ctx, tag: TagFacts): Promise<number> {
  const scope = scopeOf(ctx, tag.brandId ?? ctx.brandId)
  const kinds = await subjectKinds(ctx)
  const { count } = await countPeople(EVERYBODY, { ...scope, kinds, ...(tag.typeId === null ? {} : { typeId: tag.typeId }) })
  return count
}

async function valuesOf(ctx: Ctx, tag: TagRow): Promise<TagDetail['values']> {
  if (tag.value_kind === 'plain') return []
  const held = sql`FROM person_tags JOIN tags ON tags.id = person_tags.tag_id WHERE person_tags.tag_id = ${tag.id} AND ${holdersSeen(ctx, sql`person_tags.person_id`)}`
  if (tag.value_kind === 'number') return rangeCounts(held)
  const found = await rows<{ value: string; n: number }>(
    sql`SELECT person_tags.value, COUNT(*) AS n ${held} GROUP BY person_tags.value ORDER BY n DESC, person_tags.value LIMIT ${VALUES_MAX}`,
  )
  return found.map(({ value, n }) => ({ value: value ?? '', from: null, to: null, count: Number(n) }))
}

/** Numbers are kept as text; `+ 0` reads them as numbers in both databases. */
async function rangeCounts(held: Sql): Promise<TagDetail['values']> {
  const ends = await row<{ least: number | null; most: number | null }>(
    sql`SELECT MIN(person_tags.value + 0) AS least, MAX(person_tags.value + 0) AS most ${held}`,
  )
  if (ends?.least === null || ends?.least === undefined) return []
  const ranges = rangesOf(Number(ends.least), Number(ends.most))
  const sums = ranges.map(
    ({ from, to }, at) =>
      sql`SUM(CASE WHEN person_tags.value + 0 >= ${from} AND person_tags.value + 0 < ${to} THEN 1 ELSE 0 END) AS ${sql.raw(`n${at}`)}`,
  )
  const counted = await row<Record<string, number>>(sql`SELECT ${sql.join(sums)} ${held}`)
  return ranges.map(({ from, to }, at) => ({ value: '', from, to, count: Number(counted?.[`n${at}`] ?? 0) }))
}
