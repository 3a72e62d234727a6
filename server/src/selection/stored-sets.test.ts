import { isGroup, type Rule } from '@banyan/shared'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clickhouse } from '../core/index.ts'
import { compile } from './compile.ts'
import { rules } from './rule-fixtures.ts'
import { EVERYBODY } from './rule-writer.ts'
import type { Scope } from './scope.ts'
import { DAY, NOW, PEOPLE, scopes } from './second-opinion-fixtures.ts'
import { countPeople, selectAmong, selectByMany } from './select-people.ts'
import { shapeOf } from './set-key.ts'
import { buildSet, buildValues, dropOldSets, forgetStoredSets, freshSets, storableIn } from './stored-sets.ts'
import { fillWorld } from './world-fixtures.ts'

/** A stored answer is the computed one, whatever came in since: every change is followed, and time moves. */
beforeAll(fillWorld)
afterAll(() => clickhouse.close())

const brand1 = scopes['brand 1'] as Scope
let version = 100

/** One of the things that workers do. */
const change = fc.oneof(
  fc.record({
    what: fc.constant('fact' as const),
    person: fc.constantFrom(...PEOPLE),
    name: fc.constantFrom('points', 'city', 'isMember', 'lastPaidAt', 'inBrand', 'tag:1', 'tag:3', 'consent:marketing:any'),
    value: fc.constantFrom<number | string | null>(null, 0, 1, 100, NOW.getTime() - DAY, '上海'),
  }),
  fc.record({
    what: fc.constant('track' as const),
    person: fc.constantFrom(...PEOPLE),
    daysAgo: fc.integer({ min: -1, max: 40 }),
  }),
  fc.record({ what: fc.constant('merge' as const), person: fc.constantFrom(5, 6, 7, 8), into: fc.constantFrom(5, 9, 10) }),
)
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

async function apply(one: Change): Promise<void> {
  version += 1
  if (one.what === 'fact') {
    const ofPerson = one.name === 'city' || one.name === 'tag:3'
    await clickhouse.insert('facts_recent', [
      {
        brand_id: ofPerson ? 0 : 1,
        name: one.name,
        person_id: one.person,
        is_set: one.value === null ? 0 : 1,
        number: typeof one.value === 'number' ? one.value : 0,
        text: typeof one.value === 'string' ? one.value : '',
        version,
      },
    ])
  } else if (one.what === 'track')
    await clickhouse.insert('tracks', [
      {
        brand_id: 1,
        name: 'order_paid',
        person_id: one.person,
        occurred_at: new Date(NOW.getTime() - one.daysAgo * DAY).toISOString(),
        received_at: NOW.toISOString(),
        message_key: `c${version}`,
        batch_id: version,
        numbers: { amountFen: 100 },
        texts: {},
      },
    ])
  else
    await clickhouse.insert('person_aliases', [
      { home_id: one.person, person_id: one.into === 5 ? one.person : one.into, version },
    ])
}

/** Aggregates as values where they can be: their conditions are then read from these. */
async function build(several: readonly Rule[], scope: Scope, ofAggregates: 'sets' | 'values' = 'sets'): Promise<void> {
  await buildSet(EVERYBODY, scope)
  for (const rule of storableIn(several, scope).values()) {
    const shape = ofAggregates === 'values' && !isGroup(rule) ? shapeOf(rule) : null
    if (shape) await buildValues(shape, scope)
    else if (rule !== EVERYBODY) await buildSet(rule, scope)
  }
}

/** The candidate query reads no stored set. */
async function computed(several: readonly Rule[], scope: Scope): Promise<number[][]> {
  const found: number[][] = []
  for (const rule of several) found.push(await selectAmong(rule, scope, PEOPLE))
  return found
}

