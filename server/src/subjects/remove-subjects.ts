import { type Ctx, publishMany, rows, run, sql } from '../core/index.ts'
import { subjectsChanged } from './events.ts'
import { inParts } from './put-subjects.ts'
import { announce } from './relate.ts'
import { visibleById } from './scope.ts'

/** Removes subjects that the caller may see, with their relations either way. What others related to them is ended, not kept. */
export async function removeSubjects(ctx: Ctx, { subjectIds }: { subjectIds: number[] }) {
  const found = await visibleById(ctx, subjectIds)
  const ids = found.map(one => Number(one.id))
  if (ids.length === 0) return { count: 0 }
  const relations = await rows<{ id: number; type_id: number }>(
    sql`SELECT id, type_id FROM subject_relations WHERE subject_id IN (${ids}) OR to_subject_id IN (${ids}) ORDER BY id FOR UPDATE`,
  )
  // Ended first, so that whoever mirrors them can still read what they were.
  const relationIds = relations.map(one => Number(one.id))
  await run(
    sql`UPDATE subject_relations SET is_ended = ${true}, until = COALESCE(until, ${ctx.now}) WHERE id IN (${relationIds})`,
  )
  await run(sql`DELETE FROM subject_keys WHERE subject_id IN (${ids})`)
  await run(sql`DELETE FROM subjects WHERE id IN (${ids})`)
  for (const typeId of new Set(relations.map(one => Number(one.type_id))))
    await announce(
      ctx,
      typeId,
      relations.filter(one => Number(one.type_id) === typeId).map(one => Number(one.id)),
    )
  const groups = new Map<string, { typeId: number; brandId: number; subjectIds: number[] }>()
  for (const { id, type_id, brand_id } of found) {
    const group = groups.get(`${type_id}:${brand_id}`) ?? { typeId: Number(type_id), brandId: Number(brand_id), subjectIds: [] }
    groups.set(`${type_id}:${brand_id}`, group)
    group.subjectIds.push(Number(id))
  }
  await publishMany(
    ctx,
    subjectsChanged,
    [...groups.values()].flatMap(({ typeId, brandId, subjectIds }) =>
      inParts(subjectIds, 500).map(some => ({ payload: { typeId, brandId, subjectIds: some }, brandId })),
    ),
  )
  return { count: ids.length }
}
