import { z } from 'zod'
import { event } from '../core/index.ts'

const Difference = z.object({
  segmentId: z.int(),
  buildId: z.int(),
  /** At most 500; a refresh with more publishes several. Empty when `isFirst`. */
  personIds: z.array(z.int()),
  /** The first build says only how many there are: nobody is messaged for having been there before. */
  isFirst: z.boolean(),
  count: z.int(),
})

export const segmentEntered = event('segment.entered', Difference)
/** Another rule than before, its own or that of a segment it refers to. */
export const segmentRuleChanged = event('segment.ruleChanged', z.object({ segmentId: z.int() }))

export const segmentLeft = event('segment.left', Difference)
