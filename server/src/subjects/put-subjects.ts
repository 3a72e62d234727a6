import type { AttributeValues, InputOf, SubjectInput, subjects } from '@banyan/shared'
import { brandOf, bulkInsert, type Ctx, insertMany, publishMany, refused, rows, run, sql, storeScope } from '../core/index.ts'
import { checkValues } from './check-values.ts'
import { subjectsChanged } from './events.ts'
import { relateMany } from './relate.ts'
import { visibleById } from './scope.ts'
import { keyValue, openValues, storedValues, titleOf } from './stored-values.ts'
import { type TypeFacts, typeOfId, typeOfKey } from './subject-type.ts'

type Put = InputOf<(typeof subjects)['subjects.put']>
type Answer = {
  at: number
  subjectId: number | null
  isNew: boolean
  refusal: { code: string; field: string | null } | null
}
/** A subject of the call as it will stand: several inputs may be about one. */
type Draft = {
  id: number | null
  values: AttributeValues
  before: AttributeValues
  isTouched: boolean
  /** Of the brand, but of other stores than the caller's: its values are taken, and that is all he learns. */
  isHidden: boolean
}

/** Adds or changes subjects of one type of the caller's brand. Each is judged alone; what is refused says why and holds nobody up. */
export async function putSubjects(ctx: Ctx, { typeId, typeKey, subjects: list }: Put): Promise<Answer[]> {
  if ((typeId === undefined) === (typeKey === undefined)) throw refused('input.invalid', { field: 'typeId', reason: 'required' })
  const type = typeId === undefined ? await typeOfKey(ctx, typeKey as string) : await typeOfId(ctx, typeId)
  return putOf(ctx, type, list)
}

export async function putOf(ctx: Ctx, type: TypeFacts, list: readonly SubjectInput[]): Promise<Answer[]> {
  const brandId = brandOf(ctx)
  const world = await loadWorld(ctx, type, brandId, list)
  const drafts = new Map<number, Draft>()
  const answers = list.map((input, at): Answer => {
    const draft = draftFor(type, world, input)
    if ('refusal' in draft) return { at, subjectId: null, isNew: false, refusal: draft.refusal }
    drafts.set(at, draft)
    return { at, subjectId: draft.id, isNew: draft.id === null, refusal: null }
  })
  await write(ctx, type, brandId, [...new Set(drafts.values())])
  for (const [at, draft] of drafts) {
    const answer = answers[at] as Answer
    answer.subjectId = draft.id
  }
  const refusals = await relateMany(
    ctx,
    type,
    [...drafts].map(([at, draft]) => ({ at, subjectId: draft.id as number, targets: list[at]?.relations ?? [] })),
  )
  for (const { at, field } of refusals) {
    const answer = answers[at] as Answer
    answer.refusal = { code: 'subject.unknownRelation', field }
  }
  return answers
}

type World = { drafts: Map<number, Draft>; holders: Map<string, Draft> }

const holderKey = (attribute: string, value: string) => `${attribute}\0${value}`

/** The subjects that the call names, by id or by a unique value, locked in the order of their ids. */
async function loadWorld(ctx: Ctx, type: TypeFacts, brandId: number, list: readonly SubjectInput[]): Promise<World> {
  const wanted = list.flatMap(input => uniqueKeys(type, input.values))
  const held = new Map<number, { attribute: string; value: string }[]>()
  for (let from = 0; from < wanted.length; from += 1_000) {
    const some = wanted.slice(from, from + 1_000)
    const found = await rows<{ subject_id: number; attribute: string; value: string }>(
      sql`SELECT subject_id, attribute, value FROM subject_keys WHERE type_id = ${type.id} AND brand_id = ${brandId} AND apart = 0 AND value IN (${some.map(one => one.value)})`,
    )
    for (const one of found) held.set(Number(one.subject_id), [...(held.get(Number(one.subject_id)) ?? []), one])
  }
  const ids = [...new Set([...held.keys(), ...list.flatMap(input => input.subjectId ?? [])])].sort((a, b) => a - b)
  const seen = storeScope(ctx) === null ? null : new Set((await visibleById(ctx, ids)).map(one => Number(one.id)))
  const world: World = { drafts: new Map(), holders: new Map() }
  for (let from = 0; from < ids.length; from += 1_000) {
    const found = await rows<{ id: number; values: string }>(
      sql`SELECT id, ${sql.id('values')} FROM subjects WHERE id IN (${ids.slice(from, from + 1_000)}) AND type_id = ${type.id} AND brand_id = ${brandId} ORDER BY id FOR UPDATE`,
    )
    for (const row of found) {
      const before = openValues(type, row.values)
      world.drafts.set(Number(row.id), {
        id: Number(row.id),
        values: { ...before },
        before,
        isTouched: false,
        isHidden: seen !== null && !seen.has(Number(row.id)),
      })
    }
  }
  for (const [id, keys] of held) {
    const draft = world.drafts.get(id)
    if (draft) for (const { attribute, value } of keys) world.holders.set(holderKey(attribute, value), draft)
  }
  return world
}

