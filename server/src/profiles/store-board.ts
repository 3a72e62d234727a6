import type { InputOf, profiles } from '@banyan/shared'
import {
  type Ctx,
  canSeeStore,
  dayIn,
  mustSeeBrand,
  notFound,
  refused,
  rows,
  type Sql,
  shiftDay,
  sql,
  startOfDay,
} from '../core/index.ts'
import { storeOfId } from '../platform/index.ts'
import { activeStaff, staffByIds } from '../staff/index.ts'

type Counts = {
  adds: number
  losses: number
  joins: number
  claims: number
  redemptions: number
  orders: number
  amountFen: number
  buyers: number
  repurchasers: number
}
const NONE: Counts = {
  adds: 0,
  losses: 0,
  joins: 0,
  claims: 0,
  redemptions: 0,
  orders: 0,
  amountFen: 0,
  buyers: 0,
  repurchasers: 0,
}
const DAYS_MAX = 366

/** The store manager's board for a span of days, against the span before, by staff and by day. Throws board.noStore, board.rangeTooLong. */
export async function storeBoard(ctx: Ctx, input: InputOf<(typeof profiles)['boards.store']>) {
  const storeId = input.storeId ?? (ctx.storeIds !== 'all' ? ctx.storeIds[0] : undefined)
  if (storeId === undefined) throw refused('board.noStore')
  const store = await storeOfId(storeId)
  if (!store) throw notFound('store', storeId)
  mustSeeBrand(ctx, store.brandId)
  if (!canSeeStore(ctx, store.id)) throw refused('access.outOfScope', { field: 'storeId' })
  const days = daysBetween(input.from, input.to)
  if (days.length === 0 || days.length > DAYS_MAX) throw refused('board.rangeTooLong', { field: 'to' })

  const now = await factsOf(store.id, startOfDay(input.from), startOfDay(shiftDay(input.to, 1)))
  const before = await factsOf(store.id, startOfDay(shiftDay(input.from, -days.length)), startOfDay(input.from))
  const staff = new Map((await activeStaff({ storeIds: [store.id] }, ctx.now)).map(one => [one.id, one.name]))
  for (const [id, one] of await staffByIds(
    now.flatMap(fact => (fact.staffId ? [fact.staffId] : [])),
    ctx.now,
  ))
    staff.set(id, one.name)
  return {
    store: { id: store.id, name: store.name },
    totals: countsOf(now),
    previous: countsOf(before),
    byStaff: [...staff]
      .map(([staffId, staffName]) => ({ staffId, staffName, ...countsOf(now.filter(fact => fact.staffId === staffId)) }))
      .sort((a, b) => b.amountFen - a.amountFen || b.adds - a.adds),
    byDay: days.map(day => ({ day, ...countsOf(now.filter(fact => dayIn(fact.at) === day)) })),
  }
}

type Fact = {
  kind: keyof Counts
  at: Date
  staffId: number | null
  personId: number | null
  amountFen: number
  isRepeat: boolean
}

const FACTS_MAX = 200_000

async function factsOf(storeId: number, from: Date, to: Date): Promise<Fact[]> {
  const span = (column: string, place: Sql) => sql`${sql.raw(column)} >= ${from} AND ${sql.raw(column)} < ${to} AND ${place}`
  const here = sql`store_id = ${storeId}`
  const facts: Fact[] = []
  const take = async (kind: keyof Counts, query: Sql) => {
    for (const row of await rows<{
      at: Date
      staff_id: number | null
      person_id: number | null
      amount: number | null
      is_repeat: number | null
    }>(sql`${query} LIMIT ${FACTS_MAX}`)) {
      facts.push({
        kind,
        at: new Date(row.at),
        staffId: row.staff_id === null ? null : Number(row.staff_id),
        personId: row.person_id === null ? null : Number(row.person_id),
        amountFen: Number(row.amount ?? 0),
        isRepeat: Boolean(row.is_repeat),
      })
    }
  }
  await take(
    'adds',
    sql`SELECT added_at AS at, staff_id, person_id, 0 AS amount, 0 AS is_repeat FROM contact_relations WHERE ${span('added_at', here)}`,
  )
  await take(
    'losses',
    sql`SELECT removed_at AS at, staff_id, person_id, 0 AS amount, 0 AS is_repeat FROM contact_relations WHERE ${span('removed_at', here)} AND removed_by <> 'transfer'`,
  )
  await take(
    'joins',
    sql`SELECT m.joined_at AS at, (SELECT MIN(r.staff_id) FROM contact_relations r WHERE r.person_id = m.person_id AND r.store_id = m.store_id AND r.removed_at IS NULL) AS staff_id, m.person_id, 0 AS amount, 0 AS is_repeat FROM members m WHERE ${span('m.joined_at', sql`m.store_id = ${storeId}`)}`,
  )
  await take(
    'redemptions',
    sql`SELECT at, staff_id, NULL AS person_id, 0 AS amount, 0 AS is_repeat FROM coupon_uses WHERE kind = 'use' AND ${span('at', here)}`,
  )
  await take(
    'claims',
    sql`SELECT c.claimed_at AS at, NULL AS staff_id, c.person_id, 0 AS amount, 0 AS is_repeat FROM coupons c JOIN members m ON m.person_id = c.person_id AND m.brand_id = c.brand_id WHERE ${span('c.claimed_at', sql`m.store_id = ${storeId}`)} AND c.status <> 'reserved'`,
  )
  await take(
    'orders',
    sql`SELECT paid_at AS at, staff_id, person_id, amount_fen - refunded_fen AS amount, CASE WHEN is_first = 1 THEN 0 ELSE 1 END AS is_repeat FROM orders WHERE ${span('paid_at', here)} AND status IN ('paid', 'partlyRefunded')`,
  )
  return facts
}

function countsOf(facts: readonly Fact[]): Counts {
  const counts: Counts = { ...NONE }
  const buyers = new Set<number>()
  const repeats = new Set<number>()
  for (const fact of facts) {
    counts[fact.kind] += 1
    if (fact.kind !== 'orders') continue
    counts.amountFen += fact.amountFen
    if (fact.personId === null) continue
    buyers.add(fact.personId)
    if (fact.isRepeat) repeats.add(fact.personId)
  }
  return { ...counts, buyers: buyers.size, repurchasers: repeats.size }
}

function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = from; day <= to && days.length <= DAYS_MAX; day = shiftDay(day, 1)) days.push(day)
  return days
}
