import { z } from 'zod'
import { event } from '../core/index.ts'

const Change = z.object({
  tagId: z.int(),
  brandId: z.int().nullable(),
  personIds: z.array(z.int()),
  source: z.string(),
  /** A rule's or a computation's first run: nobody is messaged for having been so before. */
  isFirst: z.boolean().default(false),
})

export const tagPut = event('tag.put', Change)
export const tagTaken = event('tag.taken', Change)
/** What a tag says of people who have it already changed. Not told of numbers, which move by themselves. */
export const tagValueChanged = event(
  'tag.valueChanged',
  z.object({ tagId: z.int(), brandId: z.int().nullable(), personIds: z.array(z.int()), source: z.string() }),
)
