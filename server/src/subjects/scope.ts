import { brandScope, type Ctx, notFound, rows, type Sql, sql, storeScope } from '../core/index.ts'
import { inScope } from '../identity/index.ts'

/** Subjects that the caller may see: those of his brands; of an operator of single stores, those that lead to somebody of his stores. */
export function visibleSubjects(ctx: Ctx): Sql {
  const brands = brandScope(ctx)
  return sql.and([
    ...(brands ? [sql`subjects.brand_id IN (${brands})`] : []),
    ...(storeScope(ctx) === null
      ? []
      : [
          sql`EXISTS (SELECT 1 FROM subject_relations own WHERE own.subject_id = subjects.id AND own.is_ended = 0 AND own.person_id IS NOT NULL AND ${inScope(ctx, sql`own.person_id`)})`,
        ]),
  ])
}

export type SubjectFacts = {
  id: number
  type_id: number
  brand_id: number
  title: string
  values: string
  created_at: Date
  updated_at: Date
}

export async function visibleById(ctx: Ctx, ids: readonly number[]): Promise<SubjectFacts[]> {
  if (ids.length === 0) return []
  return rows<SubjectFacts>(
    sql`SELECT * FROM subjects WHERE id IN (${[...new Set(ids)]}) AND ${visibleSubjects(ctx)} ORDER BY id`,
  )
}

/** Throws thing.notFound. */
export async function subjectOfId(ctx: Ctx, id: number): Promise<SubjectFacts> {
  const [found] = await visibleById(ctx, [id])
  if (!found) throw notFound('subject', id)
  return found
}
