import { aggregateOf, type Measured } from '../../../server/src/selection/index.ts'
import { type ClientRule, conditionsOf, Rule } from '../../../shared/src/index.ts'
import { CITIES } from './world.ts'

const rule = (shape: ClientRule): Rule => Rule.decode(shape)
const city: ClientRule = { kind: 'text', field: 'city', is: { op: 'is', values: CITIES.slice(0, 2) } }
const tier: ClientRule = { kind: 'number', field: 'tierRank', is: { op: '>=', value: 3 } }
const points: ClientRule = { kind: 'number', field: 'points', is: { op: '>=', value: 1000 } }
const tag = (op: 'any' | 'all' | 'none', ...tagIds: number[]): ClientRule => ({ kind: 'tag', op, tagIds })
const spent = (amountFen: number): ClientRule => ({
  kind: 'tracks',
  name: 'order_paid',
  filters: [],
  window: { type: 'rolling', last: 90, unit: 'days' },
  measure: { of: 'sum', property: 'amountFen' },
  is: { op: '>=', value: amountFen },
})

/** Three attribute conditions and two tags. */
export const attributesAndTags = rule({ kind: 'all', rules: [city, tier, points, tag('any', 1), tag('none', 2)] })
export const tagsOnly = rule({
  kind: 'all',
  rules: [{ kind: 'any', rules: [tag('all', 1, 3), tag('any', 4)] }, tag('none', 5)],
})
export const withSpending = rule({ kind: 'all', rules: [city, tier, points, tag('any', 1), tag('none', 2), spent(30_000)] })
/** The same aggregate against another limit. */
export const withMoreSpending = rule({ kind: 'all', rules: [city, tier, points, tag('any', 1), tag('none', 2), spent(45_000)] })

/** A hundred segments of a marketing department: they share conditions, as segments do. */
export const hundred: Rule[] = Array.from({ length: 100 }, (_, at) =>
  rule({
    kind: 'all',
    rules: [
      { kind: 'text', field: 'city', is: { op: 'is', values: [CITIES[at % CITIES.length] as string] } },
      { kind: 'number', field: 'tierRank', is: { op: '>=', value: 1 + (at % 5) } },
      at % 3 === 0 ? tag('any', 1 + (at % 5)) : at % 3 === 1 ? tag('none', 1 + (at % 5)) : spent(10_000 * (1 + (at % 4))),
    ],
  }),
)

/** The aggregate of a rule's condition on tracks. */
export function shapeOf(whole: Rule): Measured {
  const [shape] = conditionsOf(whole).flatMap(condition => aggregateOf(condition) ?? [])
  if (!shape) throw new Error('no condition on tracks')
  return shape
}
