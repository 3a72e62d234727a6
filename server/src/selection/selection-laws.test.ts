import type { ClientRule, Rule } from '@banyan/shared'
import { Rule as RuleShape } from '@banyan/shared'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clickhouse, migrateClickhouse } from '../core/index.ts'
import { clickhouseMigrations as trackingMigrations } from '../tracking/index.ts'
import { tagFact } from './fact-sql.ts'
import { clickhouseMigrations } from './migrations.ts'
import { rules, scopeNames } from './rule-fixtures.ts'
import type { Scope } from './scope.ts'
import { ALIASES, DAY, isTrue, NOW, naive, PEOPLE, population, scopes, TAGS, world } from './second-opinion-fixtures.ts'
import { countPeople, differenceTo, explainPerson, nextChangeOfRule, selectAmong, selectPeople } from './select-people.ts'

/** The compiler against a second opinion, and the laws that every rule obeys. */
beforeAll(async () => {
  await migrateClickhouse([...trackingMigrations, ...clickhouseMigrations])
  const old = world.facts.map(fact => ({
    brand_id: fact.brand,
    name: fact.name,
    person_id: fact.person,
    is_set: 1,
    number: 77,
    text: 'old',
    version: 1,
  }))
  // Every fact was something else before, and some were taken away again: only the latest version counts.
  await clickhouse.insert('facts_settled', [
    ...old,
    { brand_id: 1, name: 'points', person_id: 39, is_set: 1, number: 100, text: '', version: 1 },
  ])
  // Half of them are settled by now, half are recent.
  const isRecent = (person: number) => person % 2 === 0
  const latest = (people: (person: number) => boolean) =>
    world.facts
      .filter(fact => people(fact.person))
      .map(({ brand, person, name, value }) => ({
        brand_id: brand,
        name,
        person_id: person,
        is_set: 1,
        number: typeof value === 'number' ? value : 0,
        text: typeof value === 'string' ? value : '',
        version: 2,
      }))
  await clickhouse.insert(
    'facts_settled',
    latest(person => !isRecent(person)),
  )
  await clickhouse.insert('facts_recent', latest(isRecent))
  if (!world.facts.some(fact => fact.person === 39 && fact.name === 'points' && fact.brand === 1))
    await clickhouse.insert('facts_recent', [
      { brand_id: 1, name: 'points', person_id: 39, is_set: 0, number: 0, text: '', version: 2 },
    ])
  await clickhouse.insert('person_aliases', [
    ...Object.entries(ALIASES).map(([home, to]) => ({ home_id: Number(home), person_id: to, version: 5 })),
    { home_id: 35, person_id: 6, version: 5 },
    { home_id: 35, person_id: 35, version: 6 },
  ])
  const tagRow = (tag: number, person_id: number, isOn: boolean, version: number) => ({
    brand_id: TAGS[tag],
    name: tagFact(tag),
    person_id,
    is_set: isOn ? 1 : 0,
    number: 1,
    text: '',
    version,
  })
  await clickhouse.insert('facts_settled', [
    ...world.tags.filter(one => !isRecent(one.person)).map(({ tag, person }) => tagRow(tag, person, true, 1)),
    tagRow(1, 38, true, 1),
  ])
  await clickhouse.insert('facts_recent', [
    ...world.tags.filter(one => isRecent(one.person)).map(({ tag, person }) => tagRow(tag, person, true, 1)),
    tagRow(
      1,
      38,
      world.tags.some(one => one.tag === 1 && one.person === 38),
      2,
    ),
  ])
  await clickhouse.insert(
    'segment_members',
    world.static9.map(person => ({ segment_id: 9, person_id: person, is_in: 1, version: 1, at: NOW.toISOString() })),
  )
  await clickhouse.insert(
    'tracks',
    world.tracks.map(({ brand, home, name, at, key, numbers, texts }) => ({
      brand_id: brand,
      name,
      person_id: home,
      occurred_at: new Date(at).toISOString(),
      received_at: NOW.toISOString(),
      message_key: key,
      batch_id: 1,
      numbers,
      texts,
    })),
  )
})
afterAll(() => clickhouse.close())

async function everybody(rule: Rule, scope: Scope): Promise<number[]> {
  const ids: number[] = []
  for await (const page of selectPeople(rule, scope)) ids.push(...page)
  return ids
}

const RUNS = Number(process.env.LAW_RUNS ?? 60)

