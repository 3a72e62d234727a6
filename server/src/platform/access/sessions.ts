import { addMs, afterCommit, type Ctx, insertOne, now, randomToken, row, run, sha256, sql } from '../../core/index.ts'

export type SubjectType = 'operator' | 'staff' | 'person'
export type Session = {
  id: number
  subjectType: SubjectType
  subjectId: number
  name: string
  brandId: number | null
  brandIds: number[] | null
  storeIds: number[] | null
  permissions: string[]
  expiresAt: Date
}

/** How long a sign-in lasts: an operator's working day, a shop's shift week, a consumer's month. */
const LIFETIME_MS: Record<SubjectType, number> = { operator: 12 * 3600_000, staff: 7 * 86_400_000, person: 30 * 86_400_000 }

/**
 * Signs somebody in. The token is shown to the caller only; we keep its hash. `brandId` is the brand in which a person or staff member acts,
 * `storeIds` limits staff to their stores. Operators' rights are read from their roles at each call instead.
 */
export async function openSession(
  ctx: Ctx,
  of: {
    type: SubjectType
    id: number
    name?: string
    brandId?: number | null
    brandIds?: number[] | null
    storeIds?: number[] | null
    permissions?: string[]
  },
): Promise<{ token: string; expiresAt: Date }> {
  const token = randomToken(32)
  const expiresAt = addMs(ctx.now, LIFETIME_MS[of.type])
  await insertOne('sessions', {
    tokenHash: sha256(token),
    subjectType: of.type,
    subjectId: of.id,
    homeId: of.id,
    name: (of.name ?? '').slice(0, 64),
    brandId: of.brandId ?? null,
    brandIds: of.brandIds ? JSON.stringify(of.brandIds) : of.brandId ? JSON.stringify([of.brandId]) : null,
    storeIds: of.storeIds ? JSON.stringify(of.storeIds) : null,
    permissions: JSON.stringify(of.permissions ?? []),
    createdAt: ctx.now,
    expiresAt,
  })
  return { token, expiresAt }
}

/** Ends one session (sign out). */
export async function endSession(ctx: Ctx, sessionId: number): Promise<void> {
  await run(sql`UPDATE sessions SET ended_at = ${ctx.now} WHERE id = ${sessionId} AND ended_at IS NULL`)
  afterCommit(forgetSessions)
}

/** Ends all sessions of somebody, but one: a changed password, a disabled operator, a staff member who left or changed store. */
export async function endSessionsOf(
  ctx: Ctx,
  type: SubjectType,
  id: number,
  exceptSessionId: number | null = null,
): Promise<void> {
  await run(
    sql`UPDATE sessions SET ended_at = ${ctx.now} WHERE subject_type = ${type} AND subject_id = ${id} AND ended_at IS NULL AND id <> ${exceptSessionId ?? 0}`,
  )
  afterCommit(forgetSessions)
}

/**
 * Sessions are asked for at every call, so each process remembers them for a few seconds. Ending one takes effect here at once, in
 * other processes within that time.
 */
const REMEMBER_MS = 5_000
const REMEMBER_MAX = 20_000
const remembered = new Map<string, { session: Session | null; until: number }>()

export function forgetSessions(): void {
  remembered.clear()
}

/** The live session of a token, or null. */
export async function sessionOf(token: string): Promise<Session | null> {
  const tokenHash = sha256(token)
  const at = now()
  const known = remembered.get(tokenHash)
  const session = known && known.until > at.getTime() ? known.session : await readSession(tokenHash)
  if (!known || known.session !== session) {
    if (remembered.size >= REMEMBER_MAX) remembered.clear()
    remembered.set(tokenHash, { session, until: at.getTime() + REMEMBER_MS })
  }
  return session && session.expiresAt > at ? session : null
}

type SessionRow = {
  id: number
  subject_type: SubjectType
  subject_id: number
  name: string
  brand_id: number | null
  brand_ids: string | null
  store_ids: string | null
  permissions: string
  expires_at: Date
}

async function readSession(tokenHash: string): Promise<Session | null> {
  const found = await row<SessionRow>(
    sql`SELECT id, subject_type, subject_id, name, brand_id, brand_ids, store_ids, permissions, expires_at FROM sessions WHERE token_hash = ${tokenHash} AND ended_at IS NULL`,
  )
  if (!found) return null
  return {
    id: found.id,
    subjectType: found.subject_type,
    subjectId: found.subject_id,
    name: found.name,
    brandId: found.brand_id,
    brandIds: found.brand_ids ? JSON.parse(found.brand_ids) : null,
    storeIds: found.store_ids ? JSON.parse(found.store_ids) : null,
    permissions: JSON.parse(found.permissions),
    expiresAt: found.expires_at,
  }
}
