import fc from 'fast-check'
import { expect, test } from 'vitest'
import { depthAt, moveTo, nodeAt, ownerOf, parentOf, replaceAt } from './rule-tree.ts'
import type { ClientGroup, ClientRule } from './types.ts'

const tag = (id: number): ClientRule => ({ kind: 'tag', op: 'any', tagIds: [id] })
const root: ClientGroup = {
  kind: 'all',
  rules: [
    tag(1),
    { kind: 'any', rules: [tag(2), tag(3)] },
    {
      kind: 'related',
      path: { typeId: 1, relation: 'owner', end: 'in' },
      test: { op: 'any' },
      rule: { kind: 'all', rules: [tag(4), { kind: 'any', rules: [tag(5)] }] },
    },
  ],
}
const idsOf = (rule: ClientRule): number[] =>
  rule.kind === 'tag'
    ? rule.tagIds
    : 'rules' in rule
      ? rule.rules.flatMap(idsOf)
      : rule.kind === 'related'
        ? idsOf(rule.rule)
        : []

test('a path leads to what stands there, through related subjects too', () => {
  expect(nodeAt(root, 'rule')).toBe(root)
  expect(nodeAt(root, 'rule.rules.1.rules.1')).toEqual(tag(3))
  expect(nodeAt(root, 'rule.rules.2.rule.rules.1.rules.0')).toEqual(tag(5))
  expect(nodeAt(root, 'rule.rules.9')).toBeNull()
  expect([depthAt('rule'), depthAt('rule.rules.1'), depthAt('rule.rules.2.rule')]).toEqual([1, 2, 3])
})

test('what the server names inside a condition belongs to the condition', () => {
  expect(ownerOf(root, 'rule.rules.1.rules.0.filters.3')).toBe('rule.rules.1.rules.0')
  expect(ownerOf(root, 'rule.rules.2.rule.rules.0.is.value')).toBe('rule.rules.2.rule.rules.0')
  expect(ownerOf(root, 'rule.rules.7.since')).toBe('rule')
})

const cases: [string, string, { group: string; index: number }, number[]][] = [
  ['down in its group', 'rule.rules.0', { group: 'rule', index: 2 }, [2, 3, 1, 4, 5]],
  ['to where it is', 'rule.rules.1.rules.0', { group: 'rule.rules.1', index: 1 }, [1, 2, 3, 4, 5]],
  ['into a group behind it, whose path changes by that', 'rule.rules.0', { group: 'rule.rules.1', index: 1 }, [2, 1, 3, 4, 5]],
  ['out of its group, before it', 'rule.rules.1.rules.1', { group: 'rule', index: 1 }, [1, 3, 2, 4, 5]],
  ['into its own inside', 'rule.rules.1', { group: 'rule.rules.1', index: 0 }, [1, 2, 3, 4, 5]],
  [
    'among what related ones are asked',
    'rule.rules.2.rule.rules.0',
    { group: 'rule.rules.2.rule.rules.1', index: 1 },
    [1, 2, 3, 5, 4],
  ],
]
test.each(cases)('moves %s', (_name, from, to, ids) => {
  expect(idsOf(moveTo(root, from, to))).toEqual(ids)
})

const tree: fc.Arbitrary<ClientRule> = fc.letrec<{ node: ClientRule; group: ClientGroup }>(tie => ({
  node: fc.oneof({ depthSize: 'small' }, fc.nat(1_000_000).map(tag), tie('group')),
  group: fc.record({
    kind: fc.constantFrom('all' as const, 'any' as const, 'none' as const),
    rules: fc.array(tie('node'), { maxLength: 4 }),
  }),
})).group
const pathsOf = (rule: ClientRule, at = 'rule'): string[] => [
  at,
  ...('rules' in rule ? rule.rules.flatMap((one, index) => pathsOf(one, `${at}.rules.${index}`)) : []),
]

test('a move loses nothing and doubles nothing, wherever from and to', () => {
  fc.assert(
    fc.property(tree, fc.nat(), fc.nat(), fc.nat(5), (whole, a, b, index) => {
      const paths = pathsOf(whole)
      const from = paths[a % paths.length] as string
      const group = paths[b % paths.length] as string
      const moved = moveTo(whole as ClientGroup, from, { group, index })
      expect(idsOf(moved).toSorted()).toEqual(idsOf(whole).toSorted())
      expect(pathsOf(moved)).toHaveLength(paths.length)
    }),
  )
})

test('taking something out leaves the rest as it was', () => {
  fc.assert(
    fc.property(tree, fc.nat(), (whole, a) => {
      const paths = pathsOf(whole)
      const path = paths[a % paths.length] as string
      if (path === 'rule') return
      const gone = idsOf(nodeAt(whole, path) as ClientRule)
      const left = replaceAt(whole as ClientGroup, path, null)
      expect(idsOf(left)).toHaveLength(idsOf(whole).length - gone.length)
      expect(nodeAt(left, parentOf(path))).not.toBeNull()
    }),
  )
})
