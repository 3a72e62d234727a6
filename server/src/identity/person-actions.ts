import type { InputOf, identity } from '@banyan/shared'
import { type Ctx, forbidden } from '../core/index.ts'
import { noteDecisions } from './decisions.ts'
import { briefOf, homesOf, identifiersOf, mustSeePerson } from './people.ts'
import { type Profile, rememberProfiles } from './profile-fields.ts'

export async function getPerson(ctx: Ctx, { personId }: { personId: number }) {
  return briefOf(await mustSeePerson(ctx, personId))
}

/** Writes what somebody knows about a person; the field's rule decides what is shown. `null` or '' takes a value of this source back. */
export async function updateProfile(ctx: Ctx, personId: number, profile: Profile, source: string): Promise<void> {
  await rememberProfiles(ctx, [{ personId, homeId: personId, profile, at: ctx.now, source }])
}

export async function updatePerson(ctx: Ctx, { personId, profile }: InputOf<(typeof identity)['people.update']>) {
  const id = await mustSeePerson(ctx, personId)
  await updateProfile(ctx, id, profile, ctx.actor.type)
  await noteDecisions(ctx, [{ kind: 'edited', personId: id, note: Object.keys(profile).join('、') }])
  return briefOf(id)
}

/** An identifier in clear, for whom the role allows; asking is kept in the person's history and in the audit. */
export async function revealPerson(ctx: Ctx, { personId, field }: InputOf<(typeof identity)['people.reveal']>) {
  if (!ctx.mayReveal) throw forbidden({ permission: 'people.reveal' })
  const id = await mustSeePerson(ctx, personId)
  const held = await identifiersOf(id, field)
  await noteDecisions(ctx, [{ kind: 'revealed', personId: id, types: [field] }])
  return { values: held.map(one => ({ type: one.type, scope: one.scope, value: one.value })) }
}

export { homesOf }
