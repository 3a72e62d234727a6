import type { SubjectUse } from '@banyan/shared'
import type { Ctx } from '../core/index.ts'
import type { TypeFacts } from './subject-type.ts'
import { typeOfId, typesOf } from './subject-type.ts'

/** Who uses a type or one of its attributes. Modules that stand after this one tell it how to ask them. */
export type UseLookup = (ctx: Ctx, of: { typeId: number; attribute: string | null }) => Promise<SubjectUse[]>
const lookups: UseLookup[] = []

export function declareSubjectUse(lookup: UseLookup): void {
  lookups.push(lookup)
}

export async function usesOf(ctx: Ctx, { typeId, attribute }: { typeId: number; attribute?: string }): Promise<SubjectUse[]> {
  const type = await typeOfId(ctx, typeId)
  const own = attribute === undefined ? await relationsTo(ctx, type) : ownUses(type, attribute)
  const others = await Promise.all(lookups.map(lookup => lookup(ctx, { typeId, attribute: attribute ?? null })))
  return [...own, ...others.flat()]
}

function ownUses(type: TypeFacts, attribute: string): SubjectUse[] {
  return [
    ...(type.reach.steps.some(step => step.by === 'attribute' && step.attribute === attribute)
      ? [{ place: 'reach' as const, id: type.id, name: type.zh }]
      : []),
    ...(type.titleAttribute === attribute ? [{ place: 'title' as const, id: type.id, name: type.zh }] : []),
  ]
}

async function relationsTo(ctx: Ctx, type: TypeFacts): Promise<SubjectUse[]> {
  return (await typesOf(ctx))
    .filter(other => other.id !== type.id && other.relations.some(relation => relation.to === type.key))
    .map(other => ({ place: 'relation' as const, id: other.id, name: other.zh }))
}
