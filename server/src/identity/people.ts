import type { Gender, PersonBrief } from '@banyan/shared'
import type { z } from 'zod'
import { brandScope, type Ctx, notFound, type Reader, rows, type Sql, sql, storeScope } from '../core/index.ts'
import { groupBy } from './group-by.ts'
import { openValue } from './identifier.ts'
import { homesOf } from './merge-people.ts'
import { nameless } from './words.ts'

/** The person each id answers to now; an id that nobody has stays itself. */
export async function canonicalIds(ids: readonly number[]): Promise<Map<number, number>> {
  const unique = [...new Set(ids)]
  const canonical = new Map(unique.map(id => [id, id]))
  for (let from = 0; from < unique.length; from += 5000) {
    const found = await rows<{ home_id: number; person_id: number }>(
      sql`SELECT home_id, person_id FROM person_aliases WHERE home_id IN (${unique.slice(from, from + 5000)})`,
    )
    for (const alias of found) canonical.set(Number(alias.home_id), Number(alias.person_id))
  }
  return canonical
}

export async function canonicalId(id: number): Promise<number> {
  return (await canonicalIds([id])).get(id) ?? id
}

export { homesOf }

/**
 * The caller's people, and the one place that says who they are: those whom a brand of his scope has met; of an operator of single stores,
 * those who belong to one of them. `person` is SQL for a column with a person id.
 */
export function inScope(ctx: Ctx, person: Sql): Sql {
  if (storeScope(ctx) !== null) return inStores(ctx, person)
  const brands = brandScope(ctx)
  return brands === null
    ? sql`1 = 1`
    : sql`EXISTS (SELECT 1 FROM person_brands scope WHERE scope.person_id = ${person} AND scope.brand_id IN (${brands}))`
}

/** The same for rows that their list has limited to the caller's brands already: only an operator of single stores is limited further. */
export function inStores(ctx: Ctx, person: Sql): Sql {
  const [brands, stores] = [brandScope(ctx), storeScope(ctx)]
  if (stores === null) return sql`1 = 1`
  const inBrands = brands === null ? sql`1 = 1` : sql`scope.brand_id IN (${brands})`
  return sql`EXISTS (SELECT 1 FROM person_stores scope WHERE scope.person_id = ${person} AND scope.store_id IN (${stores}) AND ${inBrands})`
}

/**
 * Reviews of two people who are both the caller's: a review shows both sides, and deciding it joins them. Those across brands or stores are
 * for who sees both. By home too, since a decided review names somebody who is merged.
 */
export function ofBothSides(ctx: Ctx): Sql {
  const [brands, stores] = [brandScope(ctx), storeScope(ctx)]
  if (brands === null && stores === null) return sql`1 = 1`
  const table = stores === null ? sql`person_brands` : sql`person_stores`
  const place = sql.and([
    ...(stores === null ? [] : [sql`side.store_id IN (${stores})`]),
    ...(brands === null ? [] : [sql`side.brand_id IN (${brands})`]),
  ])
  const ours = (id: Sql) =>
    sql`EXISTS (SELECT 1 FROM ${table} side WHERE (side.person_id = ${id} OR side.home_id = ${id}) AND ${place})`
  return sql`(${ours(sql`reviews.left_id`)} AND ${ours(sql`reviews.right_id`)})`
}

/** Those of these people whom the caller may see. */
export async function visiblePeople(ctx: Ctx, personIds: readonly number[]): Promise<number[]> {
  if (personIds.length === 0) return []
  const found = await rows<{ id: number }>(
    sql`SELECT id FROM people WHERE id IN (${[...personIds]}) AND merged_into_id IS NULL AND ${inScope(ctx, sql`people.id`)}`,
  )
  const visible = new Set(found.map(row => Number(row.id)))
  return personIds.filter(id => visible.has(id))
}

/** The person an id answers to; throws thing.notFound for one whom no brand of the caller has met. */
export async function mustSeePerson(ctx: Ctx, personId: number): Promise<number> {
  const id = await canonicalId(personId)
  const [visible] = await visiblePeople(ctx, [id])
  if (visible === undefined) throw notFound('person', personId)
  return visible
}

type PersonRow = {
  id: number
  name: string | null
  avatar: string | null
  gender: z.output<typeof Gender>
  birthday: string | null
  city: string | null
  country: string | null
  first_source: string
  last_seen_at: Date
  created_at: Date
}

