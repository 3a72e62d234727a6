import { type InputOf, PERSON_TYPE_KEY, type SubjectShape, type subjects } from '@banyan/shared'
import { type Ctx, insertOne, isDuplicate, mustSeeBrand, refused, row, rows, run, sql } from '../core/index.ts'
import { visibleSubjects } from './scope.ts'
import { type TypeFacts, typeOfId, typeOfKey, typesOf } from './subject-type.ts'
import { lossOf, whyNotShape } from './type-rules.ts'
import { usesOf } from './uses.ts'

type Table = typeof subjects

export async function listTypes(ctx: Ctx) {
  return withCounts(ctx, await typesOf(ctx))
}

export async function createType(ctx: Ctx, input: InputOf<Table['subjectTypes.create']>) {
  mustSeeBrand(ctx, ctx.brandId)
  const { key, ...shape } = input
  if (key === PERSON_TYPE_KEY) throw refused('subjectType.keyTaken', { field: 'key' })
  await mustFit(ctx, shape, key)
  const id = await insertOne('subject_types', {
    ...shape,
    key,
    brandId: ctx.brandId ?? 0,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  }).catch(error => {
    throw isDuplicate(error) ? refused('subjectType.keyTaken', { field: 'key' }) : error
  })
  const [made] = await withCounts(ctx, [await typeOfId(ctx, id)])
  return made as TypeFacts & { subjectCount: number }
}

/**
 * Changes a type; the data of its subjects stays. Throws subjectType.inUse with the places when an attribute that goes is used, and
 * subjectType.kindFixed when one with data would change its kind.
 */
export async function updateType(ctx: Ctx, { typeId, ...shape }: InputOf<Table['subjectTypes.update']>) {
  const before = await mustOwn(ctx, typeId)
  await mustFit(ctx, shape, before.key)
  const { gone, goneRelations, changedKind } = lossOf(before, shape)
  for (const attribute of [...gone, ...changedKind]) {
    // Its own reach and title are judged in the new definition.
    const uses = (await usesOf(ctx, { typeId, attribute })).filter(use => use.place !== 'reach' && use.place !== 'title')
    if (uses.length > 0) throw refused('subjectType.inUse', { field: `attributes.${attribute}`, uses })
  }
  if (changedKind.length > 0 && (await countOf(typeId)) > 0)
    throw refused('subjectType.kindFixed', { field: `attributes.${changedKind[0]}` })
  for (const relation of goneRelations) {
    const live = await row(
      sql`SELECT id FROM subject_relations WHERE type_id = ${typeId} AND relation = ${relation} AND is_ended = 0 LIMIT 1`,
    )
    if (live) throw refused('subjectType.inUse', { field: `relations.${relation}` })
  }
  await mustBeUniqueAlready(typeId, before, shape)
  await run(
    sql`UPDATE subject_types SET zh = ${shape.zh}, en = ${shape.en}, description = ${shape.description}, attributes = ${JSON.stringify(shape.attributes)},
      relations = ${JSON.stringify(shape.relations)}, reach = ${JSON.stringify(shape.reach)}, title_attribute = ${shape.titleAttribute}, updated_at = ${ctx.now} WHERE id = ${typeId}`,
  )
  const [changed] = await withCounts(ctx, [await typeOfId(ctx, typeId)])
  return changed as TypeFacts & { subjectCount: number }
}

export async function removeType(ctx: Ctx, { typeId }: { typeId: number }) {
  await mustOwn(ctx, typeId)
  const uses = await usesOf(ctx, { typeId })
  if (uses.length > 0) throw refused('subjectType.inUse', { uses })
  if ((await countOf(typeId)) > 0) throw refused('subjectType.notEmpty')
  await run(sql`UPDATE subject_types SET removed_at = ${ctx.now}, removed_key = id WHERE id = ${typeId}`)
  return { isDone: true as const }
}

/** A brand's people may use the group's types, not change them. */
async function mustOwn(ctx: Ctx, typeId: number): Promise<TypeFacts> {
  const type = await typeOfId(ctx, typeId)
  if (type.brandId === null && ctx.brandIds !== 'all') throw refused('access.outOfScope')
  return type
}

async function mustFit(ctx: Ctx, shape: SubjectShape, ownKey: string): Promise<void> {
  const field = whyNotShape(shape)
  if (field) throw refused('subjectType.badShape', { field })
  for (const relation of shape.relations) {
    if (relation.to === PERSON_TYPE_KEY || relation.to === ownKey) continue
    await typeOfKey(ctx, relation.to).catch(() => {
      throw refused('subjectType.badShape', { field: `relations.${relation.key}` })
    })
  }
}

/** An attribute may become unique only before there is data: what stands there was never checked. */
async function mustBeUniqueAlready(typeId: number, before: SubjectShape, after: SubjectShape): Promise<void> {
  const fresh = after.attributes.find(one => one.isUnique && before.attributes.some(old => old.key === one.key && !old.isUnique))
  if (fresh && (await countOf(typeId)) > 0) throw refused('subjectType.kindFixed', { field: `attributes.${fresh.key}.isUnique` })
}

async function countOf(typeId: number): Promise<number> {
  return Number((await row<{ n: number }>(sql`SELECT COUNT(*) AS n FROM subjects WHERE type_id = ${typeId}`))?.n ?? 0)
}

/** How many of each the caller may see. */
async function withCounts(ctx: Ctx, types: readonly TypeFacts[]): Promise<(TypeFacts & { subjectCount: number })[]> {
  if (types.length === 0) return []
  const counted = await rows<{ type_id: number; n: number }>(
    sql`SELECT type_id, COUNT(*) AS n FROM subjects WHERE type_id IN (${types.map(type => type.id)}) AND ${visibleSubjects(ctx)} GROUP BY type_id`,
  )
  const byType = new Map(counted.map(one => [Number(one.type_id), Number(one.n)]))
  return types.map(type => ({ ...type, subjectCount: byType.get(type.id) ?? 0 }))
}
