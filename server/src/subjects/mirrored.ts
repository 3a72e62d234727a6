import type { AttributeValues } from '@banyan/shared'
import { rows, sql } from '../core/index.ts'
import { openValues } from './stored-values.ts'
import { allTypes, type TypeFacts } from './subject-type.ts'

export type MirroredSubject = {
  id: number
  brandId: number
  title: string
  values: AttributeValues
  createdAt: Date
  updatedAt: Date
}
export type RelationFacts = {
  id: number
  typeId: number
  brandId: number
  relation: string
  role: string
  subjectId: number
  personId: number | null
  toSubjectId: number | null
  isOn: boolean
}

/** Subjects of a type as they are now, for who mirrors them; those that are gone are missing. Phones say only that there is one. */
export async function mirroredSubjects(
  typeId: number,
  ids: readonly number[],
): Promise<{ type: TypeFacts; subjects: MirroredSubject[] } | null> {
  const type = (await allTypes()).find(one => one.id === typeId)
  if (!type) return null
  const found = await rows<{ id: number; brand_id: number; title: string; values: string; created_at: Date; updated_at: Date }>(
    sql`SELECT id, brand_id, title, ${sql.id('values')}, created_at, updated_at FROM subjects WHERE type_id = ${typeId} AND id IN (${[...ids]}) ORDER BY id`,
  )
  return {
    type,
    subjects: found.map(row => ({
      id: Number(row.id),
      brandId: Number(row.brand_id),
      title: row.title,
      values: openValues(type, row.values),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    })),
  }
}

/** Relations by id, with those that ended. */
export async function mirroredRelations(ids: readonly number[]): Promise<RelationFacts[]> {
  const found = await rows<{
    id: number
    type_id: number
    brand_id: number
    subject_id: number
    relation: string
    role: string
    person_id: number | null
    to_subject_id: number | null
    is_ended: number
  }>(
    sql`SELECT id, type_id, brand_id, subject_id, relation, role, person_id, to_subject_id, is_ended FROM subject_relations WHERE id IN (${[...ids]}) ORDER BY id`,
  )
  return found.map(row => ({
    id: Number(row.id),
    typeId: Number(row.type_id),
    brandId: Number(row.brand_id),
    relation: row.relation,
    role: row.role,
    subjectId: Number(row.subject_id),
    personId: row.person_id === null ? null : Number(row.person_id),
    toSubjectId: row.to_subject_id === null ? null : Number(row.to_subject_id),
    isOn: row.is_ended === 0,
  }))
}

/** Ids of subjects and of relations after one, in order, for a rebuild. */
export async function subjectsAfter(
  of: 'subjects' | 'relations',
  afterId: number,
  limit: number,
): Promise<{ id: number; typeId: number }[]> {
  const found =
    of === 'subjects'
      ? await rows<{ id: number; type_id: number }>(
          sql`SELECT id, type_id FROM subjects WHERE id > ${afterId} ORDER BY id LIMIT ${limit}`,
        )
      : await rows<{ id: number; type_id: number }>(
          sql`SELECT id, type_id FROM subject_relations WHERE id > ${afterId} ORDER BY id LIMIT ${limit}`,
        )
  return found.map(row => ({ id: Number(row.id), typeId: Number(row.type_id) }))
}