/** People as lists show them, masked, in the order asked for; ids that nobody has are left out. */
export async function briefsOf(personIds: readonly number[]): Promise<PersonBrief[]> {
  if (personIds.length === 0) return []
  const ids = [...new Set(personIds)]
  const people = await rows<PersonRow>(
    sql`SELECT id, name, avatar, gender, birthday, city, country, first_source, last_seen_at, created_at FROM people WHERE id IN (${ids})`,
  )
  const held = groupBy(
    await rows<{ person_id: number; type: string; masked: string }>(
      sql`SELECT i.person_id, i.type, i.masked FROM identifiers i JOIN identifier_types t ON t.name = i.type WHERE i.person_id IN (${ids}) ORDER BY t.priority, i.id`,
    ),
    row => Number(row.person_id),
  )
  const brands = groupBy(
    await rows<{ person_id: number; brand_id: number }>(
      sql`SELECT DISTINCT person_id, brand_id FROM person_brands WHERE person_id IN (${ids}) ORDER BY brand_id`,
    ),
    row => Number(row.person_id),
  )
  const byId = new Map(people.map(row => [Number(row.id), row]))
  return ids.flatMap(id => {
    const row = byId.get(id)
    if (!row) return []
    const identifiers = held.get(id) ?? []
    return {
      id,
      name: row.name,
      avatar: row.avatar,
      gender: row.gender,
      birthday: row.birthday,
      city: row.city,
      country: row.country,
      phoneMasked: identifiers.find(one => one.type === 'phone')?.masked ?? null,
      identifierTypes: [...new Set(identifiers.map(one => one.type))],
      brandIds: (brands.get(id) ?? []).map(one => Number(one.brand_id)),
      firstSource: row.first_source,
      lastSeenAt: row.last_seen_at,
      createdAt: row.created_at,
    }
  })
}

export async function briefOf(personId: number): Promise<PersonBrief> {
  const [brief] = await briefsOf([await canonicalId(personId)])
  if (!brief) throw notFound('person', personId)
  return brief
}

/** What to call people: the name, else the masked phone, else 客户 and the id. */
export async function personNames(reader: Reader, personIds: readonly number[]): Promise<Map<number, string>> {
  const ids = [...new Set(personIds)]
  if (ids.length === 0) return new Map()
  const found = await rows<{ id: number; name: string | null; phone: string | null }>(
    sql`SELECT p.id, p.name, (SELECT MIN(i.masked) FROM identifiers i WHERE i.person_id = p.id AND i.type = 'phone') AS phone FROM people p WHERE p.id IN (${ids})`,
  )
  return new Map(found.map(row => [Number(row.id), row.name ?? row.phone ?? nameless(reader, row.id)]))
}

export async function personName(reader: Reader, personId: number): Promise<string> {
  return (await personNames(reader, [personId])).get(personId) ?? nameless(reader, personId)
}

export type HeldIdentifier = {
  id: number
  type: string
  scope: string
  value: string
  masked: string
  homeId: number
  source: string
  firstSeenAt: Date
  lastSeenAt: Date
}

/** A person's identifiers in clear, strongest first: for sending and for gateways, never for a face. */
export async function identifiersOf(personId: number, type?: string): Promise<HeldIdentifier[]> {
  const list = await identifiersOfMany([personId], type)
  return list.get(personId) ?? []
}

type IdentifierRow = {
  id: number
  person_id: number
  type: string
  scope: string
  value: string
  masked: string
  home_id: number
  source: string
  first_seen_at: Date
  last_seen_at: Date
}

export async function identifiersOfMany(
  personIds: readonly number[],
  type?: string,
  scope?: string,
): Promise<Map<number, HeldIdentifier[]>> {
  if (personIds.length === 0) return new Map()
  const only = sql.and([...(type ? [sql`i.type = ${type}`] : []), ...(scope === undefined ? [] : [sql`i.scope = ${scope}`])])
  const found = await rows<IdentifierRow>(
    sql`SELECT i.id, i.person_id, i.type, i.scope, i.value, i.masked, i.home_id, i.source, i.first_seen_at, i.last_seen_at FROM identifiers i JOIN identifier_types t ON t.name = i.type WHERE i.person_id IN (${[...personIds]}) AND ${only} ORDER BY t.priority, i.last_seen_at DESC, i.id`,
  )
  const held = found.map(row => ({
    personId: Number(row.person_id),
    id: Number(row.id),
    type: row.type,
    scope: row.scope,
    value: openValue(row.value),
    masked: row.masked,
    homeId: Number(row.home_id),
    source: row.source,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
  }))
  return groupBy(held, one => one.personId)
}

