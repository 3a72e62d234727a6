import type { Rule, TrackFilter } from '@banyan/shared'
import type { Scope } from './scope.ts'
import { kindOfType, PEOPLE as PERSON_KIND } from './subject-kind.ts'

/**
 * For tests: a small world of 40 people of two brands, some merged, with facts, tags, consents and tracks around the edges of every window; and
 * what a rule selects from it, written from the semantics page, one person at a time in plain loops. Shares no code with the compiler.
 */
export const NOW = new Date('2026-03-15T10:30:00.000Z') // 18:30 in Shanghai, a Sunday
export const DAY = 86_400_000
export const PEOPLE = Array.from({ length: 40 }, (_, i) => i + 1)
export const ALIASES: Record<number, number> = { 31: 1, 32: 2, 33: 2, 34: 40 }
/** Things: vehicles, with ids where people's end; some are owned by people who took others in. */
export const VEHICLE = 7
export const THINGS = Array.from({ length: 14 }, (_, i) => 2 ** 31 + i)
export const kinds = new Map([
  [0, PERSON_KIND],
  [
    VEHICLE,
    kindOfType({
      id: VEHICLE,
      key: 'vehicle',
      zh: '车辆',
      en: 'Vehicle',
      description: '',
      brandId: null,
      titleAttribute: null,
      createdAt: new Date(0),
      updatedAt: new Date(0),
      reach: { steps: [], mode: 'first' },
      attributes: (
        [
          ['plate', 'text'],
          ['mileage', 'number'],
          ['servicedAt', 'time'],
          ['options', 'list'],
          ['place', 'location'],
          ['isRecalled', 'boolean'],
        ] as const
      ).map(([key, kind]) => ({ key, kind, zh: key, en: key, choices: [], isUnique: false, isRequired: false, unit: '' })),
      relations: [
        { key: 'owner', zh: '车主', en: 'Owner', to: 'person', isMany: false, roles: [] },
        { key: 'driver', zh: '用车人', en: 'Driver', to: 'person', isMany: true, roles: ['家人', '员工'] },
        { key: 'trailer', zh: '挂车', en: 'Trailer', to: 'vehicle', isMany: true, roles: [] },
      ],
    }),
  ],
])
export const TAGS: Record<number, number> = { 1: 1, 2: 2, 3: 0 }

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
  const relations: { id: number; brand: number; relation: string; role: string; from: number; to: number; isOn: boolean }[] = []
  const canonical = PEOPLE.filter(person => !(person in ALIASES))
  for (const thing of THINGS) {
    const brand = pick([1, 1, 2])
    const fact = (key: string, value: string | number) => facts.push({ brand, person: thing, name: `t${VEHICLE}.${key}`, value })
    fact('exists', 1)
    if (random() < 0.8) fact('plate', pick(['沪A1', '沪B2', '上海']))
    if (random() < 0.7) fact('mileage', pick([0, 100, 101]))
    if (random() < 0.7) fact('servicedAt', pick(edges) + pick([-1, 0, 1]))
    if (random() < 0.7) fact('options', pick(['roof', 'roof\u001fhook', 'hook\u001fwinter']))
    if (random() < 0.7) fact('place', pick(['31.23,121.47', '30.27,120.15']))
    if (random() < 0.6) fact('isRecalled', pick([0, 1]))
    const relate = (relation: string, role: string, to: number, isOn: boolean) =>
      relations.push({ id: relations.length + 1, brand, relation, role, from: thing, to, isOn })
    if (random() < 0.8) relate('owner', '', pick(canonical.slice(0, 6)), true)
    if (random() < 0.5) relate('owner', '', pick(canonical), false)
    for (let n = Math.floor(random() * 3); n > 0; n -= 1)
      relate('driver', pick(['家人', '员工']), pick(canonical.slice(0, 6)), true)
    if (random() < 0.4) relate('trailer', '', pick(THINGS), true)
    for (let n = Math.floor(random() * 3); n > 0; n -= 1)
      tracks.push({
        brand,
        home: thing,
        name: pick(['order_paid', 'page_view']),
        at: pick(edges) + pick([-1, 0, 1]),
        key: `v${tracks.length}`,
        numbers: { amountFen: 100 },
        texts: {},
      })
  }
  return { facts, tracks, tags, static9: [3, 4, 31, 40], relations }
}

export const world: World = makeWorld()
export const scopes: Record<string, Scope> = {
  'brand 1': { brands: [1], stores: [], now: NOW, zone: 'Asia/Shanghai', candidates: null, kinds },
  'brand 2': { brands: [2], stores: [], now: NOW, zone: 'Asia/Shanghai', candidates: null, kinds },
  group: { brands: null, stores: [], now: NOW, zone: 'Asia/Shanghai', candidates: null, kinds },
}
export const vehiclesOf = (scope: Scope): Scope => ({ ...scope, typeId: VEHICLE })

/** The second opinion. */
export function naive(rule: Rule, scope: Scope): number[] {
  return population(scope).filter(person => isTrue(rule, person, scope))
}