describe('the compiler and the second opinion agree', () => {
  test('on everybody whom a rule selects, in every scope', async () => {
    await fc.assert(
      fc.asyncProperty(rules, scopeNames, async (rule, name) => {
        const scope = scopes[name] as Scope
        expect(await everybody(rule, scope)).toEqual(naive(rule, scope))
      }),
      { numRuns: RUNS },
    )
  }, 120_000)

  test('on a candidate set, merged people asked by their survivor', async () => {
    await fc.assert(
      fc.asyncProperty(rules, scopeNames, fc.subarray(PEOPLE, { minLength: 1 }), async (rule, name, candidates) => {
        const scope = scopes[name] as Scope
        expect(await selectAmong(rule, scope, candidates)).toEqual(
          naive(rule, scope).filter(person => candidates.includes(person)),
        )
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    )
  }, 120_000)

  test('on every node of an explanation', async () => {
    const names = {
      language: 'zh' as const,
      tag: String,
      segment: String,
      track: String,
      property: (_: string, key: string) => key,
    }
    await fc.assert(
      fc.asyncProperty(rules, fc.constantFrom(1, 2, 7, 31, 40), async (rule, person) => {
        const scope = scopes['brand 1'] as Scope
        const answer = await explainPerson(rule, scope, person, names)
        expect(answer.isIn).toBe(naive(rule, scope).includes(person))
        expect(answer.isInPopulation).toBe(population(scope).includes(person))
        if (answer.isInPopulation) {
          const check = (node: typeof answer.tree, part: Rule) => {
            expect(node.isTrue, JSON.stringify(part)).toBe(isTrue(part, person, scope))
            if ('rules' in part) for (const [at, sub] of part.rules.entries()) check(node.rules[at] as typeof answer.tree, sub)
          }
          check(answer.tree, rule)
        }
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    )
  }, 120_000)
})

describe('laws', () => {
  test('x and none(x) split the population with nothing left over', async () => {
    await fc.assert(
      fc.asyncProperty(rules, scopeNames, async (rule, name) => {
        const scope = scopes[name] as Scope
        const inside = await everybody(rule, scope)
        const outside = await everybody({ kind: 'none', rules: [rule] }, scope)
        expect([...inside, ...outside].sort((a, b) => a - b)).toEqual(population(scope))
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    )
  }, 120_000)

  test('an any never reaches another brand, whatever stands in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rules, { maxLength: 3 }), async parts => {
        const scope = scopes['brand 1'] as Scope
        const people = new Set(population(scope))
        const all: Rule = { kind: 'all', rules: [] }
        for (const person of await everybody({ kind: 'any', rules: [...parts, all, { kind: 'none', rules: parts }] }, scope))
          expect(people.has(person)).toBe(true)
      }),
      { numRuns: 20 },
    )
  }, 60_000)

  test('of nothing: all and none are everybody, any is nobody', async () => {
    const scope = scopes.group as Scope
    expect(await everybody({ kind: 'all', rules: [] }, scope)).toEqual(population(scope))
    expect(await everybody({ kind: 'none', rules: [] }, scope)).toEqual(population(scope))
    expect(await everybody({ kind: 'any', rules: [] }, scope)).toEqual([])
  })

  test('the count, its parts and the difference to stored members are those of the list', async () => {
    const points: Rule = { kind: 'number', field: 'points', is: { op: '>=', value: 100 } }
    const rule: Rule = { kind: 'all', rules: [points, { kind: 'none', rules: [{ kind: 'segment', segmentId: 9, isIn: true }] }] }
    const scope = scopes['brand 1'] as Scope
    const expected = naive(rule, scope)
    expect(await countPeople(rule, scope)).toMatchObject({
      count: expected.length,
      population: population(scope).length,
      parts: [naive(points, scope).length, naive(rule.rules[1] as Rule, scope).length],
    })
    expect(await differenceTo(9, rule, scope, 1000)).toEqual({
      entered: expected.filter(id => !world.static9.includes(id)),
      left: world.static9.filter(id => !expected.includes(id)),
      count: expected.length,
    })
  })

  test('time alone changes nothing before the instant that was foretold', async () => {
    await fc.assert(
      fc.asyncProperty(rules, async rule => {
        const scope = scopes['brand 1'] as Scope
        const next = await nextChangeOfRule(rule, scope)
        const before = await everybody(rule, scope)
        const until = next ? next.getTime() - 1 : NOW.getTime() + 400 * DAY
        expect(until).toBeGreaterThanOrEqual(NOW.getTime())
        expect(await everybody(rule, { ...scope, now: new Date(until) })).toEqual(before)
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    )
  }, 120_000)
})

test('a tree deeper than 8 or of more than 100 conditions is refused', () => {
  const deep = (levels: number): ClientRule =>
    levels === 0 ? { kind: 'flag', field: 'isMember', isTrue: true } : { kind: 'all', rules: [deep(levels - 1)] }
  expect(RuleShape.safeDecode(deep(8)).success).toBe(true)
  expect(RuleShape.safeDecode(deep(9)).success).toBe(false)
  const wide = (count: number): ClientRule => ({
    kind: 'any',
    rules: [
      { kind: 'all', rules: Array.from({ length: 50 }, () => deep(0)) },
      { kind: 'all', rules: Array.from({ length: count - 50 }, () => deep(0)) },
    ],
  })
  expect(RuleShape.safeDecode(wide(100)).success).toBe(true)
  expect(RuleShape.safeDecode(wide(101)).success).toBe(false)
})
