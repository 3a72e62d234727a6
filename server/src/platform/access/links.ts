import type { Access } from '@banyan/shared'
import { type Ctx, forbidden, isAllowed, type Link, refused, storeScope } from '../../core/index.ts'
import { recordRefusal } from '../audit/audit.ts'
import { chooseBrand, signedIn } from './identify.ts'
import { countSession, countStranger } from './rate.ts'
import { limitSignIns } from './sign-in.ts'
import { isOfWholeBrands } from './whole-brands.ts'

/** Link: who calls. A public endpoint answers also to a token that has ended: one must be able to sign in again. */
export const session: Link = async (call, next) => {
  const isPublic = call.route.endpoint.access.includes('public')
  call.ctx = await signedIn(call.headers, call.ctx).catch(error => {
    countStranger(call)
    if (isPublic) return call.ctx
    throw error
  })
  if (call.ctx.sessionId !== null) countSession(call)
  return next()
}

/** Link: the brand in whose scope the call runs. */
export const brandScope: Link = async (call, next) => {
  call.ctx = chooseBrand(call.headers, call.ctx)
  return next()
}

/** Link: may this kind of caller, with these permissions, call this name? Refusals of known callers are audited. */
export const access: Link = async (call, next) => {
  const refusal = whyNot(call.ctx, call.route.name, call.route.endpoint.access)
  if (refusal) {
    await recordRefusal(call, refusal)
    throw refusal
  }
  if (call.route.name === 'auth.signIn') await limitSignIns(call.ip)
  return next()
}

/** Names that belong to being signed in, whatever the roles say. */
const OWN = new Set(['auth.me', 'auth.signOut', 'auth.changePassword'])

/** Why this caller may not call this name, or null when he may. Staff and persons are limited by their session, operators and keys by permissions. */
export function whyNot(ctx: Pick<Ctx, 'actor' | 'permissions' | 'storeIds'>, name: string, allowed: readonly Access[]) {
  if (allowed.includes('public')) return null
  const { type } = ctx.actor
  if (type === 'anonymous') return refused('access.signedOut')
  if (!(allowed as readonly string[]).includes(type)) return forbidden({ permission: name })
  const needsPermission = type === 'operator' || type === 'apiKey'
  if (needsPermission && !OWN.has(name) && !isAllowed(ctx.permissions, name)) return forbidden({ permission: name })
  if (storeScope(ctx) !== null && isOfWholeBrands(name)) return forbidden({ permission: name, reason: 'needs whole brands' })
  return null
}
