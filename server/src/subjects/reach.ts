import type { ReachAnswer, ReachStep } from '@banyan/shared'
import { type Ctx, type Reader, rows, say, sql } from '../core/index.ts'
import { briefsOf, masked, visiblePeople } from '../identity/index.ts'
import { visibleById } from './scope.ts'
import { openValues } from './stored-values.ts'
import { attributeOf, relationOf, type TypeFacts, typesOf } from './subject-type.ts'

/** Whom a message about a subject goes to: a person, or a phone of whom no person is known (E.164, in clear; never sent to a face). */
export type Contact = { personId: number } | { phone: string }
export type Reached = {
  subjectId: number
  contacts: { contact: Contact; step: ReachStep }[]
  why: 'noContact' | 'noSteps' | null
}

/**
 * Who is reached for each subject: the steps of its type in order, the first that finds somebody, or all of them (semantics 4.12). One
 * person of several roles is reached once for one subject. Whom the caller may not see is not reached.
 */
export async function contactsOf(ctx: Ctx, subjectIds: readonly number[]): Promise<Reached[]> {
  const types = new Map((await typesOf(ctx)).map(type => [type.id, type]))
  const found = await visibleById(ctx, subjectIds)
  const related = new Map<number, { relation: string; role: string; personId: number }[]>()
  for (let from = 0; from < found.length; from += 1_000) {
    const live = await rows<{ subject_id: number; relation: string; role: string; person_id: number }>(
      sql`SELECT subject_id, relation, role, person_id FROM subject_relations
        WHERE subject_id IN (${found.slice(from, from + 1_000).map(one => Number(one.id))}) AND is_ended = 0 AND person_id IS NOT NULL ORDER BY id`,
    )
    const seen = new Set(await visiblePeople(ctx, [...new Set(live.map(one => Number(one.person_id)))]))
    for (const one of live.filter(({ person_id }) => seen.has(Number(person_id))))
      related.set(Number(one.subject_id), [
        ...(related.get(Number(one.subject_id)) ?? []),
        { relation: one.relation, role: one.role, personId: Number(one.person_id) },
      ])
  }
  return found.map(one => {
    const type = types.get(Number(one.type_id))
    if (!type || type.reach.steps.length === 0) return { subjectId: Number(one.id), contacts: [], why: 'noSteps' }
    const values = openValues(type, one.values)
    const contacts: Reached['contacts'] = []
    for (const step of type.reach.steps) {
      for (const contact of contactsOfStep(step, related.get(Number(one.id)) ?? [], values)) {
        const isKnown = contacts.some(other => JSON.stringify(other.contact) === JSON.stringify(contact))
        if (!isKnown) contacts.push({ contact, step })
      }
      if (type.reach.mode === 'first' && contacts.length > 0) break
    }
    return { subjectId: Number(one.id), contacts, why: contacts.length > 0 ? null : 'noContact' }
  })
}

export async function reachSubjects(ctx: Ctx, { subjectIds }: { subjectIds: number[] }): Promise<ReachAnswer[]> {
  const reached = await contactsOf(ctx, subjectIds)
  const types = new Map((await typesOf(ctx)).map(type => [type.id, type]))
  const typeIds = new Map((await visibleById(ctx, subjectIds)).map(one => [Number(one.id), Number(one.type_id)]))
  const people = reached.flatMap(one => one.contacts.flatMap(({ contact }) => ('personId' in contact ? [contact.personId] : [])))
  const briefs = new Map((await briefsOf([...new Set(people)])).map(brief => [brief.id, brief]))
  return reached.map(({ subjectId, contacts, why }) => ({
    subjectId,
    why,
    contacts: contacts.map(({ contact, step }) => {
      const via = viaOf(ctx, types.get(typeIds.get(subjectId) ?? 0), step)
      if ('phone' in contact) return { personId: null, phoneMasked: masked('phone', contact.phone), name: null, via }
      const brief = briefs.get(contact.personId)
      return { personId: contact.personId, phoneMasked: brief?.phoneMasked ?? null, name: brief?.name ?? null, via }
    }),
  }))
}

function contactsOfStep(
  step: ReachStep,
  related: readonly { relation: string; role: string; personId: number }[],
  values: Record<string, unknown>,
): Contact[] {
  if (step.by === 'attribute') {
    const phone = values[step.attribute]
    return typeof phone === 'string' && phone !== '' ? [{ phone }] : []
  }
  return related
    .filter(one => one.relation === step.relation && (!step.role || one.role === step.role))
    .map(({ personId }) => ({ personId }))
}

function viaOf(reader: Reader, type: TypeFacts | undefined, step: ReachStep): string {
  if (!type) return ''
  const [key, named] =
    step.by === 'attribute'
      ? [step.attribute, attributeOf(type, step.attribute)]
      : [step.relation, relationOf(type, step.relation)]
  const word = named ? say(reader, named.zh, named.en || named.zh) : key
  return step.by === 'attribute' || !step.role ? word : `${word} · ${step.role}`
}
