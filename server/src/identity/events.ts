import { z } from 'zod'
import { type Ctx, event, publishMany } from '../core/index.ts'

const Id = z.int().positive()

/** A person was seen for the first time. */
export const personCreated = event('person.created', z.object({ personId: Id, brandId: Id.nullable(), source: z.string() }))
/** A brand met a person it did not know: he belongs to that brand's population from now on. */
export const personMetBrand = event('person.metBrand', z.object({ personId: Id, brandId: Id }))
/** What is known about a person changed; `fields` names what. */
export const personUpdated = event('person.updated', z.object({ personId: Id, fields: z.array(z.string()) }))
/** `fromId` became part of `toId`; `homeIds` are the homes that answer to `toId` from now on (fromId among them). */
export const personMerged = event('person.merged', z.object({ fromId: Id, toId: Id, mergeId: Id, homeIds: z.array(Id) }))
/** `fromId` is a person again, taken out of `toId`; `homeIds` answer to `fromId` from now on. */
export const personUnmerged = event('person.unmerged', z.object({ fromId: Id, toId: Id, mergeId: Id, homeIds: z.array(Id) }))

type Created = { personId: number; brandId: number | null; source: string }

export async function announceCreated(ctx: Ctx, created: readonly Created[]): Promise<void> {
  await publishMany(
    ctx,
    personCreated,
    created.map(payload => ({ payload, brandId: payload.brandId, subject: `person:${payload.personId}` })),
  )
}

export async function announceMetBrand(ctx: Ctx, met: readonly { personId: number; brandId: number }[]): Promise<void> {
  await publishMany(
    ctx,
    personMetBrand,
    met.map(payload => ({ payload, brandId: payload.brandId, subject: `person:${payload.personId}` })),
  )
}
