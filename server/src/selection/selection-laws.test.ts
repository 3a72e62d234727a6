import type { ClientRule, Rule } from '@banyan/shared'
import { Rule as RuleShape } from '@banyan/shared'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clickhouse } from '../core/index.ts'
import { rules, scopeNames, vehicleRules } from './rule-fixtures.ts'
import type { Scope } from './scope.ts'
import { DAY, isTrue, NOW, naive, PEOPLE, population, scopes, THINGS, vehiclesOf, world } from './second-opinion-fixtures.ts'
import { countPeople, explainPerson, nextChangeOfRule, selectAmong, selectByMany, selectPeople } from './select-people.ts'
import { differencesTo } from './stored-members.ts'
import { fillWorld } from './world-fixtures.ts'

/** The compiler against a second opinion, and the laws that every rule obeys. */
beforeAll(fillWorld)
afterAll(() => clickhouse.close())

async function everybody(rule: Rule, scope: Scope): Promise<number[]> {
  const ids: number[] = []
  for await (const page of selectPeople(rule, scope)) ids.push(...page)
  return ids
}

const RUNS = Number(process.env.LAW_RUNS ?? 30)

/** Rules a query: round trips are what such small questions cost. */
const AT_ONCE = 20
const someRules = fc.array(rules, { minLength: AT_ONCE, maxLength: AT_ONCE })
const CASES = Number(process.env.LAW_CASES ?? 2_000)

describe('the compiler and the second opinion agree', () => {
  test(`on ${CASES} random rules, many in one query`, async () => {
    await fc.assert(
      fc.asyncProperty(someRules, scopeNames, fc.boolean(), async (several, name, isAmong) => {
        const scope = scopes[name] as Scope
        // The query for a few people and the query for everybody read the tables in different ways.
        const found = await selectByMany(several, isAmong ? { ...scope, candidates: PEOPLE } : scope)
        for (const [at, rule] of several.entries()) expect(found[at], JSON.stringify(rule)).toEqual(naive(rule, scope))
      }),
      { numRuns: Math.ceil(CASES / AT_ONCE) },
    )
  }, 240_000)

  test('on things, and on the people that they lead to', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(vehicleRules, { minLength: AT_ONCE, maxLength: AT_ONCE }),
        scopeNames,
        fc.boolean(),
        async (several, name, isAmong) => {
          const scope = vehiclesOf(scopes[name] as Scope)
          const found = await selectByMany(several, isAmong ? { ...scope, candidates: THINGS } : scope)
          for (const [at, rule] of several.entries()) expect(found[at], JSON.stringify(rule)).toEqual(naive(rule, scope))
        },
      ),
      { numRuns: Math.ceil(CASES / AT_ONCE / 4) },
    )
  }, 120_000)

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
    expect((await differencesTo([{ segmentId: 9, rule }], scope, 1000))[0]).toEqual({
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
