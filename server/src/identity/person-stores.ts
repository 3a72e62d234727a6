import { bulkInsert, type Ctx, rows, run, sql } from '../core/index.ts'

/** Why a person is one of a store's: enrolled there, friend of its staff, came by its live code, bought there. */
export type StoreReason = 'member' | 'contact' | 'code' | 'order'
export type PersonStore = { personId: number; brandId: number; storeId: number; reason: StoreReason }
export type StoreChange = { personId: number; brandId: number; storeId: number; isIn: boolean }

type Row = { id: number; person_id: number; brand_id: number; store_id: number; reason: StoreReason }

/**
 * Makes these people belong to exactly these stores, in a transaction; answers which store has gained or lost whom. Whoever knows the reasons
 * reads them anew each time, so a repeat or another order of events is harmless. `wanted` names only people of `personIds`.
 */
export async function setPersonStores(
  ctx: Ctx,
  personIds: readonly number[],
  wanted: readonly PersonStore[],
): Promise<StoreChange[]> {
  if (personIds.length === 0) return []
  const stored = await storedRows(personIds)
  const [before, after] = [new Set(stored.map(keyOf)), new Map(wanted.map(one => [keyOf(one), one]))]
  const gone = stored.filter(one => !after.has(keyOf(one)))
  const fresh = [...after.values()]
    .filter(one => !before.has(keyOf(one)))
    .sort((a, b) => a.personId - b.personId || a.storeId - b.storeId)
  if (gone.length > 0) await run(sql`DELETE FROM person_stores WHERE id IN (${gone.map(one => one.id)})`)
  await bulkInsert(
    'person_stores',
    fresh.map(one => ({ ...one, homeId: one.personId, since: ctx.now })),
    { onDuplicate: 'ignore' },
  )
  const [had, has] = [placesOf(stored), placesOf(wanted)]
  return [
    ...[...has].flatMap(([place, one]) => (had.has(place) ? [] : { ...one, isIn: true })),
    ...[...had].flatMap(([place, one]) => (has.has(place) ? [] : { ...one, isIn: false })),
  ]
}

/** The stores these people belong to now. */
export async function storesOfPeople(personIds: readonly number[]): Promise<PersonStore[]> {
  if (personIds.length === 0) return []
  return storedRows(personIds)
}

/** Those of these people who belong to one of these stores. */
export async function peopleOfStores(personIds: readonly number[], storeIds: readonly number[]): Promise<number[]> {
  if (personIds.length === 0) return []
  const found = await rows<{ person_id: number }>(
    sql`SELECT DISTINCT person_id FROM person_stores WHERE person_id IN (${[...personIds]}) AND store_id IN (${[...storeIds]})`,
  )
  const theirs = new Set(found.map(row => Number(row.person_id)))
  return personIds.filter(id => theirs.has(id))
}

async function storedRows(personIds: readonly number[]): Promise<(PersonStore & { id: number })[]> {
  const found = await rows<Row>(
    sql`SELECT id, person_id, brand_id, store_id, reason FROM person_stores WHERE person_id IN (${[...personIds]}) ORDER BY id`,
  )
  return found.map(row => ({
    id: Number(row.id),
    personId: Number(row.person_id),
    brandId: Number(row.brand_id),
    storeId: Number(row.store_id),
    reason: row.reason,
  }))
}

const keyOf = (one: PersonStore) => `${one.personId}:${one.storeId}:${one.reason}`

/** Person and store, whatever the reason: who stays for another reason has neither come nor gone. */
function placesOf(list: readonly PersonStore[]): Map<string, { personId: number; brandId: number; storeId: number }> {
  return new Map(
    list.map(({ personId, brandId, storeId }) => [`${personId}:${storeId}`, { personId, brandId, storeId }] as const),
  )
}
