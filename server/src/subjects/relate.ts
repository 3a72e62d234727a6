import type { InputOf, RelationTarget, subjects } from '@banyan/shared'
import { brandOf, bulkInsert, type Ctx, notFound, publishMany, refused, row, rows, run, sql } from '../core/index.ts'
import { canonicalIds, peopleByIdentifiers, resolveMany, visiblePeople } from '../identity/index.ts'
import { relationsChanged } from './events.ts'
import { subjectsOfBrandByValue } from './find-by-value.ts'
import { inParts } from './put-subjects.ts'
import { getSubject } from './read-subjects.ts'
import { subjectOfId, visibleById } from './scope.ts'
import { relationOf, type TypeFacts, typeOfId, typeOfKey } from './subject-type.ts'

type Asked = { at: number; subjectId: number; targets: readonly RelationTarget[] }
type Wanted = {
  at: number
  subjectId: number
  target: RelationTarget
  isMany: boolean
  personId: number | null
  toSubjectId: number | null
}

/**
 * Relates many subjects of a type. Answers which inputs name a relation or an end that does not fit; the others hold. A phone makes its holder a
 * person of the brand, as in every list that a brand brings along; `byHand` it names him only: see relateSubject.
 */
export async function relateMany(
  ctx: Ctx,
  type: TypeFacts,
  asked: readonly Asked[],
  how: 'inBulk' | 'byHand' = 'inBulk',
): Promise<{ at: number; field: string | null }[]> {
  const refusals: { at: number; field: string | null }[] = []
  const wanted: Wanted[] = []
  for (const { at, subjectId, targets } of asked) {
    for (const target of targets) {
      const relation = relationOf(type, target.relation)
      const isRole = target.role === '' || relation?.roles.includes(target.role)
      if (!relation || !isRole) refusals.push({ at, field: target.relation })
      else wanted.push({ at, subjectId, target, isMany: relation.isMany, personId: null, toSubjectId: null })
    }
  }
  if (wanted.length === 0) return refusals
  await findPeople(
    ctx,
    wanted.filter(one => relationOf(type, one.target.relation)?.to === 'person'),
    how,
  )
  for (const relation of type.relations) {
    if (relation.to === 'person') continue
    const mine = wanted.filter(one => one.target.relation === relation.key)
    if (mine.length > 0) await findSubjects(ctx, await typeOfKey(ctx, relation.to), mine)
  }
  const found = wanted.filter(one => one.personId !== null || one.toSubjectId !== null)
  for (const one of wanted) if (!found.includes(one)) refusals.push({ at: one.at, field: one.target.relation })
  await write(ctx, type, found)
  return refusals
}

/**
 * One relation by hand. Somebody whom only another brand or store knows may be named by his phone: the relation stands, but it makes him nobody
 * of the caller's, it does not change what he is called, and it shows no name. Throws subject.unknownRelation.
 */
export async function relateSubject(ctx: Ctx, { fromId, ...target }: InputOf<(typeof subjects)['subjects.relate']>) {
  const subject = await subjectOfId(ctx, fromId)
  const type = await typeOfId(ctx, Number(subject.type_id))
  const asked = [{ at: 0, subjectId: fromId, targets: [target] }]
  const [refusal] = await relateMany({ ...ctx, brandId: Number(subject.brand_id) }, type, asked, 'byHand')
  if (refusal) throw refused('subject.unknownRelation', { field: refusal.field })
  return getSubject(ctx, { subjectId: fromId })
}

/** Ends a relation; it stays in the record with its end. */
export async function unrelateSubject(ctx: Ctx, { relationId }: { relationId: number }) {
  const relation = await row<{ id: number; subject_id: number; type_id: number; is_ended: number }>(
    sql`SELECT id, subject_id, type_id, is_ended FROM subject_relations WHERE id = ${relationId}`,
  )
  if (!relation || (await visibleById(ctx, [Number(relation.subject_id)])).length === 0) throw notFound('relation', relationId)
  if (relation.is_ended === 0) {
    await run(sql`UPDATE subject_relations SET is_ended = ${true}, until = ${ctx.now} WHERE id = ${relationId}`)
    await announce(ctx, Number(relation.type_id), [relationId])
  }
  return { isDone: true as const }
}

/** People by id whom the caller may see, or by phone: a new phone makes a new person. */
async function findPeople(ctx: Ctx, wanted: Wanted[], how: 'inBulk' | 'byHand'): Promise<void> {
  const byId = wanted.filter(one => one.target.personId !== undefined)
  const canonical = await canonicalIds(byId.map(one => one.target.personId as number))
  const visible = new Set(await visiblePeople(ctx, [...new Set(canonical.values())]))
  for (const one of byId) {
    const person = canonical.get(one.target.personId as number)
    if (person !== undefined && visible.has(person)) one.personId = person
  }
  const withPhone = wanted.filter(one => one.target.personId === undefined && one.target.phone !== undefined)
  const others = how === 'byHand' ? await heldByOthers(ctx, withPhone) : new Map<Wanted, number>()
  for (const [one, person] of others) one.personId = person
  const byPhone = withPhone.filter(one => !others.has(one))
  const resolved = await resolveMany(
    ctx,
    byPhone.map(({ target }) => ({
      identifiers: [{ type: 'phone', scope: '', value: target.phone as string }],
      ...(target.name ? { profile: { name: target.name } } : {}),
      brandId: ctx.brandId,
      occurredAt: ctx.now,
      source: 'subjects',
    })),
  )
  byPhone.forEach((one, at) => {
    one.personId = resolved[at]?.personId ?? null
  })
}

