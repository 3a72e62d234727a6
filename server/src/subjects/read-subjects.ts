import type { InputOf, Subject, SubjectRelation, SubjectRow, subjects } from '@banyan/shared'
import { type Ctx, keyedHash, orderSql, row, rows, type Sql, say, sql } from '../core/index.ts'
import { mustSeePerson, normalise, personNames, visiblePeople, withoutGuessing } from '../identity/index.ts'
import { type SubjectFacts, subjectOfId, visibleById, visibleSubjects } from './scope.ts'
import { shownValues } from './stored-values.ts'
import { relationOf, type TypeFacts, typeOfId, typesOf } from './subject-type.ts'

type Table = typeof subjects
const SORTS = {
  id: 'subjects.id',
  title: 'subjects.title',
  updatedAt: 'subjects.updated_at',
  createdAt: 'subjects.created_at',
}

/** How lists filter further: `segmentId` is answered by segments, which stands after this module. */
export type MemberIds = (ctx: Ctx, segmentId: number) => Promise<number[]>
let memberIds: MemberIds | null = null
export function setSubjectSegments(read: MemberIds): void {
  memberIds = read
}

/** A search understands a title, a unique value and a whole phone. Throws rate.limited for too many phones that nothing has. */
export function listSubjects(ctx: Ctx, input: InputOf<Table['subjects.list']>) {
  return withoutGuessing(
    ctx,
    input.search ?? '',
    () => pageOfSubjects(ctx, input),
    ({ total }) => total > 0,
  )
}

