import { beforeAll, expect, test } from 'vitest'
import { demoIds } from '../src/app/demo.ts'
import { dialect, rows, run, sql, systemCtx } from '../src/core/index.ts'
import { noteLanding } from '../src/livecodes/landings.ts'
import { type Client, useProduct } from './harness.ts'
import { make } from './make.ts'
import { player } from './play.ts'

/** Two people with a row in every table that names a person: merged and un-merged, everything is as it was. */
const product = useProduct()

type Row = Record<string, unknown>
type Column = { table: string; name: string; type: string; isNeeded: boolean }
let columns: Column[]
let brandId: number
let owner: Client
const people: number[] = []

/** Tables that write down that something happened: they grow, and what stood in them stays. */
const RECORDS = [
  'merges',
  'merge_moves',
  'member_merges',
  'lifecycle_merges',
  'identity_decisions',
  'never_links',
  'tier_changes',
  'point_postings',
  'point_lots',
  'point_takes',
  'audit_entries',
  'idempotency_keys',
  'outbox_events',
  'outbox_deliveries',
  'tasks',
  'fact_batches',
  'tag_history',
]
/** They name a person for the record, or wait for somebody's decision about him: identity keeps them as they are. */
const NAMED_ONLY = ['person_aliases', 'reviews']
/** What a merge rightly leaves changed, and why it hurts nobody. */
const APART: Record<string, string[]> = {
  // A number that keeps two coupons of a person apart; only its order counts, which is compared.
  coupons: ['seq'],
  // Balances are computed again from their ledger, as new rows.
  subscribe_balances: ['id'],
  // The version of a fact is the batch that said it last.
  facts: ['version', 'id'],
  point_accounts: ['updated_at', 'version'],
}
/** Facts that only somebody who was merged has, and those of made-up rows in made-up brands, which nobody had mirrored before. */
const isNews = (table: string, row: Row) =>
  table === 'facts' && (row.name === '@alias' || ![0, brandId].includes(Number(row.brand_id)))
/** Un-merging asks both to sign in again. */
const SKIPPED = ['sessions']

beforeAll(async () => {
  columns = await allColumns()
  const brand = await make.brand()
  brandId = brand.id
  owner = product.owner.with({ 'X-Brand-Id': String(brandId) })
  await make.connections(product.simulator, { first: brandId })
  await live()
  // A message of one campaign waits for each of them.
  const waiting = { state: 'waiting', status: 'due', due_at: new Date(Date.UTC(2099, 0, 1)), campaign_id: 77 }
  for (const id of people) await fill('messages', 'person_id', id, waiting)
  for (const { table, column } of personColumns()) for (const id of people) await fill(table, column, id)
  await product.settle()
})

test('both are in every table that names a person; a new table is filled by itself, or named here', async () => {
  const tables = new Set(columns.map(one => one.table))
  for (const table of [...RECORDS, ...NAMED_ONLY, ...SKIPPED, ...Object.keys(APART)]) expect(tables, table).toContain(table)
  for (const { table, column } of personColumns())
    for (const id of people) expect(await countOf(table, column, id), `${table}.${column} of ${id}`).toBeGreaterThan(0)
})

test('merged and un-merged, every row of every table is what it was', async () => {
  const [ann, bob] = people as [number, number]
  const before = await everything()
  const { mergeIds } = await owner.call('identity.merge', { personIds: [ann, bob], survivorId: ann })
  await product.settle()
  for (const { table, column } of personColumns())
    if (!['facts', 'person_tags', 'members'].includes(table)) expect(await countOf(table, column, bob), table).toBe(0)
  expect(differences(before, await everything()).length).toBeGreaterThan(10)
  const states = await rows<{ state: string }>(sql`SELECT state FROM messages WHERE campaign_id = 77 ORDER BY id`)
  expect(states.map(one => one.state)).toEqual(['waiting', 'skipped'])

  await owner.call('identity.unmerge', { mergeId: mergeIds[0] as number })
  await product.settle()
  expect(differences(before, await everything())).toEqual([])
}, 120_000)

test('the landings of each are his own again, also for segments', async () => {
  const first = async (source: string) =>
    (await owner.call('segments.count', { rule: { kind: 'text', field: 'firstUtmSource', is: { op: 'is', values: [source] } } }))
      .count
  expect([await first('source-0'), await first('source-1')]).toEqual([1, 1])
})

