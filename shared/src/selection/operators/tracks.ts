import { z } from 'zod'
import {
  isPresence,
  isTextCompare,
  NumberCompare,
  numberCompareZh,
  PRESENCE_ZH,
  Presence,
  TextCompare,
  textCompareZh,
} from '../compare.ts'
import { fenZh } from '../fields.ts'
import { operator } from '../operator.ts'
import { Window, windowZh } from '../window.ts'

const Property = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,59}$/)

/** One filter on a track's property. Negation is over that track: `isNot` is true of a track without the property. */
export const TrackFilter = z.object({ property: Property, is: z.union([TextCompare, NumberCompare, Presence]) })
export type TrackFilter = z.output<typeof TrackFilter>

export const TrackMeasure = z.discriminatedUnion('of', [
  /** How many, on how many days (brand's zone). */
  z.object({ of: z.enum(['count', 'days']) }),
  /** Of the numbers or texts of one property; `first` and `last` by when it happened. */
  z.object({ of: z.enum(['sum', 'avg', 'min', 'max', 'distinct', 'first', 'last']), property: Property }),
])
export type TrackMeasure = z.output<typeof TrackMeasure>

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
    measure: TrackMeasure,
    /** Texts are for `first` and `last` only. */
    is: z.union([NumberCompare, TextCompare]),
  }),
  sentence: ({ name, filters, window, measure, is }, names) => {
    const property = 'property' in measure ? names.property(name, measure.property) : ''
    const format = 'property' in measure && /fen$/i.test(measure.property) && measure.of !== 'distinct' ? fenZh : String
    const compared = isTextCompare(is) ? textCompareZh(is) : numberCompareZh(is, format)
    const where =
      filters.length > 0 ? `（${filters.map(filter => filterZh(filter, names.property(name, filter.property))).join('，')}）` : ''
    const tail = {
      count: `${compared} 次`,
      days: `的天数${compared}`,
      sum: `的${property}合计${compared}`,
      avg: `的平均${property}${compared}`,
      min: `的最小${property}${compared}`,
      max: `的最大${property}${compared}`,
      distinct: `的不同${property}${compared} 个`,
      first: `首次的${property}${compared}`,
      last: `最近一次的${property}${compared}`,
    }[measure.of]
    return `${windowZh(window)}${names.track(name)}${where}${tail}`
  },
})

function filterZh({ is }: TrackFilter, property: string): string {
  if (isPresence(is)) return `${property}${PRESENCE_ZH[is.op]}`
  return `${property}${isTextCompare(is) ? textCompareZh(is) : numberCompareZh(is)}`
}