async function pageOfSubjects(
  ctx: Ctx,
  { typeId, personId, segmentId, page, pageSize, search, sort }: InputOf<Table['subjects.list']>,
) {
  const type = await typeOfId(ctx, typeId)
  const members = segmentId === undefined ? null : ((await memberIds?.(ctx, segmentId)) ?? [])
  const where = sql.and([
    sql`subjects.type_id = ${typeId}`,
    visibleSubjects(ctx),
    ...(search ? [searched(type, search)] : []),
    ...(members === null ? [] : [sql`subjects.id IN (${members})`]),
    ...(personId === undefined
      ? []
      : [
          sql`EXISTS (SELECT 1 FROM subject_relations r WHERE r.subject_id = subjects.id AND r.is_ended = 0 AND r.person_id = ${await mustSeePerson(ctx, personId)})`,
        ]),
  ])
  const found = await rows<SubjectFacts>(
    sql`SELECT subjects.* FROM subjects WHERE ${where} ORDER BY ${orderSql(sort, SORTS, '-id')}, subjects.id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
  )
  const counted = await row<{ n: number }>(sql`SELECT COUNT(*) AS n FROM subjects WHERE ${where}`)
  return { items: found.map(one => rowOf(type, one)), total: Number(counted?.n ?? 0) }
}

/** Visible things of a type that fit what somebody typed, the newest first, at most `limit`. */
export function findSubjects(ctx: Ctx, typeId: number, search: string, limit: number): Promise<number[]> {
  return withoutGuessing(
    ctx,
    search,
    () => fitting(ctx, typeId, search, limit),
    found => found.length > 0,
  )
}

async function fitting(ctx: Ctx, typeId: number, search: string, limit: number): Promise<number[]> {
  const where = sql.and([sql`subjects.type_id = ${typeId}`, visibleSubjects(ctx), searched(await typeOfId(ctx, typeId), search)])
  const found = await rows<{ id: number }>(
    sql`SELECT subjects.id FROM subjects WHERE ${where} ORDER BY subjects.id DESC LIMIT ${limit}`,
  )
  return found.map(one => Number(one.id))
}

/** By title, by a unique value, or by a whole phone. */
function searched(type: TypeFacts, search: string): Sql {
  const phone = normalise('phone', search)
  const hash = 'value' in phone ? keyedHash(phone.value, 'subjectPhone') : null
  const values = [search, ...(hash ? [hash] : [])]
  return sql`(LOWER(subjects.title) LIKE ${`%${search.toLowerCase()}%`} OR subjects.id IN (SELECT subject_id FROM subject_keys WHERE type_id = ${type.id} AND value IN (${values})))`
}

export async function getSubject(ctx: Ctx, { subjectId }: { subjectId: number }): Promise<Subject> {
  const found = await subjectOfId(ctx, subjectId)
  const type = await typeOfId(ctx, Number(found.type_id))
  return { ...rowOf(type, found), relations: await relationsOf(ctx, type, subjectId), relatedBy: await relatedBy(ctx, subjectId) }
}

/** Things that lead to a person now. */
export async function subjectsOfPerson(ctx: Ctx, { personId }: { personId: number }) {
  const person = await mustSeePerson(ctx, personId)
  const types = new Map((await typesOf(ctx)).map(type => [type.id, type]))
  const found = await rows<SubjectFacts & { relation: string; role: string }>(
    sql`SELECT subjects.*, r.relation, r.role FROM subject_relations r JOIN subjects ON subjects.id = r.subject_id
      WHERE r.person_id = ${person} AND r.is_ended = 0 AND ${visibleSubjects(ctx)} ORDER BY r.id DESC LIMIT ${OF_PERSON_MAX}`,
  )
  return found.flatMap(one => {
    const type = types.get(Number(one.type_id))
    const relation = type && relationOf(type, one.relation)
    return type
      ? [
          {
            ...rowOf(type, one),
            relation: relation ? say(ctx, relation.zh, relation.en || relation.zh) : one.relation,
            role: one.role,
          },
        ]
      : []
  })
}

const OF_PERSON_MAX = 200
const RELATIONS_MAX = 200

async function relationsOf(ctx: Ctx, type: TypeFacts, subjectId: number): Promise<SubjectRelation[]> {
  const found = await rows<{
    id: number
    relation: string
    role: string
    person_id: number | null
    to_subject_id: number | null
    since: Date
    until: Date | null
  }>(
    sql`SELECT id, relation, role, person_id, to_subject_id, since, until FROM subject_relations WHERE subject_id = ${subjectId} ORDER BY is_ended, id DESC LIMIT ${RELATIONS_MAX}`,
  )
  const people = found.flatMap(one => (one.person_id === null ? [] : [Number(one.person_id)]))
  const seen = new Set(await visiblePeople(ctx, [...new Set(people)]))
  const names = await personNames(ctx, [...seen])
  const things = await visibleById(
    ctx,
    found.flatMap(one => (one.to_subject_id === null ? [] : [Number(one.to_subject_id)])),
  )
  const titles = new Map(things.map(thing => [Number(thing.id), thing.title]))
  return found.map(one => {
    const relation = relationOf(type, one.relation)
    const personId = one.person_id === null ? null : Number(one.person_id)
    const toId = personId ?? Number(one.to_subject_id)
    const isHidden = personId === null ? !titles.has(toId) : !seen.has(personId)
    const name = personId === null ? titles.get(toId) : names.get(personId)
    return {
      id: Number(one.id),
      relation: one.relation,
      relationName: relation ? say(ctx, relation.zh, relation.en || relation.zh) : one.relation,
      role: one.role,
      toType: relation?.to ?? (personId === null ? '' : 'person'),
      toId: isHidden ? null : toId,
      toName: isHidden ? say(ctx, '其他品牌或门店', 'of another brand or store') : (name ?? String(toId)),
      isHidden,
      since: one.since,
      until: one.until,
    }
  })
}

async function relatedBy(ctx: Ctx, subjectId: number) {
  const types = new Map((await typesOf(ctx)).map(type => [type.id, type]))
  const found = await rows<{ id: number; type_id: number; title: string; relation: string; role: string }>(
    sql`SELECT subjects.id, subjects.type_id, subjects.title, r.relation, r.role FROM subject_relations r JOIN subjects ON subjects.id = r.subject_id
      WHERE r.to_subject_id = ${subjectId} AND r.is_ended = 0 AND ${visibleSubjects(ctx)} ORDER BY r.id DESC LIMIT ${RELATIONS_MAX}`,
  )
  return found.flatMap(one => {
    const type = types.get(Number(one.type_id))
    const relation = type && relationOf(type, one.relation)
    return type
      ? [
          {
            subjectId: Number(one.id),
            typeKey: type.key,
            title: one.title,
            relation: relation ? say(ctx, relation.zh, relation.en || relation.zh) : one.relation,
            role: one.role,
          },
        ]
      : []
  })
}

/** What subjects are called. */
export async function titlesOf(ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const found = await rows<{ id: number; title: string }>(sql`SELECT id, title FROM subjects WHERE id IN (${[...new Set(ids)]})`)
  return new Map(found.map(one => [Number(one.id), one.title]))
}

function rowOf(type: TypeFacts, found: SubjectFacts): SubjectRow {
  return {
    id: Number(found.id),
    typeId: type.id,
    typeKey: type.key,
    brandId: Number(found.brand_id),
    title: found.title,
    values: shownValues(type, found.values),
    createdAt: found.created_at,
    updatedAt: found.updated_at,
  }
}
