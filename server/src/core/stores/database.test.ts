import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

/** One contract, two databases: whatever passes here on SQLite must pass on MariaDB or MySQL. */
const serverUrl = process.env.TEST_DATABASE_URL ?? 'mysql://root@127.0.0.1:3306'
const serverIsThere = await reachable(serverUrl)
if (!serverIsThere) console.warn(`skipped: no MariaDB or MySQL at ${serverUrl} (TEST_DATABASE_URL)`)

type Stores = typeof import('./database.ts') &
  typeof import('./sql.ts') &
  typeof import('./columns.ts') &
  typeof import('./migrate.ts') & { Model: typeof import('sequelize').Model }

contract('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-stores-'))
  return { env: { DATA_DIR: folder, DATABASE_URL: '' }, cleanUp: async () => rmSync(folder, { recursive: true, force: true }) }
})

describe.skipIf(!serverIsThere)(`server at ${serverUrl}`, () => {
  contract('MariaDB or MySQL', async () => {
    const name = `banyan_stores_${process.pid}`
    await onServer(`CREATE DATABASE \`${name}\``)
    const url = new URL(serverUrl)
    url.pathname = `/${name}`
    return { env: { DATABASE_URL: url.toString() }, cleanUp: () => onServer(`DROP DATABASE \`${name}\``) }
  })
})

