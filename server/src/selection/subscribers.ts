import { ConsentChannel, type ConsentPurpose, type Facts } from '@banyan/shared'
import { consentChanged, consentOf } from '../consent/index.ts'
import { activeRelationsOf, contactAdded, contactRemoved } from '../contacts/index.ts'
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
  onBatch(contactAdded, 'selection.mirrorContact', mirrorContacts),
  onBatch(contactRemoved, 'selection.mirrorParted', mirrorContacts),
  onBatch(consentChanged, 'selection.mirrorConsent', mirrorConsents),
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

/** Whether somebody is a WeCom contact of a brand now. A relation without a brand (staff of headquarters) counts for none. */
async function mirrorContacts(ctx: Ctx, changes: readonly { personId: number; brandId: number | null }[]): Promise<void> {
  const relations = await activeRelationsOf([...new Set(changes.map(change => change.personId))])
  const facts = changes.flatMap(({ personId, brandId }): FactChange[] =>
    brandId === null
      ? []
      : [[brandId, personId, 'isFriend', relations.some(one => one.personId === personId && one.brandId === brandId) ? 1 : 0]],
  )
  await putBatch(ctx, { facts })
}

/** The outcome for every channel: an answer for one may change what holds for another. */
async function mirrorConsents(
  ctx: Ctx,
  changes: readonly { brandId: number; personId: number; purpose: ConsentPurpose }[],
): Promise<void> {
  const facts = new Map<string, FactChange>()
  for (const { brandId, purpose, people } of groupsOf(changes)) {
    for (const channel of ConsentChannel.options) {
      for (const [personId, answer] of await consentOf(people, brandId, purpose, channel)) {
        facts.set(`${brandId}:${personId}:${purpose}:${channel}`, [
          brandId,
          personId,
          consentFact(purpose, channel),
          answer === 'granted' ? 1 : answer === 'refused' ? 0 : null,
        ])
      }
    }
  }
  await putBatch(ctx, { facts: [...facts.values()] })
}

function groupsOf(changes: readonly { brandId: number; personId: number; purpose: ConsentPurpose }[]) {
  const groups = new Map<string, { brandId: number; purpose: ConsentPurpose; people: number[] }>()
  for (const { brandId, personId, purpose } of changes) {
    const group = groups.get(`${brandId}:${purpose}`) ?? { brandId, purpose, people: [] }
    groups.set(`${brandId}:${purpose}`, group)
    if (!group.people.includes(personId)) group.people.push(personId)
  }
  return [...groups.values()]
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