/** The life of both in one brand, so that ledgers and counters hang together. */
async function live(): Promise<void> {
  const play = player(product)
  const store = await make.store(brandId)
  const batch = await make.couponBatch(product, brandId, { perPersonLimit: 3 } as never)
  const clients: Client[] = []
  // One agreed to marketing, the other did not.
  for (const [at, name] of ['安', '博'].entries()) {
    const simUser = await play.addPerson(name)
    const { client } = await play.signIn(simUser, demoIds.miniPrograms.lieye)
    const { member } = await client.call('members.join', {
      consents: [
        { purpose: 'privacy', isGranted: true },
        { purpose: 'marketing', isGranted: at === 0 },
      ],
    })
    people.push(member.personId)
    clients.push(client)
  }
  const tag = await owner.call('tags.create', { name: '两人都有', brandId } as never)
  const type = await owner.call('subjectTypes.create', {
    key: 'unmergecar',
    zh: '车辆',
    attributes: [{ key: 'plate', zh: '车牌', kind: 'text', isUnique: true }],
    relations: [{ key: 'owner', zh: '车主', to: 'person' }],
    reach: { mode: 'first', steps: [{ by: 'relation', relation: 'owner' }] },
    titleAttribute: 'plate',
  } as never)
  for (const [at, personId] of people.entries()) {
    const client = clients[at] as Client
    for (let n = 0; n <= at; n += 1) await client.call('coupons.claim', { batchId: batch.id })
    await owner.call('orders.record', {
      storeId: store.id,
      personId,
      lines: [{ name: '小样', sku: 'x', quantity: 1 + at, unitPriceFen: 20_000 }],
    })
    await owner.call('tags.put', { tagId: tag.id, personIds: [personId] })
    for (const source of [`source-${at}`, 'both'])
      await noteLanding(systemCtx({ brandId }), { personId, brandId, landing: { utmSource: source }, at: new Date() })
    await owner.call('subjects.put', {
      typeId: type.id,
      subjects: [{ values: { plate: `沪A${at}` }, relations: [{ relation: 'owner', personId }] }],
    } as never)
    await client.call('tracks.collect', {
      tracks: [{ name: 'no_such_track', occurredAt: new Date().toISOString(), messageId: `q${at}`, properties: {} }],
    })
  }
  await product.settle()
}

/** Every column that names a person: of what a carrier moves, and of what identity moves itself. */
function personColumns(): { table: string; column: string }[] {
  return columns
    .filter(one => /(^|_)person_id$/.test(one.name) && !RECORDS.includes(one.table) && !NAMED_ONLY.includes(one.table))
    .map(one => ({ table: one.table, column: one.name }))
}

async function countOf(table: string, column: string, personId: number): Promise<number> {
  const found = await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM ${sql.id(table)} WHERE ${sql.id(column)} = ${personId}`)
  return Number(found[0]?.n)
}

let serial = 0

/** A row of a table that these two have not come to by living: whatever it needs, made up. */
async function fill(table: string, column: string, personId: number, given: Row = {}): Promise<void> {
  if ((await countOf(table, column, personId)) > 0) return
  if (table === 'subscribe_balances') {
    await fill('subscribe_credits', column, personId)
    await run(
      sql`INSERT INTO subscribe_balances (person_id, app_id, template_id, balance) SELECT person_id, app_id, template_id, SUM(delta) FROM subscribe_credits WHERE person_id = ${personId} GROUP BY person_id, app_id, template_id`,
    )
    return
  }
  const known: Row = { [column]: personId, home_id: personId, ...given }
  const needed = columns.filter(one => one.table === table && (one.isNeeded || one.name === 'status' || one.name in known))
  const values = needed.map(one => (one.name in known ? known[one.name] : madeUp(one)))
  await run(
    sql`INSERT INTO ${sql.id(table)} (${sql.join(
      needed.map(one => sql.id(one.name)),
      ', ',
    )}) VALUES (${sql.join(
      values.map(value => sql`${value}`),
      ', ',
    )})`,
  )
}

function madeUp({ name, type }: Column): string | number | Date {
  serial += 1
  // Nothing that a worker would take up.
  if (name === 'status') return 'done'
  if (/date|time/i.test(type)) return new Date(Date.UTC(2026, 0, 1) + serial)
  if (/int|real|double|decimal|bool/i.test(type)) return serial % 100
  return /json|longtext/i.test(type) ? '{}' : `x${serial}`
}

async function allColumns(): Promise<Column[]> {
  const found =
    dialect === 'sqlite'
      ? await rows<{ t: string; c: string; y: string; needed: number }>(
          sql`SELECT m.name AS t, p.name AS c, p.type AS y, (p.${sql.id('notnull')} = 1 AND p.dflt_value IS NULL AND p.pk = 0) AS needed
            FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY 1, p.cid`,
        )
      : await rows<{ t: string; c: string; y: string; needed: number }>(
          sql`SELECT table_name AS t, column_name AS c, data_type AS y, (is_nullable = 'NO' AND column_default IS NULL AND extra NOT LIKE '%auto_increment%') AS needed
            FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
        )
  return found.map(one => ({ table: one.t, name: one.c, type: one.y, isNeeded: Number(one.needed) === 1 }))
}

type Everything = Map<string, Row[]>

async function everything(): Promise<Everything> {
  const all: Everything = new Map()
  for (const table of new Set(columns.map(one => one.table))) {
    if (SKIPPED.includes(table)) continue
    all.set(table, await rows<Row>(sql`SELECT * FROM ${sql.id(table)}`))
  }
  return all
}

/** What is not as it was, in words. */
function differences(before: Everything, after: Everything): string[] {
  return [...before].flatMap(([table, was]) => {
    const plain = (row: Row) =>
      JSON.stringify(Object.fromEntries(Object.entries(row).filter(([name]) => !(APART[table] ?? []).includes(name))))
    const [old, now] = [was, after.get(table) ?? []].map(list => new Set(list.filter(row => !isNews(table, row)).map(plain))) as [
      Set<string>,
      Set<string>,
    ]
    const lost = [...old].filter(row => !now.has(row)).map(row => `${table} had ${row}`)
    const more = RECORDS.includes(table) ? [] : [...now].filter(row => !old.has(row)).map(row => `${table} has ${row}`)
    return [...lost, ...more]
  })
}
