import { z } from 'zod'
import { contactAdded, contactRemoved } from '../contacts/index.ts'
import { type Ctx, enqueue, migration, on, onBatch, rows, type Sql, sql, systemCtx, task, transaction } from '../core/index.ts'
import {
  type PersonStore,
  peopleAfter,
  personMerged,
  personUnmerged,
  setPersonStores,
  storesOfPeople,
} from '../identity/index.ts'
import { liveCodeMoved, liveCodeTouched } from '../livecodes/index.ts'
import { memberJoined } from '../members/index.ts'
import { buyersTouched, orderPaid } from '../orders/index.ts'
import { putStoreFacts } from '../selection/index.ts'
import { staffChanged } from '../staff/index.ts'

const PURCHASE = sql`status IN ('paid', 'partlyRefunded', 'refunded')`

/**
 * Which stores people belong to, read from what is there: where they are enrolled, whose staff they are friends of, whose code brought them,
 * where they bought. A membership that a merge joined into another is still theirs, by its home.
 */
async function readStores(personIds: readonly number[]): Promise<PersonStore[]> {
  const ids = [...personIds]
  const found = await rows<{ person_id: number; brand_id: number; store_id: number; reason: PersonStore['reason'] }>(
    sql`SELECT person_id, brand_id, store_id, 'member' AS reason FROM members WHERE person_id IN (${ids}) AND status <> 'left' AND store_id IS NOT NULL
      UNION SELECT a.person_id, m.brand_id, m.store_id, 'member' FROM person_aliases a JOIN members m ON m.person_id = a.home_id WHERE a.person_id IN (${ids}) AND m.status <> 'left' AND m.store_id IS NOT NULL
      UNION SELECT r.person_id, s.brand_id, s.id, 'contact' FROM contact_relations r JOIN staff f ON f.id = r.staff_id JOIN stores s ON s.id = f.store_id WHERE r.person_id IN (${ids}) AND r.removed_at IS NULL
      UNION SELECT t.person_id, c.brand_id, c.store_id, 'code' FROM live_code_touches t JOIN live_codes c ON c.id = t.code_id WHERE t.person_id IN (${ids}) AND c.store_id IS NOT NULL
      UNION SELECT person_id, brand_id, store_id, 'order' FROM orders WHERE person_id IN (${ids}) AND store_id IS NOT NULL AND ${PURCHASE}`,
  )
  return found.map(row => ({
    personId: Number(row.person_id),
    brandId: Number(row.brand_id),
    storeId: Number(row.store_id),
    reason: row.reason,
  }))
}

const PEOPLE_AT_ONCE = 500

/** Brings the stores of these people up to date, for lists and for rules. Runs in a transaction; may run twice. */
export async function keepStores(ctx: Ctx, personIds: readonly number[]): Promise<void> {
  const ids = [...new Set(personIds)].sort((a, b) => a - b)
  for (let from = 0; from < ids.length; from += PEOPLE_AT_ONCE) {
    const some = ids.slice(from, from + PEOPLE_AT_ONCE)
    // Two reasons may change at once: whoever is second reads what the first has written.
    await rows(sql`SELECT id FROM people WHERE id IN (${some}) ORDER BY id FOR UPDATE`)
    await putStoreFacts(ctx, await setPersonStores(ctx, some, await readStores(some)))
  }
}

/** A merge and its undoing moved the rows already; the rules are told of every store that either of them has or had. */
async function keepBoth(ctx: Ctx, personIds: readonly number[]): Promise<void> {
  const before = await storesOfPeople(personIds)
  await keepStores(ctx, personIds)
  const after = await storesOfPeople(personIds)
  const has = new Set(after.map(one => `${one.personId}:${one.storeId}`))
  const places = new Map([...before, ...after].map(one => [one.storeId, one.brandId]))
  await putStoreFacts(
    ctx,
    personIds.flatMap(personId =>
      [...places].map(([storeId, brandId]) => ({ personId, brandId, storeId, isIn: has.has(`${personId}:${storeId}`) })),
    ),
  )
}

type Met = { personId: number | null }
const keepMet = (ctx: Ctx, met: readonly Met[]) =>
  keepStores(
    ctx,
    met.flatMap(one => one.personId ?? []),
  )

const Refill = z.object({ staffId: z.int().nullable(), codeId: z.int().nullable(), afterId: z.int() })
const PAGES_AT_ONCE = 20

/** Everybody of whom a staff member, a code, or anybody at all may have changed the store; in pages, and it goes on where it stopped. */
export const refillTask = task('profiles.refillStores', Refill, refill, { lane: 'bulk' })

async function refill(ctx: Ctx, of: z.output<typeof Refill>): Promise<void> {
  let { afterId } = of
  for (let page = 0; page < PAGES_AT_ONCE; page += 1) {
    const people = await nextPeople({ ...of, afterId })
    const last = people.at(-1)
    if (last === undefined) return
    await transaction(() => keepStores(ctx, people))
    afterId = last
  }
  await enqueue(ctx, refillTask, { ...of, afterId })
}

async function nextPeople({ staffId, codeId, afterId }: z.output<typeof Refill>): Promise<number[]> {
  const page = (from: Sql) =>
    sql`SELECT DISTINCT person_id FROM ${from} AND person_id > ${afterId} ORDER BY person_id LIMIT ${PEOPLE_AT_ONCE}`
  if (staffId === null && codeId === null) return peopleAfter(afterId, PEOPLE_AT_ONCE)
  const found = await rows<{ person_id: number }>(
    staffId === null
      ? page(sql`live_code_touches WHERE code_id = ${codeId}`)
      : page(sql`contact_relations WHERE staff_id = ${staffId} AND removed_at IS NULL`),
  )
  return found.map(row => Number(row.person_id))
}

export const subscribers = [
  onBatch(memberJoined, 'profiles.keepJoined', keepMet),
  onBatch(contactAdded, 'profiles.keepContact', keepMet),
  onBatch(contactRemoved, 'profiles.keepParted', keepMet),
  onBatch(orderPaid, 'profiles.keepBuyer', keepMet),
  onBatch(liveCodeTouched, 'profiles.keepTouched', (ctx, touched) =>
    keepStores(
      ctx,
      touched.flatMap(one => one.personIds),
    ),
  ),
  on(buyersTouched, 'profiles.keepBuyers', (ctx, { personIds }) => keepStores(ctx, personIds), { lane: 'bulk' }),
  on(personMerged, 'profiles.keepMerged', (ctx, { toId }) => keepBoth(ctx, [toId])),
  on(personUnmerged, 'profiles.keepUnmerged', (ctx, { fromId, toId }) => keepBoth(ctx, [fromId, toId])),
  on(staffChanged, 'profiles.keepStaff', (ctx, { staffId }) => enqueue(ctx, refillTask, { staffId, codeId: null, afterId: 0 })),
  on(liveCodeMoved, 'profiles.keepCode', (ctx, { codeId }) => enqueue(ctx, refillTask, { staffId: null, codeId, afterId: 0 })),
]

export const tasks = [refillTask]

export const migrations = [
  // Who was there before stores had people: filled behind the start, a page at a time. Until then such an operator sees too few, never too many.
  migration('profiles-001-stores', async () =>
    enqueue(systemCtx({ name: 'profiles.refillStores' }), refillTask, { staffId: null, codeId: null, afterId: 0 }),
  ),
]
