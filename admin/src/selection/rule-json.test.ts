import { expect, test } from 'vitest'
import { pastedRule, ruleJson } from './rule-json.ts'
import type { ClientRule } from './types.ts'

const rule: ClientRule = {
  kind: 'all',
  rules: [
    { kind: 'text', field: 'city', is: { op: 'is', values: ['上海'] } },
    {
      kind: 'related',
      path: { typeId: 3, relation: 'owner', end: 'in' },
      test: { op: 'any' },
      rule: { kind: 'all', rules: [{ kind: 'number', field: 'mileage', is: { op: '>=', value: 10_000 } }] },
    },
  ],
}

test('what was copied can be pasted', () => {
  expect(pastedRule(ruleJson(rule))).toEqual({ rule, problems: [] })
})

test('a condition alone becomes a group, inside related ones too', () => {
  const alone = { kind: 'tag', op: 'any', tagIds: [1] }
  expect(pastedRule(JSON.stringify(alone)).rule).toEqual({ kind: 'all', rules: [alone] })
  const inside = { ...rule.rules[1], rule: alone }
  expect(pastedRule(JSON.stringify(inside)).rule?.rules[0]).toMatchObject({ rule: { kind: 'all', rules: [alone] } })
})

test('what is wrong is named by its path', () => {
  const wrong = {
    kind: 'all',
    rules: [
      { kind: 'tag', op: 'any', tagIds: [] },
      { kind: 'any', rules: [{ kind: 'number', field: 'points', is: { op: '>=', value: 'many' } }] },
      { kind: 'nonsense' },
    ],
  }
  const paths = pastedRule(JSON.stringify(wrong)).problems.map(one => one.path)
  expect(paths).toContain('rule.rules.0.tagIds')
  expect(paths).toContain('rule.rules.1.rules.0.is.value')
  expect(paths).toContain('rule.rules.2.kind')
})

test('what is no JSON is said to be none', () => {
  expect(pastedRule('{ "kind": ').problems).toHaveLength(1)
})
