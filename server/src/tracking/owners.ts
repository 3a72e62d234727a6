import type { SubjectKey, TrackInput } from '@banyan/shared'
import { type Ctx, Refusal } from '../core/index.ts'
import { canonicalIds, isOfOthers, resolveMany, visiblePeople } from '../identity/index.ts'
import { subjectsOfBrandByValue, typeOfKey, visibleSubjectsById } from '../subjects/index.ts'
import type { Complaint } from './check-track.ts'
import type { Plan } from './plan.ts'

export type Owner = { id: number } | { complaint: Complaint }
type Given = Pick<TrackInput, 'name' | 'occurredAt' | 'personId' | 'identifiers' | 'subjectId' | 'subject'>

const NOBODY: Owner = { complaint: { reason: 'noPerson', field: 'personId' } }
const NOTHING: Owner = { complaint: { reason: 'noSubject', field: 'subjectId' } }

/**
 * Whose tracks these are, in as many questions as there are ways to say it, not as there are tracks: people by their id or by identifiers (found or
 * made; the answer is the home), things by their id or by a unique value. Only what the caller may see.
 */
export async function ownersOf(ctx: Ctx, tracks: readonly Given[], plan: Plan, source: string): Promise<Owner[]> {
  const owners: Owner[] = new Array(tracks.length)
  const byId: number[] = []
  const byIdentifiers: number[] = []
  const bySubject: number[] = []
  const byKey: number[] = []
  tracks.forEach((track, at) => {
    if (track.subjectId !== undefined) bySubject.push(at)
    else if (track.subject !== undefined) byKey.push(at)
    // A person's session speaks for that person only, whoever the track names.
    else if (ctx.personId !== null) owners[at] = { id: ctx.personId }
    else if (track.personId !== undefined) byId.push(at)
    else if (track.identifiers !== undefined && !isOfOthers(ctx, track.identifiers)) byIdentifiers.push(at)
    else owners[at] = NOBODY
  })
  await fillPeople(ctx, tracks, byId, owners)
  await fillResolved(ctx, tracks, byIdentifiers, owners, source)
  await fillSubjects(ctx, tracks, bySubject, plan, owners)
  await fillKeys(ctx, tracks, byKey, plan, owners)
  return owners
}

/** A merged id is still that person's. */
async function fillPeople(ctx: Ctx, tracks: readonly Given[], at: readonly number[], owners: Owner[]): Promise<void> {
  if (at.length === 0) return
  const canonical = await canonicalIds(at.map(one => tracks[one]?.personId as number))
  const visible = new Set(await visiblePeople(ctx, [...new Set(canonical.values())]))
  for (const one of at) {
    const id = tracks[one]?.personId as number
    owners[one] = visible.has(canonical.get(id) ?? 0) ? { id } : NOBODY
  }
}

/** The same identifiers again are one call: a page sends many tracks of one visitor. */
async function fillResolved(
  ctx: Ctx,
  tracks: readonly Given[],
  at: readonly number[],
  owners: Owner[],
  source: string,
): Promise<void> {
  if (at.length === 0) return
  const groups = new Map<string, number[]>()
  for (const one of at) {
    const key = JSON.stringify(tracks[one]?.identifiers)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  const lists = [...groups.values()]
  const resolved = await resolveMany(
    ctx,
    lists.map(([first = 0]) => ({ identifiers: tracks[first]?.identifiers ?? [], source })),
  )
  lists.forEach((list, index) => {
    const answer = resolved[index]
    for (const one of list)
      owners[one] =
        answer && answer.personId !== null ? { id: answer.homeId } : { complaint: { reason: 'noPerson', field: 'identifiers' } }
  })
}

async function fillSubjects(
  ctx: Ctx,
  tracks: readonly Given[],
  at: readonly number[],
  plan: Plan,
  owners: Owner[],
): Promise<void> {
  if (at.length === 0) return
  const found = await visibleSubjectsById(
    ctx,
    at.map(one => tracks[one]?.subjectId as number),
  )
  const typeOf = new Map(found.map(one => [Number(one.id), Number(one.type_id)]))
  for (const one of at) {
    const id = tracks[one]?.subjectId as number
    const type = typeOf.get(id)
    if (type === undefined) owners[one] = NOTHING
    else if (type !== plan.get(tracks[one]?.name ?? '')?.subjectTypeId)
      owners[one] = { complaint: { reason: 'wrongSubject', field: 'subjectId' } }
    else owners[one] = { id }
  }
}

async function fillKeys(ctx: Ctx, tracks: readonly Given[], at: readonly number[], plan: Plan, owners: Owner[]): Promise<void> {
  const groups = new Map<string, number[]>()
  for (const one of at) {
    const { type, attribute } = (tracks[one] as Given).subject as SubjectKey
    const key = `${type}\0${attribute}`
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  for (const [key, list] of groups) {
    const [typeKey = '', attribute = ''] = key.split('\0')
    // Unique values are unique in a brand: without one nobody knows which thing is meant.
    const type = ctx.brandId === null ? null : await typeOfKey(ctx, typeKey).catch(unlessRefused)
    const found =
      type && ctx.brandId !== null
        ? await subjectsOfBrandByValue(
            type,
            ctx.brandId,
            attribute,
            list.map(one => ((tracks[one] as Given).subject as SubjectKey).value),
          )
        : []
    list.forEach((one, index) => {
      const id = found[index] ?? null
      if (type && type.id !== plan.get(tracks[one]?.name ?? '')?.subjectTypeId)
        owners[one] = { complaint: { reason: 'wrongSubject', field: 'subject.type' } }
      else owners[one] = id === null ? { complaint: { reason: 'noSubject', field: 'subject' } } : { id }
    })
  }
}

function unlessRefused(error: unknown): null {
  if (error instanceof Refusal) return null
  throw error
}
