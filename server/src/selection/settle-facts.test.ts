import type { Rule } from '@banyan/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drain, useStores } from '../../test/stores.ts'
import * as core from '../core/index.ts'
import { advanceClock, clickhouse, migrateClickhouse, systemCtx, transaction } from '../core/index.ts'
import { clickhouseMigrations as trackingMigrations } from '../tracking/index.ts'
import { clickhouseMigrations, migrations } from './migrations.ts'
import { putBatch } from './put-facts.ts'
import type { Scope } from './scope.ts'
import { selectPeople } from './select-people.ts'
import { settleFacts } from './settle-facts.ts'
import { factWorkers, storeFacts } from './store-facts.ts'

/** Facts move to the settled table while rules read them: nobody is missing at any step, and what comes late changes nothing that is newer. */
useStores([...core.migrations, ...migrations])
beforeAll(() => migrateClickhouse([...trackingMigrations, ...clickhouseMigrations]))
afterAll(() => clickhouse.close())

const scope: Scope = { brands: [1], stores: [], now: new Date(), zone: 'Asia/Shanghai', candidates: null }
const rich: Rule = { kind: 'number', field: 'points', is: { op: '>=', value: 100 } }
const ctx = () => systemCtx({ brandId: 1 })

async function put(points: Record<number, number | null>): Promise<void> {
  await transaction(() =>
    putBatch(ctx(), {
      facts: Object.entries(points).flatMap(([id, value]) => [
        [1, Number(id), 'inBrand', 1],
        [1, Number(id), 'points', value],
      ]),
    }),
  )
  await drain(factWorkers as unknown as core.WorkerDef[])
}

async function who(): Promise<number[]> {
  const ids: number[] = []
  for await (const page of selectPeople(rich, scope)) ids.push(...page)
  return ids
}

const rowsOf = async (table: string) => (await clickhouse.query<{ n: number }>(`SELECT count() AS n FROM ${table} FINAL`))[0]?.n

test('settled, changed again, settled again: the latest value counts all the way', async () => {
  await put({ 1: 100, 2: 50, 3: 700 })
  // Nothing is settled while something could still arrive before it.
  expect(await settleFacts(ctx(), 1)).toBe(0)
  advanceClock(2 * 3_600_000)
  expect(await settleFacts(ctx(), 1)).toBe(6)
  expect(await who()).toEqual([1, 3])
  await put({ 2: 200, 3: null })
  expect(await who()).toEqual([1, 2])
  advanceClock(2 * 3_600_000)
  await settleFacts(ctx(), 1)
  expect(await who()).toEqual([1, 2])
  advanceClock(3_600_000)
  await settleFacts(ctx(), 1)
  expect([await rowsOf('facts_settled'), await rowsOf('facts_recent')]).toEqual([6, 0])
  expect(await who()).toEqual([1, 2])
})

test('a batch that comes after newer ones were settled loses to them, and wins where it is the newest', async () => {
  const late = (facts: unknown) =>
    storeFacts([
      { id: 1, attempts: 9, payload: JSON.stringify({ facts }) } as unknown as Parameters<typeof storeFacts>[0][number],
    ])
  // Version 1 of person 1 was replaced by nothing since; person 2 has a newer one; person 4 has none.
  await late([
    [1, 2, 'points', 0],
    [1, 4, 'inBrand', 1],
    [1, 4, 'points', 900],
  ])
  expect(await who()).toEqual([1, 2, 4])
})
