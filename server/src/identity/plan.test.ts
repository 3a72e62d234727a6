import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CallIdentifier } from './identifier.ts'
import type { TypeRule } from './identifier-types.ts'
import { type Plan, planCall, rootOf, type World } from './plan.ts'

const TYPES = new Map<string, TypeRule>(
  (
    [
      ['unionid', 20, 1, true],
      ['phone', 40, 1, true],
      ['openid', 50, 5, true],
      ['thirdParty', 70, 1000, true],
      ['mail', 75, 1000, true],
      ['device', 80, 20, false],
    ] as const
  ).map(([name, priority, limit, isStrong]) => [name, { name, zh: name, priority, limit, isStrong }]),
)

const named = (...texts: string[]): CallIdentifier[] =>
  texts
    .map(text => {
      const [type = '', value = ''] = text.split(':')
      const rule = TYPES.get(type)
      if (!rule) throw new Error(type)
      return { type: rule, scope: '', value, raw: value, key: text }
    })
    .sort((a, b) => a.type.priority - b.type.priority || (a.key < b.key ? -1 : 1))

const emptyWorld = (): World => ({
  types: TYPES,
  nodes: new Map(),
  personOfHome: new Map(),
  holdings: new Map(),
  neverLinked: new Set(),
  nextNewId: -1,
})
const call = (world: World, texts: string[], occurredAtMs = 1): Plan =>
  planCall(world, named(...texts), { occurredAtMs, createdAtMs: 1 })
const ownerOf = (world: World, key: string) => {
  const holding = world.holdings.get(key)
  return holding ? rootOf(holding.owner).id : null
}

test('identifiers that come together are one person; a call that ties two people makes them one', () => {
  const world = emptyWorld()
  const ann = call(world, ['phone:1'])
  const bob = call(world, ['openid:a'])
  expect(ann.isNew && bob.isNew).toBe(true)
  const tie = call(world, ['phone:1', 'openid:a', 'unionid:u'])
  expect(tie.merges).toHaveLength(1)
  expect(tie.person).toBe(rootOf(ann.person)) // the earliest survives
  expect(tie.attached.map(one => one.identifier.key)).toEqual(['unionid:u'])
  expect(tie.homeId).toBe(ann.person.id) // the home of the strongest that matched
})

test('two unionids behind one phone never merge by themselves: a careful review', () => {
  const world = emptyWorld()
  const ann = call(world, ['unionid:1', 'phone:1'])
  const other = call(world, ['unionid:2', 'phone:1', 'openid:b'])
  expect(other.isNew).toBe(true)
  expect(other.merges).toEqual([])
  expect(other.attached.map(one => one.identifier.key)).toEqual(['unionid:2', 'openid:b']) // the innocent openid stays with it
  expect(other.pairs).toHaveLength(1)
  expect(other.pairs[0]).toMatchObject({ clash: { kind: 'careful', reasonType: 'unionid' }, matchedTypes: ['phone'] })
  expect(rootOf(other.pairs[0]!.right)).toBe(rootOf(ann.person))
  expect(ownerOf(world, 'phone:1')).toBe(ann.person.id)
})

test('a sixth openid is somebody of its own until a person decides: recommended', () => {
  const world = emptyWorld()
  call(world, ['phone:1', 'openid:1', 'openid:2', 'openid:3', 'openid:4', 'openid:5'])
  const sixth = call(world, ['phone:1', 'openid:6'])
  expect(sixth.isNew).toBe(false)
  expect(sixth.pairs[0]?.clash).toEqual({ kind: 'recommended', reasonType: 'openid' })
  expect(ownerOf(world, 'openid:6')).not.toBe(sixth.person.id)
})

test('a shared device merges nobody who is known, and belongs to who was last seen with it, in any order', () => {
  const visits: [string[], number][] = [
    [['device:d', 'phone:1'], 10],
    [['device:d', 'phone:2'], 30],
    [['device:d', 'phone:3'], 20],
  ]
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
    [1, 2, 0],
  ]) {
    const world = emptyWorld()
    for (const at of order) call(world, visits[at]![0], visits[at]![1])
    expect(new Set(['phone:1', 'phone:2', 'phone:3'].map(key => ownerOf(world, key))).size).toBe(3)
    expect(ownerOf(world, 'device:d')).toBe(ownerOf(world, 'phone:2'))
  }
})

