import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startClickhouse } from './chdb-shards.ts'

/** ClickHouse goes away and comes back, over a wire that the test cuts. The product is imported only when its way leads through here. */
const folder = mkdtempSync(join(tmpdir(), 'banyan-away-'))
const server = await startClickhouse(folder)
const wire = await cuttableWire(Number(new URL(server.url).port))
process.env.CLICKHOUSE_URL = wire.url
delete process.env.CLICKHOUSE_CLUSTER
const { useProduct } = await import('./harness.ts')
const { make } = await import('./make.ts')
const { advanceClock, clickhouse, rows, sql } = await import('../src/core/index.ts')

const product = useProduct()
afterAll(() => {
  wire.stop()
  server.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('collection goes on, nothing is lost and nothing doubled, and a segment says how old it is', async () => {
  const brand = await make.brand()
  const owner = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  const { client, personId } = await make.member(product, brand.id)
  const rule = {
    kind: 'tracks',
    name: 'page_view',
    window: { type: 'none' },
    measure: { of: 'count' },
    is: { op: '>=', value: 3 },
  }
  const { id: segmentId } = await owner.call('segments.create', { kind: 'dynamic', name: '看过三次', rule } as never)
  const view = (messageId: string) =>
    client.call('tracks.collect', {
      tracks: [{ name: 'page_view', occurredAt: new Date().toISOString(), messageId, properties: { page: 'home' } }],
    })
  await view('before')
  await product.settle()
  const before = await owner.call('segments.get', { segmentId })
  expect(before).toMatchObject({ count: 0 })

  wire.cut()
  await expect(clickhouse.query('SELECT 1')).rejects.toMatchObject({ code: 'clickhouse.away' })
  for (const messageId of ['first', 'second', 'second']) expect(await view(messageId)).toMatchObject({ quarantined: [] })
  await product.settle()
  const waiting = async () =>
    Number((await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM track_batches WHERE status <> 'done'`))[0]?.n)
  expect(await waiting()).toBeGreaterThan(0)
  // What it was when it was last looked at, and when that was; what must be asked now is refused in words.
  expect(await owner.call('segments.get', { segmentId })).toMatchObject({ count: 0, refreshedAt: before.refreshedAt })
  expect((await owner.call('segments.list', {})).items.map(one => one.refreshedAt)).toEqual([before.refreshedAt])
  expect(await owner.codeOf('segments.count', { rule } as never)).toBe('store.away')
  expect((await fetch(`${product.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${product.url}/healthz`)).status).toBe(200)

  wire.mend()
  // Later: what was tried in vain is tried again.
  for (let hour = 0; hour < 8 && (await waiting()) > 0; hour += 1) {
    advanceClock(3_600_000)
    await product.settle()
  }
  expect(await waiting()).toBe(0)
  const keys = await clickhouse.query<{ n: number; keys: number }>(
    "SELECT count() AS n, uniqExact(message_key) AS keys FROM tracks WHERE person_id = {personId:UInt32} AND name = 'page_view'",
    { personId },
  )
  expect(keys).toEqual([{ n: 3, keys: 3 }])
  expect((await owner.call('segments.members', { segmentId, page: 1, pageSize: 10 })).items.map(one => one.personId)).toEqual([
    personId,
  ])
  expect(new Date((await owner.call('segments.get', { segmentId })).refreshedAt ?? 0) > new Date(before.refreshedAt ?? 0)).toBe(
    true,
  )
}, 120_000)

/** A wire to ClickHouse that can be cut: every connection is dropped and new ones are refused. */
async function cuttableWire(port: number) {
  const open = new Set<Socket>()
  let isCut = false
  const near = createServer(socket => {
    if (isCut) return void socket.destroy()
    const far = connect(port, '127.0.0.1')
    for (const [one, other] of [
      [socket, far],
      [far, socket],
    ] as const) {
      open.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  await new Promise<void>(resolve => near.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(near.address() as { port: number }).port}`,
    cut: () => {
      isCut = true
      for (const socket of open) socket.destroy()
    },
    mend: () => {
      isCut = false
    },
    stop: () => {
      for (const socket of open) socket.destroy()
      near.close()
    },
  }
}
