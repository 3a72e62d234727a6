import { z } from 'zod'
import { Day, defineErrors, Instant, query } from './kernel.ts'

/** Reads only: what happened since yesterday, what needs me, is anything broken. */

export const MetricUnit = z.enum(['people', 'count', 'fen', 'ratio'])
export const Metric = z.object({
  key: z.string(),
  name: z.string(),
  unit: MetricUnit,
  value: z.number(),
  /** The same span before. */
  previous: z.number(),
  /** (value - previous) / previous; null when there was nothing before. */
  deltaRatio: z.number().nullable(),
  /** Where the admin shows the people or things behind the number. */
  link: z.string(),
})
export type Metric = z.output<typeof Metric>

export const TrendDay = z.object({
  day: Day,
  people: z.int(),
  joins: z.int(),
  adds: z.int(),
  claims: z.int(),
  redemptions: z.int(),
  orders: z.int(),
  buyers: z.int(),
  amountFen: z.int(),
  messages: z.int(),
})

export const NeedsLevel = z.enum(['info', 'attention', 'danger'])
export const Need = z.object({ key: z.string(), level: NeedsLevel, text: z.string(), count: z.int(), link: z.string() })
export const Alarm = z.object({
  key: z.string(),
  level: NeedsLevel,
  text: z.string(),
  detail: z.string(),
  since: Instant.nullable(),
  link: z.string(),
})

export const analytics = {
  'overview.get': query({
    access: 'operator',
    input: z.object({ from: Day.optional(), to: Day.optional() }),
    output: z.object({
      from: Day,
      to: Day,
      generatedAt: Instant,
      /** Today so far against yesterday at the same hour. */
      today: z.array(Metric),
      /** The chosen span against the one before. */
      deltas: z.array(Metric),
      trend: z.array(TrendDay),
      /** What waits for a decision. */
      needs: z.array(Need),
      /** What is broken or about to be. */
      alarms: z.array(Alarm),
      totals: z.object({
        people: z.int(),
        members: z.int(),
        reachableBySubscribe: z.int(),
        contacts: z.int(),
        linkedUnionidRatio: z.number(),
      }),
      topStores: z.array(z.object({ storeId: z.int(), name: z.string(), orders: z.int(), amountFen: z.int(), joins: z.int() })),
    }),
    summary: 'What happened since yesterday, what needs me, is anything broken',
  }),
}

export const analyticsErrors = defineErrors({
  'overview.rangeTooLong': { status: 422, zh: '时间范围最多 366 天', en: 'The range is 366 days at most' },
})
