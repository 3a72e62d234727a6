import { Instant } from '@banyan/shared'
import { z } from 'zod'
import { event } from '../core/index.ts'

/** What WeCom tells us. It may repeat, come out of order or never: whoever cares re-reads the customer. */

const contact = { corpId: z.string(), userId: z.string(), externalUserId: z.string(), createdAt: Instant }

/**
 * A customer added a staff member. `isHalf`: without waiting for the staff member's consent; the full event follows.
 * The welcome code lives 20 seconds and is used once; null when the platform or another app welcomes already.
 */
export const wecomContactAdded = event(
  'wecom.contactAdded',
  z.object({ ...contact, state: z.string(), welcomeCode: z.string().nullable(), isHalf: z.boolean() }),
)
export const wecomContactEdited = event('wecom.contactEdited', z.object({ ...contact, state: z.string() }))
/** `person`: he deleted the staff member. `isTransfer`: he was handed to another staff member, which is no loss. */
export const wecomContactRemoved = event(
  'wecom.contactRemoved',
  z.object({ ...contact, by: z.enum(['staff', 'person']), isTransfer: z.boolean() }),
)
export const wecomTransferFailed = event('wecom.transferFailed', z.object({ ...contact, reason: z.string() }))
export const wecomTagChanged = event(
  'wecom.tagChanged',
  z.object({ corpId: z.string(), change: z.string(), tagId: z.string(), tagType: z.string(), createdAt: Instant }),
)
/** A member of the directory came, changed (perhaps his userid) or left. */
export const wecomStaffChanged = event(
  'wecom.staffChanged',
  z.object({
    corpId: z.string(),
    change: z.enum(['create', 'update', 'delete']),
    userId: z.string(),
    newUserId: z.string().nullable(),
    createdAt: Instant,
  }),
)
