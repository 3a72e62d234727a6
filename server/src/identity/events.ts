import { z } from 'zod'
import { type Ctx, event, factsOf, publishTogether } from '../core/index.ts'

const Id = z.int().positive()

/** A person was seen for the first time, by this brand when there is one. */
export const personCreated = event('person.created', z.object({ personId: Id, brandId: Id.nullable(), source: z.string() }))
/** A brand met a person whom others knew before: he belongs to that brand's population from now on. */
export const personMetBrand = event('person.metBrand', z.object({ personId: Id, brandId: Id }))
/** What is known about a person changed; `fields` names what. */
export const personUpdated = event('person.updated', z.object({ personId: Id, fields: z.array(z.string()) }))
/** `fromId` became part of `toId`; `homeIds` are the homes that answer to `toId` from now on (fromId among them). */
export const personMerged = event('person.merged', z.object({ fromId: Id, toId: Id, mergeId: Id, homeIds: z.array(Id) }))
/** `fromId` is a person again, taken out of `toId`; `homeIds` answer to `fromId` from now on. */
export const personUnmerged = event('person.unmerged', z.object({ fromId: Id, toId: Id, mergeId: Id, homeIds: z.array(Id) }))

/** Who was seen for the first time, and which brands met whom: said together, and of nobody twice. */
export async function announcePeople(
  ctx: Ctx,
  of: {
    created: readonly { personId: number; brandId: number | null; source: string }[]
    met: readonly { personId: number; brandId: number }[]
  },
): Promise<void> {
  const fact = <T extends { personId: number; brandId: number | null }>(payload: T) => ({
    payload,
    brandId: payload.brandId,
    subject: `person:${payload.personId}`,
  })
  const keyOf = (one: { personId: number; brandId: number | null }) => `${one.personId}:${one.brandId}`
  const isSaid = new Set(of.created.map(keyOf))
  const met = of.met.filter(one => !isSaid.has(keyOf(one)))
  await publishTogether(ctx, [factsOf(personCreated, of.created.map(fact)), factsOf(personMetBrand, met.map(fact))])
}
