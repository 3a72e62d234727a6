import { type Ctx, Op, refused, row, run, sha256, sql } from '../../core/index.ts'
import { Store } from '../store.ts'
import { Operator } from './operator.ts'
import { Role } from './role.ts'
import { type Session, sessionOf } from './sessions.ts'

type Headers = Record<string, string | undefined>

/**
 * Who is this? A bearer token or an API key becomes a ctx with its scope; neither leaves the caller anonymous. The brand of `X-Brand-Id` narrows the
 * scope. Throws auth.expired for a token that is not (or no longer) ours, access.outOfScope for a brand one may not see.
 */
export async function identify(headers: Headers, ctx: Ctx): Promise<Ctx> {
  return chooseBrand(headers, await signedIn(headers, ctx))
}

/** The first half of `identify`: the caller without the chosen brand. */
export async function signedIn(headers: Headers, ctx: Ctx): Promise<Ctx> {
  const [, token] = /^Bearer\s+([\w-]{20,100})$/i.exec(headers.authorization ?? '') ?? []
  if (token) {
    const session = await sessionOf(token)
    if (!session) throw refused('auth.expired')
    return session.subjectType === 'operator' ? operatorCtx(ctx, session) : sessionCtx(ctx, session)
  }
  if (headers.authorization) throw refused('auth.expired')
  const secret = headers['x-api-key']
  return secret ? apiKeyCtx(ctx, secret) : ctx
}

/** The second half: the brand in whose scope this call runs. */
export function chooseBrand(headers: Headers, ctx: Ctx): Ctx {
  if (ctx.actor.type === 'anonymous' || ctx.actor.type === 'person' || ctx.actor.type === 'staff') return ctx
  const asked = headers['x-brand-id']
  if (asked) {
    const brandId = Number(asked)
    if (!Number.isSafeInteger(brandId) || brandId <= 0)
      throw refused('input.invalid', { field: 'X-Brand-Id', reason: 'not an id' })
    if (ctx.brandIds !== 'all' && !ctx.brandIds.includes(brandId)) throw refused('access.outOfScope')
    return { ...ctx, brandId }
  }
  return ctx.brandIds !== 'all' && ctx.brandIds.length === 1 ? { ...ctx, brandId: ctx.brandIds[0] ?? null } : ctx
}

function sessionCtx(ctx: Ctx, session: Session): Ctx {
  return {
    ...ctx,
    actor: { type: session.subjectType, id: session.subjectId, name: session.name },
    sessionId: session.id,
    brandId: session.brandId,
    brandIds: session.brandIds ?? 'all',
    storeIds: session.subjectType === 'person' ? [] : (session.storeIds ?? 'all'),
    permissions: session.permissions,
    personId: session.subjectType === 'person' ? session.subjectId : null,
    staffId: session.subjectType === 'staff' ? session.subjectId : null,
  }
}

/** Roles and scope are read at each call, so a change holds from the next one. */
async function operatorCtx(ctx: Ctx, session: Session): Promise<Ctx> {
  const operator = await Operator.findByPk(session.subjectId)
  if (!operator?.isActive) throw refused('auth.expired')
  const { permissions, mayReveal } = await rightsOf(operator)
  const { brandIds, storeIds } = await placesOf(operator)
  return {
    ...ctx,
    actor: { type: 'operator', id: operator.id, name: operator.name },
    sessionId: session.id,
    operatorId: operator.id,
    brandIds,
    storeIds,
    permissions,
    mayReveal,
  }
}

/** Who sees single stores sees of their brands what concerns them, and nothing of other brands. */
async function placesOf({ brandIds, storeIds }: Operator): Promise<Pick<Ctx, 'brandIds' | 'storeIds'>> {
  if (storeIds === null) return { brandIds: brandIds ?? 'all', storeIds: 'all' }
  const stores = await Store.findAll({ attributes: ['id', 'brandId'], where: { id: { [Op.in]: storeIds } } })
  const seen = stores.filter(store => brandIds === null || brandIds.includes(store.brandId))
  return { brandIds: [...new Set(seen.map(store => store.brandId))], storeIds: seen.map(store => store.id) }
}

/** What an operator's roles allow together. */
export async function rightsOf(operator: { roleIds: number[] }): Promise<{ permissions: string[]; mayReveal: boolean }> {
  const roles = await Role.findAll({ where: { id: { [Op.in]: operator.roleIds } } })
  return { permissions: [...new Set(roles.flatMap(role => role.permissions))], mayReveal: roles.some(role => role.mayReveal) }
}

const USED_EVERY_MS = 60_000

type Key = {
  id: number
  name: string
  scopes: string[]
  brandIds: number[] | null
  storeId: number | null
  lastUsedAt: Date | null
}
type KeyRow = {
  id: number
  name: string
  scopes: string
  brand_ids: string | null
  store_id: number | null
  last_used_at: Date | null
}

/** Keys are asked for at every call of another system: remembered like sessions. Revoking takes effect here at once, elsewhere within seconds. */
const REMEMBER_MS = 5_000
const keys = new Map<string, { found: Promise<Key | null>; until: number }>()

export function forgetApiKeys(): void {
  keys.clear()
}

/** Many calls of one moment ask once. Nothing is remembered of a secret that is nobody's. */
function keyOf(secretHash: string, at: Date): Promise<Key | null> {
  const known = keys.get(secretHash)
  if (known && known.until > at.getTime()) return known.found
  const found = readKey(secretHash)
  keys.set(secretHash, { found, until: at.getTime() + REMEMBER_MS })
  const forget = () => keys.get(secretHash)?.found === found && keys.delete(secretHash)
  found.then(key => key ?? forget(), forget)
  return found
}

async function readKey(secretHash: string): Promise<Key | null> {
  const stored = await row<KeyRow>(
    sql`SELECT id, name, scopes, brand_ids, store_id, last_used_at FROM api_keys WHERE secret_hash = ${secretHash} AND revoked_at IS NULL`,
  )
  if (!stored) return null
  return {
    id: stored.id,
    name: stored.name,
    scopes: JSON.parse(stored.scopes),
    brandIds: stored.brand_ids ? JSON.parse(stored.brand_ids) : null,
    storeId: stored.store_id,
    lastUsedAt: stored.last_used_at,
  }
}

async function apiKeyCtx(ctx: Ctx, secret: string): Promise<Ctx> {
  const found = await keyOf(sha256(secret), ctx.now)
  if (!found) throw refused('auth.expired')
  if (!found.lastUsedAt || ctx.now.getTime() - found.lastUsedAt.getTime() > USED_EVERY_MS) {
    found.lastUsedAt = ctx.now
    await run(sql`UPDATE api_keys SET last_used_at = ${ctx.now} WHERE id = ${found.id}`)
  }
  return {
    ...ctx,
    actor: { type: 'apiKey', id: found.id, name: found.name },
    brandIds: found.brandIds ?? 'all',
    storeIds: found.storeId === null ? 'all' : [found.storeId],
    permissions: found.scopes,
  }
}
