import type { Facts } from '@banyan/shared'
import { consentChanged } from '../consent/index.ts'
import { type Ctx, on, onBatch } from '../core/index.ts'
import { briefsOf, personCreated, personMerged, personMetBrand, personUnmerged, personUpdated } from '../identity/index.ts'
import { allBrands } from '../platform/index.ts'
import { consentFact } from './operators/consent.ts'
import { type FactChange, putBatch } from './put-facts.ts'

export const subscribers = [
  onBatch(personCreated, 'selection.mirrorCreated', (ctx, people) =>
    mirrorPeople(
      ctx,
      people.map(one => one.personId),
    ),
  ),
  onBatch(personUpdated, 'selection.mirrorUpdated', (ctx, people) =>
    mirrorPeople(
      ctx,
      people.map(one => one.personId),
    ),
  ),
  onBatch(personMetBrand, 'selection.mirrorMetBrand', (ctx, met) =>
    putBatch(ctx, { facts: met.map(({ personId, brandId }): FactChange => [brandId, personId, 'inBrand', 1]) }),
  ),
  on(personMerged, 'selection.mirrorMerge', async (ctx, { toId, homeIds }) => {
    await putBatch(ctx, { aliases: homeIds.map(home => [home, toId]) })
    await mirrorPeople(ctx, [toId])
  }),
  on(personUnmerged, 'selection.mirrorUnmerge', async (ctx, { fromId, toId, homeIds }) => {
    await putBatch(ctx, { aliases: homeIds.map(home => [home, fromId]) })
    await mirrorPeople(ctx, [fromId, toId])
    await leaveBrands(ctx, [fromId, toId])
  }),
  onBatch(consentChanged, 'selection.mirrorConsent', (ctx, changes) =>
    putBatch(ctx, {
      facts: changes.map(
        ({ brandId, personId, purpose, channel, isGranted }): FactChange => [
          brandId,
          personId,
          consentFact(purpose, channel),
          isGranted ? 1 : 0,
        ],
      ),
    }),
  ),
]

/** What identity knows of people, as facts. Reading the present state makes a repeat or another order of events harmless. */
export async function mirrorPeople(ctx: Ctx, personIds: readonly number[]): Promise<void> {
  const briefs = await briefsOf(personIds)
  const facts = briefs.flatMap(person => {
    const own: Facts = {
      name: person.name,
      gender: person.gender,
      birthday: person.birthday,
      city: person.city,
      country: person.country,
      firstSource: person.firstSource,
      createdAt: person.createdAt,
      hasPhone: person.phoneMasked !== null,
    }
    const list = Object.entries(own).map(
      ([name, value]): FactChange => [
        0,
        person.id,
        name,
        value instanceof Date ? value.getTime() : typeof value === 'boolean' ? Number(value) : (value ?? null),
      ],
    )
    return [
      ...list,
      [0, person.id, 'exists', 1] as FactChange,
      ...person.brandIds.map((brandId): FactChange => [brandId, person.id, 'inBrand', 1]),
    ]
  })
  await putBatch(ctx, { facts })
}

/** Brands that knew somebody only by what an un-merge took away know him no longer. */
async function leaveBrands(ctx: Ctx, personIds: readonly number[]): Promise<void> {
  const brands = await allBrands()
  const facts = (await briefsOf(personIds)).flatMap(person =>
    brands
      .filter(brand => !person.brandIds.includes(brand.id))
      .map((brand): FactChange => [brand.id, person.id, 'inBrand', null]),
  )
  await putBatch(ctx, { facts })
}
