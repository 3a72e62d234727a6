import { z } from 'zod'
import { event } from '../core/index.ts'

/** Facts of these people are in ClickHouse; rules that read one of `reads` (`fact:points`, `tag:3`) may have changed for them. `brandId` null: in every brand. */
export const factsChanged = event(
  'facts.changed',
  z.object({ brandId: z.int().nullable(), reads: z.array(z.string()), personIds: z.array(z.int()) }),
)
