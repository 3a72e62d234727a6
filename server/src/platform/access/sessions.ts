import {
  addMs,
  afterCommit,
  type Ctx,
  insertOne,
  now,
  randomToken,
  rows,
  run,
  sha256,
  sql,
  withoutTransaction,
} from '../../core/index.ts'
import { gather } from '../gather.ts'

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
const remembered = new Map<string, { session: Session; until: number }>()

export function forgetSessions(): void {
  remembered.clear()
}

/** The live session of a token, or null. What is nobody's is not remembered: made-up tokens would push out those of people. */
export async function sessionOf(token: string): Promise<Session | null> {
  const tokenHash = sha256(token)
  const at = now()
  const known = remembered.get(tokenHash)
  const session = known && known.until > at.getTime() ? known.session : await readSession(tokenHash)
  if (session && known?.session !== session) {
    if (remembered.size >= REMEMBER_MAX) remembered.clear()
    remembered.set(tokenHash, { session, until: at.getTime() + REMEMBER_MS })
  }
  return session && session.expiresAt > at ? session : null
}

type SessionRow = {
  token_hash: string
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

/** A crowd arrives with a token each: those of one moment are read with one statement. */
const readSession = gather<string, Session | null>(0, 200, async tokenHashes => {
  const found = await withoutTransaction(() =>
    rows<SessionRow>(
      sql`SELECT token_hash, id, subject_type, subject_id, name, brand_id, brand_ids, store_ids, permissions, expires_at FROM sessions WHERE token_hash IN (${tokenHashes}) AND ended_at IS NULL`,
    ),
  )
  const byHash = new Map(found.map(one => [one.token_hash, one]))
  return tokenHashes.map(tokenHash => sessionFrom(byHash.get(tokenHash)))
})

function sessionFrom(found: SessionRow | undefined): Session | null {
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
