import { z } from 'zod'
import { event } from '../core/index.ts'

/** A batch of tracks is in ClickHouse: what was done, and by whom (canonical ids). Rules that name these tracks may have changed for these people. */
export const tracksStored = event(
  'tracks.stored',
  z.object({ brandId: z.int().nullable(), names: z.array(z.string()), personIds: z.array(z.int()) }),
)