export function population(scope: Scope): number[] {
  const has = (person: number, name: string, brand: number) =>
    world.facts.some(fact => fact.person === person && fact.name === name && fact.brand === brand)
  if (scope.typeId)
    return THINGS.filter(thing => (scope.brands ?? [1, 2]).some(brand => has(thing, `t${scope.typeId}.exists`, brand)))
  return PEOPLE.filter(
    person =>
      !(person in ALIASES) &&
      (scope.brands ? scope.brands.some(brand => has(person, 'inBrand', brand)) : has(person, 'exists', 0)),
  )
}

export function isTrue(rule: Rule, person: number, scope: Scope): boolean {
  const values = (key: string) => {
    const name = scope.typeId && !key.includes(':') ? `t${scope.typeId}.${key}` : key
    return world.facts
      .filter(
        fact =>
          fact.person === person &&
          fact.name === name &&
          (fact.brand === 0 || !scope.brands || scope.brands.includes(fact.brand)),
      )
      .map(fact => fact.value)
  }
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
    case 'list': {
      const { is } = rule
      if (is.op === 'isSet' || is.op === 'isNotSet') return values(rule.field).length > 0 === (is.op === 'isSet')
      const wanted = 'values' in is ? is.values : []
      const held = values(rule.field).map(value => String(value).split('\u001f'))
      if (is.op === 'all') return held.some(list => wanted.every(value => list.includes(value)))
      const hasAny = held.some(list => wanted.some(value => list.includes(value)))
      return hasAny === (is.op === 'any')
    }
    case 'location': {
      const { is } = rule
      if (is.op === 'isSet' || is.op === 'isNotSet') return values(rule.field).length > 0 === (is.op === 'isSet')
      if (!('kilometres' in is)) return false
      // Two places: the point asked about lies at one of them, and the other is some 170 km away.
      const isNear = values(rule.field).some(value => String(value) === `${is.latitude},${is.longitude}` || is.kilometres >= 500)
      return isNear === (is.op === 'near')
    }
    case 'related': {
      const { path, test } = rule
      const end = path.end === 'out' ? { own: 'from', other: 'to' } : { own: 'to', other: 'from' }
      const other: Scope = { ...scope, typeId: path.end === 'in' || path.relation === 'trailer' ? VEHICLE : 0 }
      const theirs = new Set(
        world.relations.flatMap(one =>
          one.isOn &&
          one.relation === path.relation &&
          (!path.role || one.role === path.role) &&
          (!scope.brands || scope.brands.includes(one.brand)) &&
          one[end.own as 'from'] === person
            ? [one[end.other as 'to']]
            : [],
        ),
      )
      const inside = population(other).filter(id => theirs.has(id))
      const matching = inside.filter(id => isTrue(rule.rule, id, other))
      if (test.op === 'count') return compare([matching.length], test.is)
      if (test.op === 'every') return inside.length > 0 && matching.length === inside.length
      return matching.length > 0 === (test.op === 'any')
    }
    case 'sequence': {
      const [from, to] = instants(rule.window)
      const mine = tracksOf(person, scope).filter(track => track.at >= from && track.at < to)
      const isStep = (track: Track, at: number) => {
        const step = rule.steps[at]
        return step !== undefined && track.name === step.name && passes(track, step.filters)
      }
      const ms = rule.within ? after(rule.within.last, rule.within.unit) - NOW.getTime() : Number.POSITIVE_INFINITY
      if (rule.last === 'didNot')
        return mine.some(
          (track, at) =>
            isStep(track, 0) &&
            track.at + ms <= NOW.getTime() &&
            !mine.some((later, place) => place > at && isStep(later, 1) && later.at < track.at + ms),
        )
      // Every way to pick the steps, one after another.
      const goesOn = (step: number, place: number, began: number): boolean =>
        step === rule.steps.length ||
        mine.some(
          (track, at) =>
            at > place &&
            isStep(track, step) &&
            (step === 0 || track.at - began < ms) &&
            goesOn(step + 1, at, step === 0 ? track.at : began),
        )
      return goesOn(0, -1, 0)
    }
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
      const [from, to] = instants(rule.window)
      const { since } = rule
      const anchors = since
        ? tracksOf(person, scope).filter(track => track.name === since.name && passes(track, since.filters))
        : []
      const anchor = since ? (since.pick === 'first' ? anchors[0] : anchors.at(-1)) : null
      const found = tracksOf(person, scope)
        .filter(track => track.name === rule.name && track.at >= from && track.at < to)
        .filter(track => anchor === null || (anchor !== undefined && track.at > anchor.at))
        .filter(track => passes(track, rule.filters))
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

type Track = (typeof world.tracks)[number]

/** Somebody's tracks in their order, those of who was merged into him among them. */
function tracksOf(person: number, scope: Scope): Track[] {
  const homes = [
    person,
    ...Object.entries(ALIASES)
      .filter(([, to]) => to === person)
      .map(([home]) => Number(home)),
  ]
  return world.tracks
    .filter(track => homes.includes(track.home) && (!scope.brands || scope.brands.includes(track.brand)))
    .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
}

function passes(track: Track, filters: readonly TrackFilter[]): boolean {
  return filters.every(({ property, is }) => {
    const value = track.numbers[property] ?? track.texts[property]
    if (is.op === 'isSet') return value !== undefined
    if (is.op === 'isNotSet') return value === undefined
    return compare(value === undefined ? [] : [value], is)
  })
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
