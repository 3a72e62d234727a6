import { type Ctx, rows, sql } from '../core/index.ts'
import { readsPattern } from '../selection/index.ts'
import { declareSubjectUse } from '../subjects/index.ts'
import { visibleSegments } from './segment.ts'

const USES_SHOWN = 50

/** Segments that would break without a subject type or one of its attributes: what a rule reads is kept beside it. */
declareSubjectUse(async (ctx: Ctx, { typeId, attribute }) => {
  const own = attribute === null ? sql` OR type_id = ${typeId}` : sql``
  const found = await rows<{ id: number; name: string }>(
    sql`SELECT id, name FROM segments WHERE ${visibleSegments(ctx)} AND (reads_from LIKE ${readsPattern(typeId, attribute)} ESCAPE '!'${own}) ORDER BY id LIMIT ${USES_SHOWN}`,
  )
  return found.map(({ id, name }) => ({ place: 'segment' as const, id: Number(id), name }))
})
