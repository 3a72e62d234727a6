import { type Ctx, rows, sql } from '../core/index.ts'
import { readsPattern } from '../selection/index.ts'
import { declareSubjectUse } from '../subjects/index.ts'
import { visibleTags } from './tag.ts'

const USES_SHOWN = 50

/** Tags that would break without a subject type or one of its attributes: what a rule or a computation reads is kept beside it. */
declareSubjectUse(async (ctx: Ctx, { typeId, attribute }) => {
  const own = attribute === null ? sql` OR tags.type_id = ${typeId}` : sql``
  const found = await rows<{ id: number; name: string }>(
    sql`SELECT tags.id, tags.name FROM tags WHERE ${visibleTags(ctx)} AND (tags.reads_from LIKE ${readsPattern(typeId, attribute)} ESCAPE '!'${own}) ORDER BY tags.id LIMIT ${USES_SHOWN}`,
  )
  return found.map(({ id, name }) => ({ place: 'tag' as const, id: Number(id), name }))
})
