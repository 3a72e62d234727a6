import { type Ctx, rows, sql } from '../core/index.ts'
import type { TagField } from '../selection/index.ts'
import { computationOfTag, type TagRow, tagFacts, visibleTags } from './tag.ts'

const FIELDS_MAX = 500

/** Tags that say something, as rules name them. */
export async function tagFields(ctx: Ctx): Promise<TagField[]> {
  const found = await rows<TagRow>(
    sql`SELECT * FROM tags WHERE value_kind <> 'plain' AND ${visibleTags(ctx)} ORDER BY group_name, name, id LIMIT ${FIELDS_MAX}`,
  )
  return found.map(row => {
    const tag = tagFacts(row)
    return {
      tagId: tag.id,
      typeId: tag.typeId ?? 0,
      isOfGroup: tag.brandId === null,
      name: tag.name,
      kind: tag.valueKind === 'number' ? 'number' : 'text',
      unit: unitOf(row),
      choices: tag.choices,
    }
  })
}

function unitOf(row: TagRow): string | null {
  const computation = computationOfTag(row)
  if (!computation) return null
  if (computation.of === 'daysSince' || computation.of === 'daysSinceField') return 'days'
  if (computation.of === 'count') return 'times'
  return 'property' in computation && /fen$/i.test(computation.property) && computation.of !== 'rfm' ? 'fen' : null
}