test('stored = computed, after changes and after time has passed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(rules, { minLength: 4, maxLength: 4 }),
      fc.array(fc.tuple(fc.array(change, { maxLength: 4 }), fc.constantFrom(0, 1, DAY / 3, DAY, 8 * DAY)), {
        minLength: 2,
        maxLength: 3,
      }),
      fc.constantFrom('sets' as const, 'values' as const),
      async (several, steps, ofAggregates) => {
        await forgetStoredSets()
        let scope = brand1
        await build(several, scope, ofAggregates)
        for (const [changes, passed] of steps) {
          for (const one of changes) await apply(one)
          scope = { ...scope, now: new Date(scope.now.getTime() + passed) }
          expect(await selectByMany(several, scope)).toEqual(await computed(several, scope))
        }
      },
    ),
    { numRuns: Number(process.env.LAW_RUNS ?? 4) },
  )
}, 240_000)

test('a rule whose conditions are all stored reads nothing else, and says so', async () => {
  await forgetStoredSets()
  const rule: Rule = {
    kind: 'all',
    rules: [
      { kind: 'number', field: 'points', is: { op: '>=', value: 100 } },
      { kind: 'tag', op: 'none', tagIds: [1, 3] },
    ],
  }
  expect(await countPeople(rule, brand1)).toMatchObject({ storedCount: 0, computedCount: 4 })
  const before = await countPeople(rule, brand1)
  await build([rule], brand1)
  const { sets, missing } = await freshSets([rule], brand1)
  expect(missing).toEqual([])
  expect(compile(rule, brand1, sets).from()).not.toMatch(/facts_/)
  expect(await countPeople(rule, brand1)).toEqual({ ...before, storedCount: 4, computedCount: 0, missing: [] })
  // Another brand's people are another set.
  expect((await freshSets([rule], scopes['brand 2'] as Scope)).sets.size).toBe(0)
})

test('one who changed is followed, and the set is not written anew', async () => {
  await forgetStoredSets()
  const rule: Rule = { kind: 'number', field: 'points', is: { op: '=', value: 4_321 } }
  await build([rule], brand1)
  const built = (await freshSets([rule], brand1)).sets
  await apply({ what: 'fact', person: 3, name: 'inBrand', value: 1 })
  await apply({ what: 'fact', person: 3, name: 'points', value: 100 })
  version += 1
  await clickhouse.insert('facts_recent', [
    { brand_id: 1, name: 'points', person_id: 3, is_set: 1, number: 4_321, text: '', version },
  ])
  const followed = (await freshSets([rule], brand1)).sets
  expect([...followed.values()].map(set => set.generation).sort()).toEqual([...built.values()].map(set => set.generation).sort())
  expect(await selectByMany([rule], brand1)).toEqual([[3]])
  await dropOldSets()
  expect(await selectByMany([rule], brand1)).toEqual([[3]])
})

test('one stored value per person answers for every limit, also after tracks and a merge', async () => {
  await forgetStoredSets()
  const spent = (value: number): Rule => ({
    kind: 'tracks',
    name: 'order_paid',
    filters: [],
    window: { type: 'rolling', last: 7, unit: 'days' },
    measure: { of: 'sum', property: 'amountFen' },
    is: { op: '>=', value },
  })
  const limits = [1, 100, 2_000].map(spent)
  await build(limits.slice(0, 1), brand1, 'values')
  await apply({ what: 'track', person: 12, daysAgo: 1 })
  await apply({ what: 'merge', person: 7, into: 9 })
  await apply({ what: 'track', person: 7, daysAgo: 2 })
  const { sets, missing } = await freshSets(limits, brand1)
  expect(missing).toEqual([])
  expect(compile(limits[1] as Rule, brand1, sets).from()).not.toMatch(/FROM tracks/)
  expect(await selectByMany(limits, brand1)).toEqual(await computed(limits, brand1))
  // A column that was lost is measured again, not read as an empty one.
  await clickhouse.command('TRUNCATE TABLE stored_values')
  expect(await selectByMany(limits, brand1)).toEqual(await computed(limits, brand1))
})

test('a set that was lost is computed, never read as an empty one', async () => {
  await forgetStoredSets()
  const rule: Rule = { kind: 'tag', op: 'any', tagIds: [3] }
  const [expected] = await computed([rule], brand1)
  await build([rule], brand1)
  await clickhouse.command('TRUNCATE TABLE stored_sets')
  expect(await selectByMany([rule], brand1)).toEqual([expected])
})