/** Phones of people whom the caller may not see. */
async function heldByOthers(ctx: Ctx, wanted: readonly Wanted[]): Promise<Map<Wanted, number>> {
  const holders = await peopleByIdentifiers(
    wanted.map(({ target }) => ({ type: 'phone', scope: '', value: target.phone as string })),
  )
  const visible = new Set(await visiblePeople(ctx, [...new Set(holders.flat())]))
  return new Map(
    wanted.flatMap((one, at) => {
      const [holder] = holders[at] ?? []
      return holder === undefined || visible.has(holder) ? [] : [[one, holder] as const]
    }),
  )
}

async function findSubjects(ctx: Ctx, to: TypeFacts, wanted: Wanted[]): Promise<void> {
  const byId = wanted.filter(one => one.target.subjectId !== undefined)
  const seen = new Set(
    (
      await visibleById(
        ctx,
        byId.map(one => one.target.subjectId as number),
      )
    )
      .filter(one => Number(one.type_id) === to.id)
      .map(one => Number(one.id)),
  )
  for (const one of byId) if (seen.has(one.target.subjectId as number)) one.toSubjectId = one.target.subjectId as number
  const byMatch = wanted.filter(one => one.target.subjectId === undefined && one.target.match)
  for (const [attribute, list] of grouped(byMatch, one => one.target.match?.attribute ?? '')) {
    const named = await subjectsOfBrandByValue(
      to,
      brandOf(ctx),
      attribute,
      list.map(one => one.target.match?.value ?? null),
    )
    const mine = new Set(
      (
        await visibleById(
          ctx,
          named.filter(id => id !== null),
        )
      ).map(one => Number(one.id)),
    )
    list.forEach((one, at) => {
      const id = named[at] ?? null
      one.toSubjectId = id !== null && mine.has(id) ? id : null
    })
  }
}

type Live = {
  /** Null until it is written. */
  id: number | null
  subjectId: number
  relation: string
  role: string
  personId: number | null
  toSubjectId: number | null
  since: Date
}

/** Of a relation that allows one at a time, another ends the former; the same again changes nothing. */
async function write(ctx: Ctx, type: TypeFacts, wanted: readonly Wanted[]): Promise<void> {
  const subjectIds = [...new Set(wanted.map(one => one.subjectId))].sort((a, b) => a - b)
  const before = await liveOf(subjectIds)
  const live = grouped(before, one => `${one.subjectId}:${one.relation}`)
  const ended = new Map<number, Date>()
  for (const { subjectId, target, isMany, personId, toSubjectId } of wanted) {
    const next: Live = {
      id: null,
      subjectId,
      relation: target.relation,
      role: target.role,
      personId,
      toSubjectId,
      since: target.since ?? ctx.now,
    }
    const key = `${subjectId}:${target.relation}`
    const mine = live.get(key) ?? []
    if (mine.some(other => isSame(other, next))) continue
    live.set(key, isMany ? [...mine, next] : [next])
    if (!isMany) for (const former of mine) if (former.id !== null) ended.set(former.id, next.since)
  }
  for (const [id, until] of [...ended].sort(([a], [b]) => a - b))
    await run(sql`UPDATE subject_relations SET is_ended = ${true}, until = ${until} WHERE id = ${id}`)
  const fresh = [...live.values()].flat().filter(one => one.id === null)
  await bulkInsert(
    'subject_relations',
    fresh.map(({ id: _id, ...one }) => ({ typeId: type.id, brandId: brandOf(ctx), ...one })),
  )
  const known = new Set(before.map(one => one.id))
  const born = (await liveOf(fresh.length > 0 ? subjectIds : [])).flatMap(one =>
    one.id === null || known.has(one.id) ? [] : [one.id],
  )
  await announce(ctx, type.id, [...ended.keys(), ...born])
}

async function liveOf(subjectIds: readonly number[]): Promise<Live[]> {
  const found: Live[] = []
  for (const some of inParts(subjectIds, 1_000)) {
    const list = await rows<{
      id: number
      subject_id: number
      relation: string
      role: string
      person_id: number | null
      to_subject_id: number | null
      since: Date
    }>(
      sql`SELECT id, subject_id, relation, role, person_id, to_subject_id, since FROM subject_relations WHERE subject_id IN (${some}) AND is_ended = 0 ORDER BY id FOR UPDATE`,
    )
    for (const one of list)
      found.push({
        id: Number(one.id),
        subjectId: Number(one.subject_id),
        relation: one.relation,
        role: one.role,
        personId: one.person_id === null ? null : Number(one.person_id),
        toSubjectId: one.to_subject_id === null ? null : Number(one.to_subject_id),
        since: one.since,
      })
  }
  return found
}

function isSame(a: Live, b: Live): boolean {
  return a.role === b.role && a.personId === b.personId && a.toSubjectId === b.toSubjectId
}

export async function announce(ctx: Ctx, typeId: number, relationIds: readonly number[]): Promise<void> {
  await publishMany(
    ctx,
    relationsChanged,
    inParts(relationIds, 500).map(some => ({ payload: { typeId, relationIds: some }, brandId: ctx.brandId })),
  )
}

function grouped<T>(list: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of list) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
