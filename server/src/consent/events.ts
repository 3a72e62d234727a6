import { ConsentChannel, ConsentPurpose } from '@banyan/shared'
import { z } from 'zod'
import { event } from '../core/index.ts'

/** Somebody agreed to something or took it back. */
export const consentChanged = event(
  'consent.changed',
  z.object({
    personId: z.int().positive(),
    brandId: z.int().positive(),
    purpose: ConsentPurpose,
    channel: ConsentChannel,
    isGranted: z.boolean(),
  }),
)
