/** The web process of the bench, with the simulator beside it in another; and a few acts that prepare data through the modules' own functions. */

import { fork } from 'node:child_process'
import { connectSimulator, demoIds, type RunningSimulator } from '../../server/src/app/demo.ts'
import { migrate, startWeb, stopProduct, wire } from '../../server/src/app/product.ts'
import { clickhouse, config, rows, sql, systemCtx, transaction } from '../../server/src/core/index.ts'
import { resolveMany } from '../../server/src/identity/index.ts'
import { joinMany } from '../../server/src/members/index.ts'
import { createBrand, createFirstOperator, createStore, openSession } from '../../server/src/platform/index.ts'
import { actsOf } from './acts.ts'

const OWNER = { username: 'bench', password: 'bench-password-1' }

wire()
await migrate()
const world = fork(new URL('simulator.ts', import.meta.url))
await new Promise((resolve, reject) => {
  world.once('message', resolve)
  world.once('exit', code => reject(new Error(`the simulator ended with code ${code}`)))
})
const play = actsOf(world)
const connections = await play<RunningSimulator['connections']>('connections')
await createFirstOperator(systemCtx(), { ...OWNER, name: 'Bench' })
const { brandId, storeId } = await transaction(async () => {
  const brand = await createBrand(systemCtx(), { name: '枥野', code: 'lieye', color: '#1F7A4D', logoUrl: '', isActive: true })
  const store = await createStore(systemCtx(), {
    brandId: brand.id,
    name: '上海静里店',
    code: 's1',
    kind: 'direct',
    city: '上海',
    address: '',
    phone: '',
    isActive: true,
  })
  return { brandId: brand.id, storeId: store.id }
})
await connectSimulator({ connections }, () => brandId)
const server = await startWeb({ port: config.port })
const { token } = await post('auth.signIn', OWNER)

async function post(name: string, input: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${config.port}/api/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(input),
  })
  const answer = (await response.json()) as { data?: { token: string }; error?: { code: string; detail?: unknown } }
  if (!answer.data) throw new Error(`${name}: ${answer.error?.code} ${JSON.stringify(answer.error?.detail ?? '')}`)
  return answer.data
}

const PHONE_FIRST = 13_000_000_000

/** Members with a mini-program session each; answers their tokens. */
async function makeMembers({ count }: { count: number }): Promise<{ personIds: number[]; tokens: string[] }> {
  const ctx = systemCtx({ brandId, name: 'bench' })
  const [{ n }] = (await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM members`)) as [{ n: number }]
  const personIds: number[] = []
  const tokens: string[] = []
  for (let from = 0; from < count; from += 500) {
    const some = Array.from({ length: Math.min(500, count - from) }, (_, index) => PHONE_FIRST + Number(n) + from + index)
    await transaction(async () => {
      const resolved = await resolveMany(
        ctx,
        some.map(phone => ({ identifiers: [{ type: 'phone', value: String(phone) }], brandId, source: 'bench' })),
      )
      const ids = resolved.map(one => one.personId ?? 0)
      await joinMany(
        ctx,
        brandId,
        ids.map(personId => ({ personId, channel: 'bench' })),
        { isHistorical: true, joinPoints: 0 },
      )
      for (const id of ids) tokens.push((await openSession(ctx, { type: 'person', id, brandId })).token)
      personIds.push(...ids)
    })
  }
  return { personIds, tokens }
}

/** Followers of the service account, in the pretend world and as people of ours. */
async function makeFollowers({ count }: { count: number }): Promise<{ personIds: number[] }> {
  const appId = demoIds.officialAccounts.lieye
  const openids = await play<string[]>('populate', { count })
  const ctx = systemCtx({ brandId, name: 'bench' })
  const personIds: number[] = []
  for (let from = 0; from < count; from += 500) {
    const calls = openids.slice(from, from + 500).map(value => ({
      identifiers: [{ type: 'openid', scope: appId, value }],
      brandId,
      source: 'bench',
    }))
    const resolved = await transaction(() => resolveMany(ctx, calls))
    personIds.push(...resolved.map(one => one.personId ?? 0))
  }
  return { personIds }
}

/** Outbox deliveries and tasks that still wait. */
async function waiting(): Promise<{ due: number; dead: number }> {
  const [found] = await rows<{ due: number; dead: number }>(
    sql`SELECT (SELECT COUNT(*) FROM outbox_deliveries WHERE status IN ('due', 'leased')) + (SELECT COUNT(*) FROM tasks WHERE status IN ('due', 'leased')) AS due, (SELECT COUNT(*) FROM outbox_deliveries WHERE status = 'dead') + (SELECT COUNT(*) FROM tasks WHERE status = 'dead') AS dead`,
  )
  return { due: Number(found?.due ?? 0), dead: Number(found?.dead ?? 0) }
}

const FILL_AT_ONCE = 5_000_000

/** Tracks of the last 90 days of very many people; the given ones are among them, each as often as the others. */
async function fillTracks({ count, personIds }: { count: number; personIds: number[] }): Promise<void> {
  const everybody = Math.max(1, Math.floor(count / 100))
  for (let from = 0; from < count; from += FILL_AT_ONCE)
    await clickhouse.command(
      `INSERT INTO tracks SELECT {brandId:UInt32}, 'page_view',
         if(number % {everybody:UInt64} < length({people:Array(UInt32)}), {people:Array(UInt32)}[number % {everybody:UInt64} + 1], 1000000 + number % {everybody:UInt64}) AS person_id,
         now64(3) - toIntervalMillisecond((number * 7919) % 7776000000), now64(3), concat('fill', toString(number)), 1,
         map('durationMs', toFloat64(number % 60000)), map('page', concat('pages/goods/', toString(number % 500)))
       FROM numbers({from:UInt64}, {some:UInt64})`,
      { brandId, everybody, people: personIds, from, some: Math.min(FILL_AT_ONCE, count - from) },
    )
}

const acts: Record<string, (input: never) => Promise<unknown>> = {
  ready: async () => ({ simulatorPid: world.pid }),
  world: async () => ({
    brandId,
    storeId,
    token,
    corpId: demoIds.corpId,
    officialAppId: demoIds.officialAccounts.lieye,
    corpSecrets: connections.find(one => one.type === 'wecom')?.secrets,
  }),
  makeMembers,
  makeFollowers,
  waiting,
  fillTracks,
  storedTracks: async () =>
    (await clickhouse.query<{ n: number }>("SELECT count() AS n FROM tracks WHERE name = 'page_view'"))[0]?.n ?? 0,
  count: async ({ table, where }: { table: string; where?: string }) => {
    const [found] = await rows<{ n: number }>(
      sql`SELECT COUNT(*) AS n FROM ${sql.id(table)} ${where ? sql.raw(`WHERE ${where}`) : sql.raw('')}`,
    )
    return Number(found?.n ?? 0)
  },
}

process.on('message', async ({ id, name, input }: { id: number; name: string; input: never }) => {
  try {
    const act = acts[name]
    if (!act) throw new Error(`no act ${name}`)
    process.send?.({ id, result: await act(input) })
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
})

const leave = async () => {
  await stopProduct(server)
  world.disconnect()
  process.exit(0)
}
process.on('SIGTERM', () => void leave())
process.on('SIGINT', () => void leave())
process.on('disconnect', () => process.exit(1))
