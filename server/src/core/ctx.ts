import { now } from './clock.ts'
import { refused } from './errors.ts'
import type { Language } from './language.ts'
import { randomPart } from './random.ts'

export type ActorType = 'operator' | 'staff' | 'person' | 'apiKey' | 'system' | 'anonymous'
export type Actor = { type: ActorType; id: number | null; name: string }

/** Who asks, for which brand, and when. First parameter of every action; never changed by one. */
export type Ctx = {
  requestId: string
  now: Date
  /** From where the call comes; null for our own work. */
  address: string | null
  actor: Actor
  /** The brand in whose scope the call runs; null is the whole group. */
  brandId: number | null
  brandIds: number[] | 'all'
  storeIds: number[] | 'all'
  personId: number | null
  staffId: number | null
  operatorId: number | null
  /** Endpoint names, `coupons.*` and `*` are wildcards. */
  permissions: readonly string[]
  /** May see phones and openids in full when asking for them one by one. */
  mayReveal: boolean
  idempotencyKey: string | null
  sessionId: number | null
  /** In which language the caller reads what the server writes. */
  language: Language
}

/** Our own work: subscribers, jobs, callbacks. Sees the brand it works for, or everything. */
export function systemCtx(of: { brandId?: number | null; now?: Date; name?: string; requestId?: string } = {}): Ctx {
  const brandId = of.brandId ?? null
  return {
    requestId: of.requestId ?? newRequestId(),
    now: of.now ?? now(),
    address: null,
    actor: { type: 'system', id: null, name: of.name ?? 'system' },
    brandId,
    brandIds: brandId === null ? 'all' : [brandId],
    storeIds: 'all',
    personId: null,
    staffId: null,
    operatorId: null,
    permissions: ['*'],
    mayReveal: false,
    idempotencyKey: null,
    sessionId: null,
    language: 'zh',
  }
}

/** A caller of whom nothing is known yet. */
export function anonymousCtx(requestId: string): Ctx {
  return {
    ...systemCtx({ requestId }),
    actor: { type: 'anonymous', id: null, name: '' },
    brandIds: [],
    storeIds: [],
    permissions: [],
  }
}

export function newRequestId(): string {
  return randomPart(9).toString('base64url')
}

/** The person of this session. Throws access.signedOut. */
export function personOf(ctx: Ctx): number {
  if (ctx.personId === null) throw refused('access.signedOut')
  return ctx.personId
}

/** The staff member of this session. Throws access.signedOut. */
export function staffOf(ctx: Ctx): number {
  if (ctx.staffId === null) throw refused('access.signedOut')
  return ctx.staffId
}

/** The brand this call is about. Throws input.invalid on brandId when none was chosen. */
export function brandOf(ctx: Ctx): number {
  if (ctx.brandId === null) throw refused('input.invalid', { field: 'brandId', reason: 'required' })
  return ctx.brandId
}

export function canSeeBrand(ctx: Ctx, brandId: number | null): boolean {
  if (ctx.brandId !== null && brandId !== null && ctx.brandId !== brandId) return false
  if (ctx.brandIds === 'all') return true
  return brandId !== null && ctx.brandIds.includes(brandId)
}

/** Throws access.outOfScope. */
export function mustSeeBrand(ctx: Ctx, brandId: number | null): void {
  if (!canSeeBrand(ctx, brandId)) throw refused('access.outOfScope')
}

/** The brands a list must be limited to: null when the caller sees the whole group and chose no brand. */
export function brandScope(ctx: Ctx): number[] | null {
  if (ctx.brandId !== null) return [ctx.brandId]
  return ctx.brandIds === 'all' ? null : ctx.brandIds
}

/**
 * The stores whose people, purchases and sends alone an operator sees; null when his brands' stores are all his. Staff are limited in where
 * they work, not in whom they serve: whoever comes in is found.
 */
export function storeScope(ctx: Pick<Ctx, 'actor' | 'storeIds'>): number[] | null {
  return ctx.actor.type === 'operator' && ctx.storeIds !== 'all' ? ctx.storeIds : null
}

export function canSeeStore(ctx: Ctx, storeId: number): boolean {
  return ctx.storeIds === 'all' || ctx.storeIds.includes(storeId)
}

/** Does a permission list allow this endpoint? */
export function isAllowed(permissions: readonly string[], name: string): boolean {
  const dot = name.indexOf('.')
  const family = `${name.slice(0, dot)}.*`
  return permissions.some(granted => granted === '*' || granted === name || granted === family)
}

export function maySee(ctx: Ctx, permission: string): boolean {
  return isAllowed(ctx.permissions, permission)
}
