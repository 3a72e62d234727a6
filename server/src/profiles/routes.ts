import { profiles } from '@banyan/shared'
import { type Ctx, serve, staffOf } from '../core/index.ts'
import { personByIdentifier, visiblePeople } from '../identity/index.ts'
import { staffByIds } from '../staff/index.ts'
import { findAtDesk } from './find-desk.ts'
import { getProfile } from './get-profile.ts'
import { findPersonRows, listPersonRows } from './person-rows.ts'
import { storeBoard } from './store-board.ts'
import { profileTimeline } from './timeline.ts'

export const routes = serve(profiles, {
  'people.list': listPersonRows,
  'people.find': findPersonRows,
  'profiles.get': getProfile,
  'profiles.ofContact': personOfContact,
  'profiles.timeline': profileTimeline,
  'desk.find': findAtDesk,
  'boards.store': storeBoard,
})

/** The person behind an external_userid of the caller's own corp; null while nobody has told us of him (see contacts.open). */
async function personOfContact(ctx: Ctx, { externalUserId }: { externalUserId: string }): Promise<{ personId: number | null }> {
  const staff = (await staffByIds([staffOf(ctx)], ctx.now)).get(staffOf(ctx))
  const personId = staff ? await personByIdentifier('externalUserid', staff.corpId, externalUserId) : null
  return { personId: personId === null ? null : ((await visiblePeople(ctx, [personId]))[0] ?? null) }
}
