import { Id, Instant } from '@banyan/shared'
import { z } from 'zod'
import { event } from '../core/index.ts'

const relation = {
  relationId: Id,
  personId: Id,
  staffId: Id.nullable(),
  storeId: Id.nullable(),
  brandId: Id.nullable(),
  corpId: z.string(),
  userId: z.string(),
  externalUserId: z.string(),
  /** Which live code, at the time of adding; '' when none. */
  state: z.string(),
}

/** A customer and a staff member are connected, and who he is is known. Once per adding; also for those found by the nightly reconcile. */
export const contactAdded = event(
  'contact.added',
  z.object({
    ...relation,
    addedAt: Instant,
    isNewPerson: z.boolean(),
    /** They were connected before and had parted. */
    isReturning: z.boolean(),
    source: z.enum(['callback', 'reconcile', 'sidebar']),
  }),
)

/** They parted. `transfer` is no loss: another staff member has him now. */
export const contactRemoved = event(
  'contact.removed',
  z.object({ ...relation, addedAt: Instant, removedAt: Instant, removedBy: z.enum(['staff', 'person', 'transfer', 'unknown']) }),
)

/** The corp tags of a relation are others than we knew, or it is another person's now; also after what we marked ourselves. */
export const contactTagsChanged = event('contact.tagsChanged', z.object({ relationId: Id, personId: Id, corpId: z.string() }))
