import { Rule } from '@banyan/shared'
import { expect, test } from 'vitest'
import { emptyConditions } from './rule-check.ts'
import type { ClientRule } from './types.ts'

const cases: [string, ClientRule, number][] = [
  ['nothing yet', { kind: 'all', rules: [] }, 0],
  ['an empty group inside', { kind: 'all', rules: [{ kind: 'any', rules: [] }] }, 1],
  ['a tag condition without tags', { kind: 'all', rules: [{ kind: 'tag', op: 'any', tagIds: [] }] }, 1],
  ['a city without a city', { kind: 'all', rules: [{ kind: 'text', field: 'city', is: { op: 'is', values: [] } }] }, 1],
  ['no city at all is a whole condition', { kind: 'all', rules: [{ kind: 'text', field: 'city', is: { op: 'isNotSet' } }] }, 0],
  [
    'a track with an unfinished filter',
    {
      kind: 'all',
      rules: [
        {
          kind: 'tracks',
          name: 'order_paid',
          filters: [{ property: 'store', is: { op: 'is', values: [] } }],
          window: { type: 'none' },
          measure: { of: 'count' },
          is: { op: '>=', value: 1 },
        },
      ],
    },
    1,
  ],
  [
    'a vehicle of any kind is a whole condition',
    {
      kind: 'all',
      rules: [
        {
          kind: 'related',
          path: { typeId: 1, relation: 'owner', end: 'in' },
          test: { op: 'any' },
          rule: { kind: 'all', rules: [] },
        },
      ],
    },
    0,
  ],
  [
    'an unfinished condition about a vehicle',
    {
      kind: 'all',
      rules: [
        {
          kind: 'related',
          path: { typeId: 1, relation: 'owner', end: 'in' },
          test: { op: 'any' },
          rule: { kind: 'all', rules: [{ kind: 'list', field: 'options', is: { op: 'any', values: [] } }] },
        },
      ],
    },
    1,
  ],
  [
    'a step with an unfinished filter',
    {
      kind: 'all',
      rules: [
        {
          kind: 'sequence',
          steps: [
            { name: 'coupon_claimed', filters: [{ property: 'batch', is: { op: 'is', values: [] } }] },
            { name: 'order_paid' },
          ],
          within: { last: 7, unit: 'days' },
          last: 'did',
          window: { type: 'none' },
        },
      ],
    },
    1,
  ],
]

test.each(cases)('%s', (_name, rule, missing) => {
  expect(emptyConditions(rule)).toBe(missing)
  // What the page calls whole, the contract takes.
  if (missing === 0) expect(Rule.safeParse(rule).success).toBe(true)
})