/** Finds or begins the subject of one input and lays its values on; the next input of the call sees them. */
function draftFor(
  type: TypeFacts,
  world: World,
  input: SubjectInput,
): Draft | { refusal: { code: string; field: string | null } } {
  const named = input.subjectId === undefined ? null : (world.drafts.get(input.subjectId) ?? null)
  if (input.subjectId !== undefined && (!named || named.isHidden))
    return { refusal: { code: 'thing.notFound', field: 'subjectId' } }
  // Judged before it is looked up by its values: their spelling decides whom they mean.
  const spelled = checkValues(type, input.values, false)
  if ('refusal' in spelled) return { refusal: spelled.refusal }
  const keys = uniqueKeys(type, spelled.values)
  const holders = new Set(keys.flatMap(({ attribute, value }) => world.holders.get(holderKey(attribute, value)) ?? []))
  if (named) {
    const other = keys.find(({ attribute, value }) => (world.holders.get(holderKey(attribute, value)) ?? named) !== named)
    if (other) return { refusal: { code: 'subject.valueTaken', field: other.attribute } }
  }
  const hidden = keys.find(({ attribute, value }) => world.holders.get(holderKey(attribute, value))?.isHidden)
  if (hidden) return { refusal: { code: 'subject.valueTaken', field: hidden.attribute } }
  if (holders.size > 1) return { refusal: { code: 'subject.ambiguous', field: keys[0]?.attribute ?? null } }
  const known = named ?? [...holders][0] ?? null
  if (!known) {
    const whole = checkValues(type, input.values, true)
    if ('refusal' in whole) return { refusal: whole.refusal }
  }
  const draft: Draft = known ?? { id: null, values: {}, before: {}, isTouched: false, isHidden: false }
  for (const { attribute, value } of uniqueKeys(type, draft.values)) {
    if (attribute in spelled.values) world.holders.delete(holderKey(attribute, value))
  }
  draft.values = { ...draft.values, ...spelled.values }
  draft.isTouched = true
  for (const { attribute, value } of keys) world.holders.set(holderKey(attribute, value), draft)
  return draft
}

function uniqueKeys(type: TypeFacts, values: AttributeValues): { attribute: string; value: string }[] {
  const checked = checkValues(type, values, false)
  const spelled = 'values' in checked ? checked.values : {}
  return type.attributes.flatMap(attribute => {
    const value = attribute.isUnique ? spelled[attribute.key] : null
    return typeof value === 'string' || typeof value === 'number'
      ? [{ attribute: attribute.key, value: keyValue(attribute, value) }]
      : []
  })
}

async function write(ctx: Ctx, type: TypeFacts, brandId: number, drafts: readonly Draft[]): Promise<void> {
  const fresh = drafts.filter(draft => draft.id === null)
  const ids = await insertMany(
    'subjects',
    fresh.map(draft => ({
      typeId: type.id,
      brandId,
      title: titleOf(type, draft.values),
      values: storedValues(type, draft.values),
      createdAt: ctx.now,
      updatedAt: ctx.now,
    })),
  )
  for (const [at, draft] of fresh.entries()) draft.id = ids[at] ?? null
  const changed = drafts
    .filter(draft => !fresh.includes(draft) && JSON.stringify(draft.values) !== JSON.stringify(draft.before))
    .sort((a, b) => (a.id ?? 0) - (b.id ?? 0))
  for (const draft of changed)
    await run(
      sql`UPDATE subjects SET title = ${titleOf(type, draft.values)}, ${sql.id('values')} = ${storedValues(type, draft.values)}, updated_at = ${ctx.now} WHERE id = ${draft.id}`,
    )
  await writeKeys(type, brandId, [...fresh, ...changed])
  await publishMany(
    ctx,
    subjectsChanged,
    inParts(
      [...fresh, ...changed].map(draft => draft.id as number),
      500,
    ).map(subjectIds => ({ payload: { typeId: type.id, brandId, subjectIds }, brandId })),
  )
}

/** Unique values and phones: by them a subject is found. */
async function writeKeys(type: TypeFacts, brandId: number, drafts: readonly Draft[]): Promise<void> {
  const ids = drafts.flatMap(draft => draft.id ?? [])
  for (let from = 0; from < ids.length; from += 1_000)
    await run(sql`DELETE FROM subject_keys WHERE subject_id IN (${ids.slice(from, from + 1_000)})`)
  const keys = drafts.flatMap(draft =>
    type.attributes.flatMap(attribute => {
      const value = draft.values[attribute.key]
      if (!attribute.isUnique && attribute.kind !== 'phone') return []
      if (typeof value !== 'string' && typeof value !== 'number') return []
      return [
        {
          typeId: type.id,
          brandId,
          attribute: attribute.key,
          value: keyValue(attribute, value),
          apart: attribute.isUnique ? 0 : draft.id,
          subjectId: draft.id,
        },
      ]
    }),
  )
  keys.sort((a, b) => (a.attribute < b.attribute ? -1 : a.attribute > b.attribute ? 1 : a.value < b.value ? -1 : 1))
  await bulkInsert('subject_keys', keys)
}

export function inParts<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size))
}