/** The openid under an account, the last seen first; null when he never used it. */
export async function openidOf(personId: number, appId: string): Promise<string | null> {
  return (await openidsOf([personId], appId)).get(personId) ?? null
}

export async function openidsOf(personIds: readonly number[], appId: string): Promise<Map<number, string>> {
  const held = await identifiersOfMany(personIds, 'openid', appId)
  return new Map([...held].flatMap(([personId, list]) => (list[0] ? [[personId, list[0].value] as const] : [])))
}

/** Which of these people have an identifier of a type and scope, without opening its value. */
export async function holdersOf(personIds: readonly number[], type: string, scope: string): Promise<Set<number>> {
  if (personIds.length === 0) return new Set()
  const found = await rows<{ person_id: number }>(
    sql`SELECT DISTINCT person_id FROM identifiers WHERE person_id IN (${[...personIds]}) AND type = ${type} AND scope = ${scope}`,
  )
  return new Set(found.map(row => Number(row.person_id)))
}

/** The look-up keys of these people's identifiers of a type and scope: to join what is kept by identifier. See `identifierKey`. */
export async function keysOf(personIds: readonly number[], type: string, scope: string): Promise<Map<number, string[]>> {
  if (personIds.length === 0) return new Map()
  const found = await rows<{ person_id: number; key_hash: string }>(
    sql`SELECT person_id, key_hash FROM identifiers WHERE person_id IN (${[...personIds]}) AND type = ${type} AND scope = ${scope}`,
  )
  return new Map([...groupBy(found, row => Number(row.person_id))].map(([id, list]) => [id, list.map(row => row.key_hash)]))
}

/** E.164, in clear; null when it is not known. */
export async function phoneOf(personId: number): Promise<string | null> {
  return (await identifiersOf(personId, 'phone'))[0]?.value ?? null
}

/** The brands that have met these people. */
export async function brandsOf(personIds: readonly number[]): Promise<Map<number, number[]>> {
  if (personIds.length === 0) return new Map()
  const found = await rows<{ person_id: number; brand_id: number }>(
    sql`SELECT DISTINCT person_id, brand_id FROM person_brands WHERE person_id IN (${[...personIds]})`,
  )
  return new Map(
    [...groupBy(found, row => Number(row.person_id))].map(([id, list]) => [id, list.map(row => Number(row.brand_id))]),
  )
}

/** Canonical people of a brand after an id, in id order: for rebuilding what is derived from them. */
export async function peopleAfter(afterId: number, limit: number, brandId?: number): Promise<number[]> {
  const met =
    brandId === undefined
      ? sql`1 = 1`
      : sql`EXISTS (SELECT 1 FROM person_brands b WHERE b.person_id = people.id AND b.brand_id = ${brandId})`
  return (
    await rows<{ id: number }>(
      sql`SELECT id FROM people WHERE id > ${afterId} AND merged_into_id IS NULL AND ${met} ORDER BY id LIMIT ${limit}`,
    )
  ).map(row => Number(row.id))
}

/**
 * How many people are the caller's. Whose people are whose is one table and names nobody who is merged, so its index alone answers: asking each
 * person of the group whether he is in scope takes ten times as long.
 */
export async function countInScope(ctx: Ctx): Promise<number> {
  const [brands, stores] = [brandScope(ctx), storeScope(ctx)]
  const inBrands = brands === null ? sql`1 = 1` : sql`brand_id IN (${brands})`
  const [counted] = await rows<{ n: number }>(
    stores !== null
      ? sql`SELECT COUNT(DISTINCT person_id) AS n FROM person_stores WHERE store_id IN (${stores}) AND ${inBrands}`
      : brands !== null
        ? sql`SELECT COUNT(DISTINCT person_id) AS n FROM person_brands WHERE ${inBrands}`
        : sql`SELECT COUNT(*) AS n FROM people WHERE merged_into_id IS NULL`,
  )
  return Number(counted?.n ?? 0)
}

/** How many people the caller's brands have met, and how many of them since an instant. */
export async function countPeople(ctx: Ctx, since?: Date, until?: Date): Promise<number> {
  if (!since && !until) return countInScope(ctx)
  const from = since ? sql`created_at >= ${since}` : sql`1 = 1`
  const to = until ? sql`created_at < ${until}` : sql`1 = 1`
  const [counted] = await rows<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM people WHERE merged_into_id IS NULL AND ${from} AND ${to} AND ${inScope(ctx, sql`people.id`)}`,
  )
  return Number(counted?.n ?? 0)
}