function contract(name: string, prepare: () => Promise<{ env: Record<string, string>; cleanUp(): Promise<unknown> }>) {
  describe(name, () => {
    let s: Stores
    let Thing: ReturnType<typeof defineThing>
    let cleanUp: () => Promise<unknown>
    const before = { DATA_DIR: process.env.DATA_DIR, DATABASE_URL: process.env.DATABASE_URL }

    beforeAll(async () => {
      const prepared = await prepare()
      cleanUp = prepared.cleanUp
      Object.assign(process.env, prepared.env)
      vi.resetModules()
      s = {
        ...(await import('./database.ts')),
        ...(await import('./sql.ts')),
        ...(await import('./columns.ts')),
        ...(await import('./migrate.ts')),
        Model: (await import('sequelize')).Model,
      }
      Thing = defineThing(s)
      await s.runMigrations([thingsMigration(s)])
    })
    afterAll(async () => {
      await s?.closeDatabase()
      await cleanUp?.()
      for (const [key, value] of Object.entries(before))
        if (value === undefined) delete process.env[key]
        else process.env[key] = value
    })

    test('every kind of column comes back as it went in', async () => {
      const at = new Date('2026-02-03T04:05:06.789Z')
      const made = await Thing.create({
        name: 'Ärger 🌳',
        amountFen: 9_007_199_254_740_991,
        isOn: true,
        data: { a: [1, 'x', null] },
        at,
      })
      const found = await Thing.findByPk(made.id, { rejectOnEmpty: true })
      expect(found.toJSON()).toEqual({
        id: made.id,
        name: 'Ärger 🌳',
        amountFen: 9_007_199_254_740_991,
        isOn: true,
        data: { a: [1, 'x', null] },
        at,
        note: null,
      })
      const [raw] = await s.rows<{ name: string; is_on: number; at: Date; data: string }>(
        s.sql`SELECT name, is_on, at, data FROM things WHERE at = ${at} AND is_on = ${true}`,
      )
      expect(raw).toEqual({ name: 'Ärger 🌳', is_on: 1, at, data: '{"a":[1,"x",null]}' })
    })

    test('whole numbers stay whole in text columns and sums are numbers', async () => {
      await s.insertIgnore('things', { name: 7, amountFen: 5 })
      const [found] = await s.rows(
        s.sql`SELECT name, (SELECT SUM(amount_fen) FROM things WHERE name = '7') AS total FROM things WHERE name = ${'7'}`,
      )
      expect(found).toEqual({ name: '7', total: 5 })
    })

    test('names are case-sensitive, also in LIKE', async () => {
      await s.bulkInsert('things', [{ name: 'oAbC' }, { name: 'oabc' }])
      expect(await s.rows(s.sql`SELECT name FROM things WHERE name = ${'oabc'}`)).toEqual([{ name: 'oabc' }])
      expect(await s.rows(s.sql`SELECT name FROM things WHERE name LIKE ${'oA%'}`)).toEqual([{ name: 'oAbC' }])
    })

    test('lists bind with and without brackets, and an empty list holds nothing', async () => {
      await s.bulkInsert('things', [{ name: 'list1' }, { name: 'list2' }])
      const named = async (names: string[]) =>
        (await s.rows(s.sql`SELECT name FROM things WHERE name IN ${names} AND name IN (${names})`)).length
      expect(await named(['list1', 'list2', "x' OR 1=1 --"])).toBe(2)
      expect(await named([])).toBe(0)
      const others = await s.rows<{ n: number }>(s.sql`SELECT COUNT(*) AS n FROM things WHERE name NOT IN ${[]}`)
      expect(others[0]?.n).toBeGreaterThan(1)
    })

    test('an update counts the rows it matched, also when nothing changed', async () => {
      await s.insertOne('things', { name: 'same', amountFen: 1 })
      const set = () => s.run(s.sql`UPDATE things SET amount_fen = ${1} WHERE name = ${'same'}`)
      expect([await set(), await set()]).toEqual([1, 1])
      await expect(
        s.changeOne(s.sql`UPDATE things SET amount_fen = 2 WHERE name = ${'nobody'}`, 'coupon.soldOut'),
      ).rejects.toMatchObject({ code: 'coupon.soldOut' })
    })

    test('duplicates: refused, ignored, or written over', async () => {
      const id = await s.insertOne('things', { name: 'dup', amountFen: 1 })
      expect(id).toBeGreaterThan(0)
      const refusal = await s.insertOne('things', { name: 'dup' }).catch(error => error)
      expect(s.isDuplicate(refusal)).toBe(true)
      expect(s.isDuplicate(await Thing.create({ name: 'dup' }).catch(error => error))).toBe(true)
      expect(await s.insertIgnore('things', [{ name: 'dup' }, { name: 'dup2' }])).toBe(1)
      await s.upsert(
        'things',
        [
          { name: 'dup', amountFen: 5 },
          { name: 'dup3', amountFen: 6 },
        ],
        ['amountFen'],
      )
      expect(await s.rows(s.sql`SELECT name, amount_fen FROM things WHERE name LIKE 'dup%' ORDER BY name`)).toEqual([
        { name: 'dup', amount_fen: 5 },
        { name: 'dup2', amount_fen: 0 },
        { name: 'dup3', amount_fen: 6 },
      ])
      await expect(s.insertIgnore('things', { name: 'x', at: 'not a time'.repeat(20), amountFen: null })).rejects.toThrow()
    })

    test('with newerBy an older row never writes over a newer one', async () => {
      const put = (amountFen: number, note: string) =>
        s.bulkInsert('things', [{ name: 'newer', amountFen, note }], {
          onDuplicate: { update: ['amountFen', 'note'], newerBy: 'amountFen' },
        })
      for (const [amount, note] of [
        [2, 'b'],
        [1, 'a'],
        [2, 'c'],
        [3, 'd'],
        [2, 'e'],
      ] as const)
        await put(amount, note)
      expect(await s.rows(s.sql`SELECT amount_fen, note FROM things WHERE name = 'newer'`)).toEqual([
        { amount_fen: 3, note: 'd' },
      ])
      await put(3, 'same')
      expect(await s.rows(s.sql`SELECT note FROM things WHERE name = 'newer'`)).toEqual([{ note: 'same' }])
    })

    test('takeOnce answers with the first row the second time, in a transaction too', async () => {
      const [first, isFirst] = await s.takeOnce(Thing, { name: 'once' }, { amountFen: 3 })
      const [again, isSecond] = await s.transaction(() => s.takeOnce(Thing, { name: 'once' }, { amountFen: 4 }))
      expect([isFirst, isSecond, again.id === first.id, again.amountFen]).toEqual([true, false, true, 3])
    })

    test('a transaction commits all or nothing, and nested ones join it', async () => {
      const order: string[] = []
      const work = (isFailing: boolean) =>
        s.transaction(async () => {
          await Thing.create({ name: `tx${isFailing}` })
          await s.transaction(async () => {
            expect(s.inTransaction()).toBe(true)
            await s.insertOne('things', { name: `nested${isFailing}` })
            s.afterCommit(() => order.push(`committed, inTransaction=${s.inTransaction()}`))
          })
          if (isFailing) throw new Error('stop')
        })
      await work(false)
      await expect(work(true)).rejects.toThrow('stop')
      expect(order).toEqual(['committed, inTransaction=false'])
      const names = await s.rows(s.sql`SELECT name FROM things WHERE name LIKE 'tx%' OR name LIKE 'nested%' ORDER BY name`)
      expect(names).toEqual([{ name: 'nestedfalse' }, { name: 'txfalse' }])
    })

    test('half of a joined action is never committed, even when its error is caught', async () => {
      const work = s.transaction(async () => {
        await s.insertOne('things', { name: 'half1' })
        await s
          .transaction(async () => {
            await s.insertOne('things', { name: 'half2' })
            throw new Error('joined work failed')
          })
          .catch(() => undefined)
      })
      await expect(work).rejects.toThrow('joined work failed')
      expect(await s.rows(s.sql`SELECT name FROM things WHERE name LIKE 'half%'`)).toEqual([])
    })

    test('a savepoint takes back only itself', async () => {
      await s.transaction(async () => {
        await s.insertOne('things', { name: 'keep' })
        await s
          .savepoint(async () => {
            await s.insertOne('things', { name: 'lose' })
            throw new Error('no')
          })
          .catch(() => undefined)
        await s.savepoint(() => s.insertOne('things', { name: 'keep2' }))
      })
      expect(await s.rows(s.sql`SELECT name FROM things WHERE name IN ('keep', 'keep2', 'lose') ORDER BY name`)).toEqual([
        { name: 'keep' },
        { name: 'keep2' },
      ])
    })

    test('twenty concurrent transactions each count one up', async () => {
      await s.insertOne('things', { name: 'counter' })
      await Promise.all(
        Array.from({ length: 20 }, () =>
          s.transaction(async () => {
            const row = await s.locked(Thing, { name: 'counter' })
            await row?.update({ amountFen: row.amountFen + 1 })
          }),
        ),
      )
      expect((await Thing.findOne({ where: { name: 'counter' } }))?.amountFen).toBe(20)
    })

    test('readers beside a running transaction see only what is committed', async () => {
      await s.transaction(async () => {
        await s.insertOne('things', { name: 'unseen' })
        const outside = await s.outsideTransaction(() => s.rows(s.sql`SELECT id FROM things WHERE name = 'unseen'`))
        expect(outside).toEqual([])
        expect(await Thing.count({ where: { name: 'unseen' } })).toBe(1)
      })
      expect(await Thing.count({ where: { name: 'unseen' } })).toBe(1)
    })

    test('two thousand rows with defaults, dates and JSON in one call', async () => {
      const at = new Date('2026-01-01T00:00:00.001Z')
      const list = Array.from({ length: 2000 }, (_, i) => ({ name: `bulk${i}`, at, data: { i }, isOn: i % 2 === 0 }))
      expect(await s.bulkInsert('things', list)).toBe(2000)
      expect(await Thing.count({ where: { at } })).toBe(2000)
      expect((await Thing.findOne({ where: { name: 'bulk1999' } }))?.toJSON()).toMatchObject({
        data: { i: 1999 },
        isOn: false,
        at,
        amountFen: 0,
      })
    })

    test('many rows inserted at once know their ids, also beside other writers', async () => {
      const writer = (who: string) =>
        s.insertMany(
          'things',
          Array.from({ length: 600 }, (_, i) => ({ name: `${who}${i}` })),
        )
      const lists = await Promise.all(['ida', 'idb', 'idc'].map(writer))
      for (const [at, who] of ['ida', 'idb', 'idc'].entries()) {
        const found = await s.rows<{ id: number; name: string }>(s.sql`SELECT id, name FROM things WHERE id IN (${lists[at]})`)
        const names = new Map(found.map(row => [Number(row.id), row.name]))
        expect(lists[at]?.map(id => names.get(id))).toEqual(Array.from({ length: 600 }, (_, i) => `${who}${i}`))
      }
      expect(await s.insertMany('things', [])).toEqual([])
    })

    test('a column is dropped with its index; rows, other indexes and the next id stay', async () => {
      const keys = s.migration('keyed-001', m =>
        m.create(
          'keyed',
          { id: s.id(), mark: s.text(24, { unique: true }), name: s.text(20), last: s.text(9, { unique: true }) },
          { unique: [['name']] },
        ),
      )
      const without = s.migration('keyed-002', async m => {
        await m.dropColumn('keyed', 'mark')
        await m.dropColumn('keyed', 'last')
        await m.dropColumn('keyed', 'last')
      })
      await s.runMigrations([keys])
      await s.bulkInsert(
        'keyed',
        [1, 2, 3].map(n => ({ mark: `m${n}`, name: `n${n}`, last: `l${n}` })),
      )
      await s.run(s.sql`DELETE FROM keyed WHERE id = 3`)
      expect(await s.runMigrations([keys, without])).toEqual(['keyed-002'])
      expect(await s.rows(s.sql`SELECT * FROM keyed ORDER BY id`)).toEqual([
        { id: 1, name: 'n1' },
        { id: 2, name: 'n2' },
      ])
      await expect(s.insertOne('keyed', { name: 'n1' })).rejects.toSatisfy(s.isDuplicate)
      expect(await s.insertOne('keyed', { name: 'n4' })).toBeGreaterThan(3)
    })

    test('migrations run once, may be repeated after a half-done start, and add columns', async () => {
      const more = s.migration('things-002', async m => {
        await m.addColumn('things', 'colour', s.text(20, { default: 'green' }))
        await m.addColumn('things', 'colour', s.text(20, { default: 'green' }))
        await m.addIndex('things', ['colour', 'at'])
        await m.addIndex('things', ['colour', 'at'])
      })
      const first = thingsMigration(s)
      const [ran, alsoRan] = await Promise.all([s.runMigrations([first, more]), s.runMigrations([first, more])])
      expect([...ran, ...alsoRan]).toEqual(['things-002'])
      expect((await s.rows(s.sql`SELECT colour FROM things LIMIT 1`))[0]).toEqual({ colour: 'green' })
      await thingsMigration(s).up(new s.Migrator())
    })

    test('findIn stays inside the caller’s brands', async () => {
      const { systemCtx } = await import('../ctx.ts')
      const thing = await Thing.create({ name: 'found' })
      expect((await s.findIn(systemCtx(), Thing, thing.id)).id).toBe(thing.id)
      await expect(s.findIn(systemCtx(), Thing, 999_999)).rejects.toMatchObject({
        code: 'thing.notFound',
        detail: { what: 'thing' },
      })
    })
  })
}

