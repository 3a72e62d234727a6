import { contactAdded, contactRemoved } from '../contacts/index.ts'
import { on } from '../core/index.ts'
import { recordTracks } from './record-tracks.ts'

/** Facts of earlier modules that belong on a person's timeline; later modules record their own. */
export const subscribers = [
  on(contactAdded, 'tracking.recordContactAdded', (ctx, { relationId, personId, brandId, staffId, storeId, state, addedAt }) =>
    recordTracks(ctx, brandId, [
      {
        personId,
        name: 'contact_added',
        occurredAt: addedAt,
        messageId: `contact:${relationId}:${addedAt.getTime()}`,
        properties: { staffId: idText(staffId), storeId: idText(storeId), codeId: state || null },
      },
    ]),
  ),
  on(contactRemoved, 'tracking.recordContactRemoved', (ctx, { relationId, personId, brandId, staffId, removedAt, removedBy }) =>
    recordTracks(ctx, brandId, [
      {
        personId,
        name: 'contact_removed',
        occurredAt: removedAt,
        messageId: `contact:${relationId}:${removedAt.getTime()}`,
        properties: { staffId: idText(staffId), by: removedBy },
      },
    ]),
  ),
]

const idText = (id: number | null): string | null => (id === null ? null : String(id))
