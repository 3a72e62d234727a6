import { type AttributeKind, type AttributeValue, SUBJECT_IDS_FROM } from '@banyan/shared'
import { type Ctx, DEFAULT_ZONE, onBatch, startOfDay } from '../core/index.ts'
import {
  mirroredRelations,
  mirroredSubjects,
  relationsChanged,
  subjectsAfter,
  subjectsChanged,
  type TypeFacts,
} from '../subjects/index.ts'
import { LIST_GAP } from './operators/list.ts'
import { type FactChange, putBatch, type RelationChange } from './put-facts.ts'
import { subjectFact } from './subject-kind.ts'

/** Things and their relations, as facts. Reading the present state makes a repeat or another order of events harmless. */
export const subscribers = [
  onBatch(subjectsChanged, 'selection.mirrorSubjects', async (ctx, changes) => {
    for (const { typeId, brandId, subjectIds } of changes) await mirrorSubjects(ctx, typeId, brandId, subjectIds)
  }),
  onBatch(relationsChanged, 'selection.mirrorRelations', (ctx, changes) =>
    mirrorRelations(
      ctx,
      changes.flatMap(change => change.relationIds),
    ),
  ),
]

async function mirrorSubjects(ctx: Ctx, typeId: number, brandId: number, ids: readonly number[]): Promise<void> {
  const found = await mirroredSubjects(typeId, ids)
  if (!found) return
  const { type, subjects } = found
  const there = new Set(subjects.map(subject => subject.id))
  const gone = ids.filter(id => !there.has(id)).map((id): FactChange => [brandId, id, subjectFact(typeId, 'exists'), null])
  await putBatch(ctx, { facts: [...gone, ...subjects.flatMap(subject => factsOf(type, subject))] })
}

function factsOf(
  type: TypeFacts,
  subject: { id: number; brandId: number; values: Record<string, AttributeValue>; createdAt: Date; updatedAt: Date },
): FactChange[] {
  const fact = (key: string, value: string | number | null): FactChange => [
    subject.brandId,
    subject.id,
    subjectFact(type.id, key),
    value,
  ]
  return [
    fact('exists', 1),
    fact('createdAt', subject.createdAt.getTime()),
    fact('updatedAt', subject.updatedAt.getTime()),
    ...type.attributes.map(({ key, kind }) => fact(key, storedAs(kind, subject.values[key] ?? null))),
  ]
}

/** A day stands as its first instant in our zone, so that it is compared like every other time. */
function storedAs(kind: AttributeKind, value: AttributeValue): string | number | null {
  if (value === null) return null
  if (kind === 'phone') return 1
  if (kind === 'date') return startOfDay(String(value), DEFAULT_ZONE).getTime()
  if (kind === 'time') return new Date(String(value)).getTime()
  if (Array.isArray(value)) return value.join(LIST_GAP)
  if (typeof value === 'object') return `${value.latitude},${value.longitude}`
  return typeof value === 'boolean' ? Number(value) : value
}

async function mirrorRelations(ctx: Ctx, ids: readonly number[]): Promise<void> {
  const found = await mirroredRelations([...new Set(ids)])
  await putBatch(ctx, {
    relations: found.map(
      (one): RelationChange => ({
        id: one.id,
        brandId: one.brandId,
        typeId: one.typeId,
        relation: one.relation,
        role: one.role,
        fromId: one.subjectId,
        // Nobody any more: whom it led to was erased.
        toId: one.personId ?? one.toSubjectId ?? 0,
        isOn: one.isOn ? 1 : 0,
      }),
    ),
  })
}

const ROWS_AT_ONCE = 1_000

/** Says all things and relations again, after ClickHouse was lost. */
export async function rebuildSubjects(ctx: Ctx): Promise<number> {
  let count = 0
  for (const of of ['subjects', 'relations'] as const) {
    for (let after = of === 'subjects' ? SUBJECT_IDS_FROM - 1 : 0; ; ) {
      const some = await subjectsAfter(of, after, ROWS_AT_ONCE)
      const last = some.at(-1)
      if (!last) break
      if (of === 'relations')
        await mirrorRelations(
          ctx,
          some.map(one => one.id),
        )
      else
        for (const typeId of new Set(some.map(one => one.typeId)))
          await mirrorSubjects(
            ctx,
            typeId,
            0,
            some.filter(one => one.typeId === typeId).map(one => one.id),
          )
      count += some.length
      after = last.id
    }
  }
  return count
}
