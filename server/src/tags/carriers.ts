import { type Carrier, type Ctx, row, rows, run, sql } from '../core/index.ts'
import { carryRows, carryRowsBack } from '../identity/index.ts'
import { putTagFacts } from '../selection/index.ts'
import type { TagRow } from './tag.ts'
import { saidOf } from './tag-value.ts'

/** The survivor has every tag that either had. Where both had one, the survivor's own row stays and the other's waits under its person. */
export const carriers: Carrier[] = [
  {
    name: 'tags',
    columns: [
      { table: 'person_tags', column: 'person_id' },
      { table: 'tag_history', column: 'person_id' },
    ],
    async preview(_ctx, { fromId, toId }) {
      const moving = await row<{ n: number }>(
        sql`SELECT COUNT(*) AS n FROM person_tags f WHERE f.person_id = ${fromId} AND NOT EXISTS (SELECT 1 FROM person_tags t WHERE t.person_id = ${toId} AND t.tag_id = f.tag_id)`,
      )
      return { tags: Number(moving?.n ?? 0) }
    },
    async merge(ctx, { fromId, toId, mergeId }) {
      const both = await rows<{ id: number }>(
        sql`SELECT f.id FROM person_tags f JOIN person_tags t ON t.tag_id = f.tag_id AND t.person_id = ${toId} WHERE f.person_id = ${fromId}`,
      )
      // Twins stay where they are: a person who was merged is in no population, and an un-merge finds them.
      const twins = both.map(one => one.id)
      await run(
        sql`INSERT INTO merge_moves (merge_id, table_name, column_name, row_id) SELECT ${mergeId}, 'person_tags', 'person_id', id FROM person_tags WHERE person_id = ${fromId} AND id NOT IN (${twins}) ORDER BY id`,
      )
      await run(sql`UPDATE person_tags SET person_id = ${toId} WHERE person_id = ${fromId} AND id NOT IN (${twins})`)
      await carryRows({ table: 'tag_history', column: 'person_id' }, { fromId, toId, mergeId })
      await mirror(ctx, [toId])
    },
    async unmerge(ctx, { fromId, toId, mergeId }) {
      const before = await tagIdsOf([fromId, toId])
      await carryRowsBack({ table: 'person_tags', column: 'person_id' }, { fromId, mergeId })
      await carryRowsBack({ table: 'tag_history', column: 'person_id' }, { fromId, mergeId })
      await mirror(ctx, [fromId, toId], before)
    },
    async export(_ctx, personId) {
      return {
        tags: await rows(
          sql`SELECT tags.name, h.is_on, h.value, h.source, COALESCE(r.zh, h.why) AS why, h.at FROM tag_history h JOIN tags ON tags.id = h.tag_id LEFT JOIN tag_reasons r ON r.id = h.reason_id WHERE h.person_id = ${personId} ORDER BY h.id LIMIT 10000`,
        ),
      }
    },
    async erase(ctx, personId) {
      const before = await tagIdsOf([personId])
      await run(sql`DELETE FROM person_tags WHERE person_id = ${personId}`)
      await run(sql`DELETE FROM tag_history WHERE person_id = ${personId}`)
      await mirror(ctx, [personId], before)
    },
  },
]

async function tagIdsOf(personIds: readonly number[]): Promise<number[]> {
  return (
    await rows<{ tag_id: number }>(sql`SELECT DISTINCT tag_id FROM person_tags WHERE person_id IN (${[...personIds]})`)
  ).map(one => Number(one.tag_id))
}

/** Says again which tags these people have; `others` are tags that they may have lost. */
async function mirror(ctx: Ctx, personIds: readonly number[], others: readonly number[] = []): Promise<void> {
  const tagIds = [...new Set([...others, ...(await tagIdsOf(personIds))])]
  if (tagIds.length === 0) return
  const tags = await rows<Pick<TagRow, 'id' | 'brand_id' | 'value_kind'>>(
    sql`SELECT id, brand_id, value_kind FROM tags WHERE id IN (${tagIds})`,
  )
  const held = await rows<{ tag_id: number; person_id: number; value: string | null }>(
    sql`SELECT tag_id, person_id, value FROM person_tags WHERE person_id IN (${[...personIds]})`,
  )
  const on = new Map(held.map(one => [`${one.tag_id}:${one.person_id}`, one.value]))
  await putTagFacts(
    ctx,
    tags.flatMap(tag =>
      personIds.map(personId => ({
        tagId: tag.id,
        brandId: tag.brand_id === 0 ? null : tag.brand_id,
        personId,
        isOn: on.has(`${tag.id}:${personId}`),
        value: saidOf({ valueKind: tag.value_kind }, on.get(`${tag.id}:${personId}`) ?? null),
      })),
    ),
  )
}