test('a second process on the same folder stops with a clear error, and a dead one leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-lock-'))
  const { lockDataDir, unlockDataDir } = await import('./data-dir-lock.ts')
  const inOtherProcess = (after: string) =>
    spawnSync(
      process.execPath,
      [
        '--import',
        'tsx',
        '-e',
        `import(${JSON.stringify(new URL('./data-dir-lock.ts', import.meta.url).href)}).then(m => { m.lockDataDir(${JSON.stringify(folder)}); ${after} }).catch(e => { console.log(e.code); process.exit(3) })`,
      ],
      { encoding: 'utf8' },
    )
  expect(inOtherProcess('process.kill(process.pid, 9)').signal).toBe('SIGKILL')
  lockDataDir(folder)
  lockDataDir(folder)
  expect(inOtherProcess('process.exit(0)')).toMatchObject({ status: 3, stdout: 'stores.inUse\n' })
  unlockDataDir(folder)
  expect(inOtherProcess('process.exit(0)').status).toBe(0)
  rmSync(folder, { recursive: true, force: true })
}, 20_000)

function thingsMigration(s: Stores) {
  return s.migration('things-001', m =>
    m.create(
      'things',
      {
        id: s.id(),
        name: s.text(60),
        amountFen: s.big({ default: 0 }),
        isOn: s.bool({ default: false }),
        data: s.json({ default: {} }),
        at: s.instant({ null: true }),
        note: s.longText({ null: true }),
      },
      { unique: [['name']], index: [['at', 'name']] },
    ),
  )
}

function defineThing(s: Stores) {
  class Thing extends s.Model<InferAttributes<Thing>, InferCreationAttributes<Thing>> {
    declare id: CreationOptional<number>
    declare name: string
    declare amountFen: CreationOptional<number>
    declare isOn: CreationOptional<boolean>
    declare data: CreationOptional<Record<string, unknown>>
    declare at: CreationOptional<Date | null>
    declare note: CreationOptional<string | null>
  }
  Thing.init(
    {
      id: s.id(),
      name: s.text(60),
      amountFen: s.big({ default: 0 }),
      isOn: s.bool({ default: false }),
      data: s.json({ default: {} }),
      at: s.instant({ null: true }),
      note: s.longText({ null: true }),
    },
    s.table('things'),
  )
  return Thing
}

async function reachable(url: string): Promise<boolean> {
  try {
    await (await createConnection({ uri: url, connectTimeout: 2000 })).end()
    return true
  } catch {
    return false
  }
}

async function onServer(statement: string): Promise<void> {
  const connection = await createConnection(serverUrl)
  await connection.query(statement)
  await connection.end()
}
