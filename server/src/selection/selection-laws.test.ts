import type { ClientRule, Rule } from '@banyan/shared'
import { Rule as RuleShape } from '@banyan/shared'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clickhouse, migrateClickhouse } from '../core/index.ts'
import { clickhouseMigrations as trackingMigrations } from '../tracking/migrations.ts'
import { clickhouseMigrations } from './migrations.ts'
import type { Scope } from './scope.ts'
import { countPeople, differenceTo, explainPerson, nextChangeOfRule, selectAmong, selectPeople } from './select-people.ts'

/**
 * The compiler against an evaluator written from the semantics page, one person at a time in plain loops. They share no code but the rule.
 * The world: 40 people of two brands, some merged, with facts, tags, consents and tracks around the edges of every window.
 */
const NOW = new Date('2026-03-15T10:30:00.000Z') // 18:30 in Shanghai, a Sunday
const DAY = 86_400_000
const PEOPLE = Array.from({ length: 40 }, (_, i) => i + 1)
const ALIASES: Record<number, number> = { 31: 1, 32: 2, 33: 2, 34: 40 }
const TAGS: Record<number, number> = { 1: 1, 2: 2, 3: 0 }

type World = ReturnType<typeof makeWorld>

/** Deterministic, so that a failing rule can be looked at again. */
function makeWorld() {
  let seed = 42
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed / 2147483648
  }
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const facts: { brand: number; person: number; name: string; value: string | number }[] = []
  const tracks: {
    brand: number
    home: number
    name: string
    at: number
    key: string
    numbers: Record<string, number>
    texts: Record<string, string>
  }[] = []
  const tags: { tag: number; person: number }[] = []
  const edges = [
    NOW.getTime() - 7 * DAY,
    NOW.getTime(),
    Date.parse('2026-03-14T16:00:00Z'),
    Date.parse('2026-02-28T16:00:00Z'),
    Date.parse('2026-02-15T10:30:00Z'),
  ]
  for (const person of PEOPLE) {
    facts.push({ brand: 0, person, name: 'exists', value: 1 })
    for (const brand of [1, 2]) {
      if (random() < 0.7) facts.push({ brand, person, name: 'inBrand', value: 1 })
      if (random() < 0.6) facts.push({ brand, person, name: 'points', value: pick([0, 10, 100, 101, 5000]) })
      if (random() < 0.5) facts.push({ brand, person, name: 'tier', value: pick(['新芽', '青枝', 'it\'s "x"\\']) })
      if (random() < 0.5) facts.push({ brand, person, name: 'isMember', value: pick([0, 1]) })
      if (random() < 0.6)
        facts.push({ brand, person, name: 'lastPaidAt', value: pick(edges) + pick([-1, 0, 1, -3 * DAY, 2 * DAY]) })
      if (random() < 0.5) facts.push({ brand, person, name: 'consent:marketing:any', value: pick([0, 1]) })
      if (random() < 0.3) facts.push({ brand, person, name: 'consent:marketing:wecom', value: pick([0, 1]) })
    }
    if (random() < 0.6) facts.push({ brand: 0, person, name: 'city', value: pick(['上海', '杭州', '北京']) })
    if (random() < 0.6)
      facts.push({
        brand: 0,
        person,
        name: 'birthday',
        value: pick(['2000-02-29', '1990-03-15', '1988-03-22', '1999-12-31', '2001-02-28']),
      })
    for (const tag of [1, 2, 3]) if (random() < 0.35) tags.push({ tag, person })
    for (let n = Math.floor(random() * 5); n > 0; n -= 1) {
      const numbers: Record<string, number> = {}
      const texts: Record<string, string> = {}
      if (random() < 0.8) numbers.amountFen = pick([-500, 0, 100, 100, 2000])
      if (random() < 0.6) texts.channel = pick(['store', 'online', ''])
      tracks.push({
        brand: pick([1, 1, 2]),
        home: person,
        name: pick(['order_paid', 'order_paid', 'page_view']),
        at: pick(edges) + pick([-1, 0, 1, -DAY, DAY / 3]),
        key: `k${tracks.length}`,
        numbers,
        texts,
      })
    }
  }
  return { facts, tracks, tags, static9: [3, 4, 31, 40] }
}

