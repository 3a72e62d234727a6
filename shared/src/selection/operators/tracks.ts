import { z } from 'zod'
import { say } from '../../language.ts'
import { isTextCompare, NumberCompare, numberCompareWords, TextCompare, textCompareWords } from '../compare.ts'
import { fenText } from '../fields.ts'
import { operator, type RuleNames } from '../operator.ts'
import { Window, windowWords } from '../window.ts'
import { filterWords, TrackFilter, TrackProperty } from './track-filter.ts'

export const TrackMeasure = z.discriminatedUnion('of', [
  /** How many, on how many days (brand's zone). */
  z.object({ of: z.enum(['count', 'days']) }),
  /** Of the numbers or texts of one property; `first` and `last` by when it happened. */
  z.object({ of: z.enum(['sum', 'avg', 'min', 'max', 'distinct', 'first', 'last']), property: TrackProperty }),
])
export type TrackMeasure = z.output<typeof TrackMeasure>

export const Since = z.object({
  pick: z.enum(['first', 'last']),
  name: z.string().regex(/^[a-z][a-z0-9_]{0,59}$/),
  filters: z.array(TrackFilter).max(10).default([]),
})
export type Since = z.output<typeof Since>

/**
 * What somebody did: paid orders at least 2 times in the last 90 days. Count, days, distinct and sum of nothing are 0; average, min,
 * max, first and last of nothing are missing, and every ordering on them is false.
 */
export const tracks = operator({
  zh: '行为',
  shape: z.object({
    kind: z.literal('tracks'),
    name: z.string().regex(/^[a-z][a-z0-9_]{0,59}$/),
    filters: z.array(TrackFilter).max(10).default([]),
    window: Window,
    /** Only tracks later than this subject's first or latest track of another kind; who has none of those has nothing to count. */
    since: Since.optional(),
    measure: TrackMeasure,
    /** Texts are for `first` and `last` only. */
    is: z.union([NumberCompare, TextCompare]),
  }),
  sentence: ({ name, filters, window, since, measure, is }, names) => {
    const property = 'property' in measure ? names.property(name, measure.property) : ''
    const format = 'property' in measure && /fen$/i.test(measure.property) && measure.of !== 'distinct' ? fenText : String
    const compared = isTextCompare(is) ? textCompareWords(names, is) : numberCompareWords(names, is, format)
    const parts = filters.map(filter => filterWords(names, filter, names.property(name, filter.property)))
    const where = parts.length > 0 ? say(names, `（${parts.join('，')}）`, ` (${parts.join(', ')})`) : ''
    const [what, when] = [names.track(name), `${windowWords(names, window)}${since ? sinceWords(names, since) : ''}`]
    const tail = {
      count: say(names, `${compared} 次`, `${compared} times`),
      days: say(names, `的天数${compared}`, `on ${compared} days`),
      sum: say(names, `的${property}合计${compared}`, `with ${property} in all ${compared}`),
      avg: say(names, `的平均${property}${compared}`, `with average ${property} ${compared}`),
      min: say(names, `的最小${property}${compared}`, `with smallest ${property} ${compared}`),
      max: say(names, `的最大${property}${compared}`, `with largest ${property} ${compared}`),
      distinct: say(names, `的不同${property}${compared} 个`, `with different ${property} ${compared}`),
      first: say(names, `首次的${property}${compared}`, `whose first ${property} ${compared}`),
      last: say(names, `最近一次的${property}${compared}`, `whose latest ${property} ${compared}`),
    }[measure.of]
    return say(names, `${when}${what}${where}${tail}`, `${what}${where} ${when} ${tail}`)
  },
})

function sinceWords(names: RuleNames, { pick, name }: Since): string {
  const track = names.track(name)
  return say(
    names,
    `${pick === 'first' ? '首次' : '最近一次'}${track}之后`,
    ` after the ${pick === 'first' ? 'first' : 'latest'} ${track}`,
  )
}