test('an anonymous visitor becomes the person he turns out to be', () => {
  const world = emptyWorld()
  const visitor = call(world, ['device:d'])
  expect(call(world, ['device:d', 'phone:1']).person).toBe(visitor.person)
  const known = call(world, ['phone:2'])
  call(world, ['device:e'])
  expect(call(world, ['device:e', 'phone:2']).person).toBe(known.person)
})

test('what was decided to be two stays two, also by way of a third', () => {
  const world = emptyWorld()
  const ann = call(world, ['mail:a'])
  const bob = call(world, ['mail:b'])
  world.neverLinked.add(`${bob.person.id}:${ann.person.id}`)
  call(world, ['mail:c', 'mail:a'])
  const tie = call(world, ['mail:c', 'mail:b'])
  expect(tie.merges).toEqual([])
  expect(tie.pairs).toEqual([])
  expect(ownerOf(world, 'mail:b')).not.toBe(ownerOf(world, 'mail:a'))
})

test('the caps open a review, they never crash', () => {
  const world = emptyWorld()
  for (let n = 0; n < 52; n += 1) call(world, [`mail:${n}`])
  const all = call(
    world,
    Array.from({ length: 52 }, (_, n) => `mail:${n}`),
  )
  expect(all.merges).toHaveLength(50) // fifty become one, the two that are left another
  expect(all.pairs.length).toBeGreaterThan(0)
  expect(all.pairs[0]?.clash.reasonType).toBe('people')
})

/** Groups of identifiers by person, in a form that two worlds can be compared by. */
function groupsOf(world: World): string[] {
  const groups = new Map<number, string[]>()
  for (const key of world.holdings.keys()) {
    const owner = ownerOf(world, key) ?? 0
    groups.set(owner, [...(groups.get(owner) ?? []), key])
  }
  return [...groups.values()].map(group => group.sort().join(' ')).sort()
}

test('law: for strong identifiers the order of arrival does not matter', () => {
  const one = fc.tuple(fc.constantFrom('thirdParty', 'mail'), fc.integer({ min: 0, max: 12 })).map(([type, n]) => `${type}:${n}`)
  const calls = fc.array(fc.uniqueArray(one, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 14 })
  fc.assert(
    fc.property(
      calls.chain(list =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
      ),
      ([list, shuffled]) => {
        const [a, b] = [emptyWorld(), emptyWorld()]
        for (const texts of list) call(a, texts)
        for (const texts of shuffled) call(b, texts)
        expect(groupsOf(b)).toEqual(groupsOf(a))
      },
    ),
    { numRuns: 300 },
  )
})

test('law: no person ever holds more than the limit of a strong type, and every identifier has one owner', () => {
  const one = fc
    .tuple(fc.constantFrom('unionid', 'phone', 'openid', 'device'), fc.integer({ min: 0, max: 6 }))
    .map(([type, n]) => `${type}:${n}`)
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.uniqueArray(one, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 50 })), { maxLength: 25 }),
      calls => {
        const world = emptyWorld()
        for (const [texts, at] of calls) call(world, texts, at)
        const held = new Map<string, number>()
        for (const key of world.holdings.keys()) {
          const slot = `${ownerOf(world, key)}|${key.split(':')[0]}`
          held.set(slot, (held.get(slot) ?? 0) + 1)
        }
        for (const [slot, count] of held) expect(count).toBeLessThanOrEqual(TYPES.get(slot.split('|')[1] ?? '')?.limit ?? 0)
        for (const node of world.nodes.values()) {
          if (node.into) continue
          const mine = [...world.holdings.keys()].filter(key => ownerOf(world, key) === node.id)
          expect(node.total).toBe(mine.length)
          expect(node.strongCount).toBe(mine.filter(key => !key.startsWith('device')).length)
        }
      },
    ),
    { numRuns: 300 },
  )
})