const world: World = makeWorld()
const scopes: Record<string, Scope> = {
  'brand 1': { brands: [1], now: NOW, zone: 'Asia/Shanghai', candidates: null },
  'brand 2': { brands: [2], now: NOW, zone: 'Asia/Shanghai', candidates: null },
  group: { brands: null, now: NOW, zone: 'Asia/Shanghai', candidates: null },
}

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
  await clickhouse.insert('facts', [
    ...old,
    { brand_id: 1, name: 'points', person_id: 39, is_set: 1, number: 100, text: '', version: 1 },
  ])
  await clickhouse.insert(
    'facts',
    world.facts.map(({ brand, person, name, value }) => ({
      brand_id: brand,
      name,
      person_id: person,
      is_set: 1,
      number: typeof value === 'number' ? value : 0,
      text: typeof value === 'string' ? value : '',
      version: 2,
    })),
  )
  if (!world.facts.some(fact => fact.person === 39 && fact.name === 'points' && fact.brand === 1))
    await clickhouse.insert('facts', [{ brand_id: 1, name: 'points', person_id: 39, is_set: 0, number: 0, text: '', version: 2 }])
  await clickhouse.insert('person_aliases', [
    ...Object.entries(ALIASES).map(([home, to]) => ({ home_id: Number(home), person_id: to, version: 5 })),
    { home_id: 35, person_id: 6, version: 5 },
    { home_id: 35, person_id: 35, version: 6 },
  ])
  await clickhouse.insert(
    'tagged',
    world.tags.map(({ tag, person }) => ({ tag_id: tag, brand_id: TAGS[tag], person_id: person, is_on: 1, version: 1 })),
  )
  await clickhouse.insert('tagged', [
    { tag_id: 1, brand_id: 1, person_id: 38, is_on: 1, version: 1 },
    {
      tag_id: 1,
      brand_id: 1,
      person_id: 38,
      is_on: world.tags.some(one => one.tag === 1 && one.person === 38) ? 1 : 0,
      version: 2,
    },
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

/** The second opinion. */
function naive(rule: Rule, scope: Scope): number[] {
  return population(scope).filter(person => isTrue(rule, person, scope))
}

function population(scope: Scope): number[] {
  const has = (person: number, name: string, brand: number) =>
    world.facts.some(fact => fact.person === person && fact.name === name && fact.brand === brand)
  return PEOPLE.filter(
    person =>
      !(person in ALIASES) &&
      (scope.brands ? scope.brands.some(brand => has(person, 'inBrand', brand)) : has(person, 'exists', 0)),
  )
}

function isTrue(rule: Rule, person: number, scope: Scope): boolean {
  const values = (name: string) =>
    world.facts
      .filter(
        fact =>
          fact.person === person &&
          fact.name === name &&
          (fact.brand === 0 || !scope.brands || scope.brands.includes(fact.brand)),
      )
      .map(fact => fact.value)
  switch (rule.kind) {
    case 'all':
      return rule.rules.every(part => isTrue(part, person, scope))
    case 'any':
      return rule.rules.some(part => isTrue(part, person, scope))
    case 'none':
      return !rule.rules.some(part => isTrue(part, person, scope))
    case 'text':
    case 'number': {
      const { is } = rule
      if (is.op === 'isSet') return values(rule.field).length > 0
      if (is.op === 'isNotSet') return values(rule.field).length === 0
      return compare(values(rule.field), is)
    }
    case 'flag':
      return values(rule.field).includes(1) === rule.isTrue
    case 'tag': {
      const mine = rule.tagIds.filter(
        tag =>
          world.tags.some(one => one.tag === tag && one.person === person) &&
          (TAGS[tag] === 0 || !scope.brands || scope.brands.includes(TAGS[tag] ?? -1)),
      )
      if (rule.op === 'all') return mine.length === new Set(rule.tagIds).size || new Set(mine).size === new Set(rule.tagIds).size
      return rule.op === 'any' ? mine.length > 0 : mine.length === 0
    }
    case 'segment':
      return world.static9.some(member => (ALIASES[member] ?? member) === person) === rule.isIn
    case 'consent':
      return values(`consent:marketing:${rule.channel}`).includes(1) === rule.isGranted
    case 'date': {
      const { is } = rule
      if (is.op === 'isSet' || is.op === 'isNotSet') return values(rule.field).length > 0 === (is.op === 'isSet')
      const [from, to] = 'window' in is ? instants(is.window) : 'next' in is ? [NOW.getTime(), after(is.next, is.unit)] : [0, 0]
      const isInside = values(rule.field).some(value => Number(value) >= from && Number(value) < to)
      return is.op === 'within' || is.op === 'ahead' ? isInside : !isInside
    }
    case 'anniversary': {
      const { is } = rule
      return values(rule.field).some(value => {
        const monthDay = String(value).slice(5)
        if (is.op === 'thisMonth') return monthDay.startsWith('03')
        if (is.op === 'months') return is.months.includes(Number(monthDay.slice(0, 2)))
        for (let days = is.fromDays; days <= is.toDays; days += 1) {
          const day = new Date(Date.UTC(2026, 2, 15) + days * DAY).toISOString().slice(0, 10)
          // 2026 and 2025 have no 29 February.
          if (monthDay === day.slice(5) || (monthDay === '02-29' && day.slice(5) === '02-28')) return true
        }
        return false
      })
    }
    case 'tracks': {
      const homes = [
        person,
        ...Object.entries(ALIASES)
          .filter(([, to]) => to === person)
          .map(([home]) => Number(home)),
      ]
      const [from, to] = instants(rule.window)
      const found = world.tracks
        .filter(
          track =>
            homes.includes(track.home) &&
            track.name === rule.name &&
            track.at >= from &&
            track.at < to &&
            (!scope.brands || scope.brands.includes(track.brand)),
        )
        .filter(track =>
          rule.filters.every(({ property, is }) => {
            const value = track.numbers[property] ?? track.texts[property]
            if (is.op === 'isSet') return value !== undefined
            if (is.op === 'isNotSet') return value === undefined
            return compare(value === undefined ? [] : [value], is)
          }),
        )
        .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
      const { measure } = rule
      if (!('property' in measure)) {
        const days = new Set(found.map(track => new Date(track.at + 8 * 3_600_000).toISOString().slice(0, 10)))
        return compare([measure.of === 'count' ? found.length : days.size], rule.is)
      }
      const isText = 'values' in rule.is || typeof (rule.is as { value?: unknown }).value === 'string'
      const texts = found.flatMap(track => (measure.property in track.texts ? [track.texts[measure.property] as string] : []))
      const numbers = found.flatMap(track =>
        measure.property in track.numbers ? [track.numbers[measure.property] as number] : [],
      )
      const list: (string | number)[] = isText ? texts : numbers
      const sum = numbers.reduce((total, value) => total + value, 0)
      if (measure.of === 'sum') return compare([sum], rule.is)
      if (measure.of === 'distinct') return compare([new Set([...texts, ...numbers]).size], rule.is)
      if (list.length === 0) return compare([], rule.is)
      if (measure.of === 'avg') return compare([sum / numbers.length], rule.is)
      if (measure.of === 'min') return compare([Math.min(...numbers)], rule.is)
      if (measure.of === 'max') return compare([Math.max(...numbers)], rule.is)
      return compare([(measure.of === 'first' ? list[0] : list.at(-1)) as string | number], rule.is)
    }
  }
}

/** Positive operators hold when one of the values meets them; negative ones are their complements. */
function compare(values: (string | number)[], is: { op: string } & Record<string, unknown>): boolean {
  const some = (test: (value: never) => boolean) => values.some(value => test(value as never))
  switch (is.op) {
    case 'is':
      return some((value: string) => (is.values as string[]).includes(String(value)) && typeof value === 'string')
    case 'isNot':
      return !compare(values, { ...is, op: 'is' })
    case 'contains':
      return some((value: string) => typeof value === 'string' && value.includes(is.value as string))
    case 'doesNotContain':
      return !compare(values, { ...is, op: 'contains' })
    case 'startsWith':
      return some((value: string) => typeof value === 'string' && value.startsWith(is.value as string))
    case 'between':
      return some((value: number) => typeof value === 'number' && value >= (is.from as number) && value <= (is.to as number))
    case 'notBetween':
      return !compare(values, { ...is, op: 'between' })
    case '!=':
      return !compare(values, { ...is, op: '=' })
    default: {
      const limit = is.value as number
      const test = {
        '=': (v: number) => v === limit,
        '<': (v: number) => v < limit,
        '<=': (v: number) => v <= limit,
        '>': (v: number) => v > limit,
        '>=': (v: number) => v >= limit,
      }[is.op]
      return some((value: number) => typeof value === 'number' && (test?.(value) ?? false))
    }
  }
}

function after(count: number, unit: string): number {
  if (unit === 'months') return Date.UTC(2026, 2 + count, 15, 10, 30)
  return NOW.getTime() + count * ({ minutes: 60_000, hours: 3_600_000, days: DAY, weeks: 7 * DAY }[unit] ?? 0)
}

function instants(window: { type: string } & Record<string, unknown>): [number, number] {
  const shanghai = (text: string) => Date.parse(`${text}T00:00:00+08:00`)
  if (window.type === 'rolling') {
    const { last, unit } = window as unknown as { last: number; unit: string }
    if (unit === 'months') return [Date.UTC(2026, 2 - last, 15, 10, 30), NOW.getTime()]
    return [NOW.getTime() - last * ({ minutes: 60_000, hours: 3_600_000, days: DAY, weeks: 7 * DAY }[unit] ?? 0), NOW.getTime()]
  }
  if (window.type === 'absolute') {
    const { from, to } = window as unknown as { from: Date | null; to: Date | null }
    return [from?.getTime() ?? -Infinity, to?.getTime() ?? Infinity]
  }
  if (window.type === 'calendarDays') {
    const { days, includesToday } = window as unknown as { days: number; includesToday: boolean }
    const end = shanghai(includesToday ? '2026-03-16' : '2026-03-15')
    return [end - days * DAY, end]
  }
  if (window.type === 'calendar') {
    const days: Record<string, [string, string]> = {
      today: ['2026-03-15', '2026-03-16'],
      yesterday: ['2026-03-14', '2026-03-15'],
      thisWeek: ['2026-03-09', '2026-03-16'],
      lastWeek: ['2026-03-02', '2026-03-09'],
      thisMonth: ['2026-03-01', '2026-04-01'],
      lastMonth: ['2026-02-01', '2026-03-01'],
      thisYear: ['2026-01-01', '2027-01-01'],
    }
    const [from, to] = days[window.period as string] as [string, string]
    return [shanghai(from), shanghai(to)]
  }
  return [-Infinity, Infinity]
}

const numberIs = fc.oneof(
  fc.record({ op: fc.constantFrom('=', '!=', '<', '<=', '>', '>='), value: fc.constantFrom(0, 1, 2, 100, 101, -500, 0.5) }),
  fc.record({ op: fc.constantFrom('between', 'notBetween'), from: fc.constantFrom(0, 1, 100), to: fc.constantFrom(1, 2, 101) }),
)
const textIs = fc.oneof(
  fc.record({
    op: fc.constantFrom('is', 'isNot'),
    values: fc.subarray(['上海', '杭州', '新芽', 'it\'s "x"\\', 'store', 'online', ''], { minLength: 1 }),
  }),
  fc.record({
    op: fc.constantFrom('contains', 'doesNotContain', 'startsWith'),
    value: fc.constantFrom('上', '芽', 'st', '"x"\\', 'old'),
  }),
)
const presence = fc.record({ op: fc.constantFrom('isSet', 'isNotSet') })
const unit = fc.constantFrom('hours', 'days', 'weeks', 'months')
const window = fc.oneof(
  fc.constant({ type: 'none' }),
  fc.record({ type: fc.constant('rolling'), last: fc.constantFrom(1, 7), unit }),
  fc.record({
    type: fc.constant('calendar'),
    period: fc.constantFrom('today', 'yesterday', 'thisWeek', 'lastWeek', 'thisMonth', 'lastMonth', 'thisYear'),
  }),
  fc.record({ type: fc.constant('calendarDays'), days: fc.constantFrom(1, 7, 30), includesToday: fc.boolean() }),
  fc.record({
    type: fc.constant('absolute'),
    from: fc.constantFrom(null, '2026-03-08T10:30:00.000Z'),
    to: fc.constantFrom(null, '2026-03-15T10:30:00.000Z'),
  }),
)
const numeric = fc.constantFrom('sum', 'avg', 'min', 'max', 'distinct', 'first', 'last')
const condition = fc.oneof(
  fc.record({ kind: fc.constant('text'), field: fc.constantFrom('city', 'tier'), is: fc.oneof(textIs, presence) }),
  fc.record({ kind: fc.constant('number'), field: fc.constantFrom('points'), is: fc.oneof(numberIs, presence) }),
  fc.record({ kind: fc.constant('flag'), field: fc.constantFrom('isMember'), isTrue: fc.boolean() }),
  fc.record({
    kind: fc.constant('tag'),
    op: fc.constantFrom('any', 'all', 'none'),
    tagIds: fc.subarray([1, 2, 3], { minLength: 1 }),
  }),
  fc.record({ kind: fc.constant('segment'), segmentId: fc.constant(9), isIn: fc.boolean() }),
  fc.record({
    kind: fc.constant('consent'),
    purpose: fc.constant('marketing'),
    channel: fc.constantFrom('any', 'wecom', 'sms'),
    isGranted: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('date'),
    field: fc.constant('lastPaidAt'),
    is: fc.oneof(
      fc.record({ op: fc.constantFrom('within', 'notWithin'), window }),
      fc.record({ op: fc.constantFrom('ahead', 'notAhead'), next: fc.constantFrom(1, 7), unit }),
      presence,
    ),
  }),
  fc.record({
    kind: fc.constant('anniversary'),
    field: fc.constant('birthday'),
    is: fc.oneof(
      fc.record({ op: fc.constant('inDays'), fromDays: fc.constantFrom(-16, -15, 0, 7), toDays: fc.constantFrom(-15, 0, 7) }),
      fc.constant({ op: 'thisMonth' }),
      fc.record({ op: fc.constant('months'), months: fc.constantFrom([2], [3, 12]) }),
    ),
  }),
  fc.record({
    kind: fc.constant('tracks'),
    name: fc.constantFrom('order_paid', 'page_view'),
    filters: fc.oneof(
      fc.constant([]),
      fc.array(
        fc.oneof(
          fc.record({ property: fc.constant('channel'), is: fc.oneof(textIs, presence) }),
          fc.record({ property: fc.constant('amountFen'), is: fc.oneof(numberIs, presence) }),
        ),
        { minLength: 1, maxLength: 2 },
      ),
    ),
    window,
    measure: fc.oneof(
      fc.record({ of: fc.constantFrom('count', 'days') }),
      fc.record({ of: numeric, property: fc.constant('amountFen') }),
      fc.record({ of: fc.constant('distinct'), property: fc.constant('channel') }),
    ),
    is: numberIs,
  }),
  fc.record({
    kind: fc.constant('tracks'),
    name: fc.constant('order_paid'),
    filters: fc.constant([]),
    window,
    measure: fc.record({ of: fc.constantFrom('first', 'last'), property: fc.constant('channel') }),
    is: textIs,
  }),
)
const tree: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    condition,
    fc.record({ kind: fc.constantFrom('all', 'any', 'none'), rules: fc.array(tie('node'), { maxLength: 4 }) }),
  ),
})).node
const rules = tree.map(shape => RuleShape.decode(shape as ClientRule))
const scopeNames = fc.constantFrom(...Object.keys(scopes))

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
    const names = { tag: String, segment: String, track: String, property: (_: string, key: string) => key }
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
    expect(await countPeople(rule, scope)).toEqual({
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
