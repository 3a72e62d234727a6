import { z } from 'zod'
import { event } from '../core/index.ts'

const Difference = z.object({
  brandId: z.int(),
  stageId: z.int(),
  buildId: z.int(),
  /** At most 500; a build with more publishes several. Empty when `isFirst`. */
  personIds: z.array(z.int()),
  /** The first build says only how many there are: nobody is messaged for having been there before. */
  isFirst: z.boolean(),
  /** The first build with changed rules: they moved because the rules did. */
  isNewRules: z.boolean(),
  count: z.int(),
})

export const lifecycleEntered = event('lifecycle.entered', Difference)
export const lifecycleLeft = event('lifecycle.left', Difference)
