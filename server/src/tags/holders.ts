import { type Ctx, type Sql, sql } from '../core/index.ts'
import { inScope } from '../identity/index.ts'
import { visibleSubjects } from '../subjects/index.ts'

/** Whoever has a tag and the caller may see: people of his brands and stores, or things of them. `holder` is a column with their ids, of a row of tags with it. */
export function holdersSeen(ctx: Ctx, holder: Sql): Sql {
  return sql`((tags.type_id = 0 AND ${inScope(ctx, holder)}) OR (tags.type_id <> 0 AND EXISTS (SELECT 1 FROM subjects WHERE subjects.id = ${holder} AND ${visibleSubjects(ctx)})))`
}
