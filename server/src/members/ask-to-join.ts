import type { InputOf, members } from '@banyan/shared'
import { consentOf, giveConsents } from '../consent/index.ts'
import { brandOf, type Ctx, personOf, refused } from '../core/index.ts'
import { canonicalId } from '../identity/index.ts'
import { storeOfId } from '../platform/index.ts'
import { joinMember } from './join-member.ts'
import { memberView } from './read-members.ts'

/** The consumer joins: consents are kept first, privacy must be agreed to; no phone is needed. Throws member.consentNeeded. */
export async function askToJoin(ctx: Ctx, { consents, storeId, liveCodeScene }: InputOf<(typeof members)['members.join']>) {
  const brandId = brandOf(ctx)
  const personId = await canonicalId(personOf(ctx))
  if (consents.length > 0) await giveConsents(ctx, { personId, brandId, answers: consents, source: 'join' })
  const privacy = await consentOf([personId], brandId, 'privacy', 'any')
  if (privacy.get(personId) !== 'granted') throw refused('member.consentNeeded', { field: 'consents' })
  const store = storeId === undefined ? null : await storeOfId(storeId)
  if (storeId !== undefined && store?.brandId !== brandId)
    throw refused('input.invalid', { field: 'storeId', reason: 'a store of this brand' })
  const scene = liveCodeScene || null
  const { member, isNew, joinPoints } = await joinMember(ctx, brandId, {
    personId,
    channel: scene ? 'liveCode' : 'miniProgram',
    scene,
    storeId: store?.id ?? null,
  })
  return { member: await memberView(member), isNew, joinPoints }
}
