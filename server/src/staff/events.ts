import { Id } from '@banyan/shared'
import { z } from 'zod'
import { event } from '../core/index.ts'

/** Somebody came, left, went on or off duty, or changed store or caps: who may receive customers has to be decided again. */
export const staffChanged = event(
  'staff.changed',
  z.object({ staffId: Id, corpId: z.string(), change: z.enum(['came', 'left', 'changed']) }),
)
