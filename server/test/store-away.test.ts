import { connect, createServer, type Socket } from 'node:net'
import { afterAll, expect, test } from 'vitest'

/**
 * The database goes away in the middle of a command, after its first write: over the wire by cutting every connection, embedded by failing at
 * the connection. The product is imported only when the way to the database leads through here.
 */
type Fault = { cutAt: (statement: RegExp) => void; back: () => void; stop: () => void }
const fault = process.env.DATABASE_URL ? await cuttableWire(process.env.DATABASE_URL) : await failingConnection()
const { useProduct } = await import('./harness.ts')
const { make } = await import('./make.ts')
const { row, sql } = await import('../src/core/index.ts')

const product = useProduct()
afterAll(() => fault.stop())

test('a command whose database goes away is answered so, leaves nothing half done, and works again when it is back', async () => {
  const brand = await make.brand()
  const name = '半路断开的门店'
  const create = (code: string) =>
    product.owner.call('stores.create', { brandId: brand.id, name, code, kind: 'direct', city: '', address: '', phone: '' })

  // The store's row is written; the entry in the audit that belongs to the same command is not reached.
  fault.cutAt(/INSERT INTO .{0,3}stores/i)
  await expect(create('own')).rejects.toMatchObject({ code: 'store.away', status: 503 })
  await expect(product.owner.call('stores.list', {})).rejects.toMatchObject({ code: 'store.away', status: 503 })
  expect((await fetch(`${product.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${product.url}/healthz`)).status).toBe(200)

  fault.back()
  const count = () => row<{ n: number }>(sql`SELECT COUNT(*) AS n FROM stores WHERE brand_id = ${brand.id}`)
  expect(Number((await count())?.n)).toBe(0)
  expect((await create('own')).code).toBe('own')
  expect(Number((await count())?.n)).toBe(1)
})

test('inside a savepoint it is the same: that nothing can be taken back any more does not hide why', async () => {
  const brand = await make.brand()
  const text = (version: string) =>
    product.owner
      .with({ 'X-Brand-Id': String(brand.id) })
      .call('consentTexts.create', { purpose: 'privacy', version, title: '隐私政策', body: '正文' })
  fault.cutAt(/SAVEPOINT sp_/i)
  await expect(text('v-away')).rejects.toMatchObject({ code: 'store.away', status: 503 })
  fault.back()
  expect((await text('v-away')).version).toBe('v-away')
})

/** Commands of the MySQL protocol, the fifth byte of a packet: a prepared statement's text goes ahead of its execution. */
const PREPARE = 0x16

/** A wire to the real server. Once the statement has gone through, nothing else does: every connection is cut and new ones are refused. */
async function cuttableWire(url: string): Promise<Fault> {
  const target = new URL(url)
  const [host, port] = [target.hostname, Number(target.port || 3306)]
  const open = new Set<Socket>()
  let [isAway, trigger]: [boolean, RegExp | null] = [false, null]
  const cut = () => {
    isAway = true
    for (const socket of open) socket.destroy()
  }
  const server = createServer(near => {
    if (isAway) return void near.destroy()
    const far = connect(port, host)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        open.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    far.pipe(near)
    let isPrepared = false
    near.on('data', bytes => {
      if (isAway) return
      far.write(bytes)
      if (!isPrepared && !trigger?.test(bytes.toString('latin1'))) return
      if (!isPrepared && bytes[4] === PREPARE) {
        isPrepared = true
        return
      }
      trigger = null
      isAway = true
      setTimeout(cut, 50) // the server has carried the statement out, and its answer has arrived
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  target.host = `127.0.0.1:${(server.address() as { port: number }).port}`
  process.env.DATABASE_URL = target.href
  return {
    cutAt: statement => {
      trigger = statement
    },
    back: () => {
      isAway = false
    },
    stop: () => {
      cut()
      server.close()
    },
  }
}

/** The embedded database has no wire: its connection does the statement and then answers, like all that follow, that it is away. */
async function failingConnection(): Promise<Fault> {
  const { SqliteConnection } = await import('../src/core/stores/sqlite.ts')
  const real = { runSync: SqliteConnection.prototype.runSync, allSync: SqliteConnection.prototype.allSync }
  let [isAway, trigger]: [boolean, RegExp | null] = [false, null]
  const away = () => Object.assign(new Error('the database is away'), { code: 'ECONNRESET' })
  for (const name of ['runSync', 'allSync'] as const) {
    // biome-ignore lint/suspicious/noExplicitAny: two methods of one shape over different results
    SqliteConnection.prototype[name] = function (this: InstanceType<typeof SqliteConnection>, text: string, params?: any): any {
      // What undoes a transaction is the database's own work when a connection is lost.
      if (isAway && !/^ROLLBACK/i.test(text)) throw away()
      const result = (real[name] as typeof real.allSync).call(this, text, params)
      if (!trigger?.test(text)) return result
      trigger = null
      isAway = true
      throw away()
    }
  }
  return {
    cutAt: statement => {
      trigger = statement
    },
    back: () => {
      isAway = false
    },
    stop: () => Object.assign(SqliteConnection.prototype, real),
  }
}
