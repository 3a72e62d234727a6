import type { ClientKey, InputOf, tracking } from '@banyan/shared'
import {
  afterCommit,
  brandScope,
  type Ctx,
  insertOne,
  mustSeeBrand,
  notFound,
  randomToken,
  row,
  rows,
  run,
  sha256,
  sql,
} from '../core/index.ts'

const KEYS_MAX = 500

type Row = {
  id: number
  brand_id: number
  name: string
  prefix: string
  app_id: string
  created_at: Date
  last_used_at: Date | null
  revoked_at: Date | null
}

export async function listClientKeys(ctx: Ctx): Promise<ClientKey[]> {
  const brands = brandScope(ctx)
  const found = await rows<Row>(
    sql`SELECT * FROM client_keys WHERE ${brands ? sql`brand_id IN (${brands})` : sql`1 = 1`} ORDER BY id DESC LIMIT ${KEYS_MAX}`,
  )
  return found.map(view)
}

/** A key for the pages and apps of one brand. It is public by nature; we keep its hash, and show it once, so that it is known where it went. */
export async function createClientKey(ctx: Ctx, { brandId, name, appId }: InputOf<(typeof tracking)['clientKeys.create']>) {
  mustSeeBrand(ctx, brandId)
  const key = `ck_${randomToken(24)}`
  const id = await insertOne('client_keys', {
    brandId,
    name,
    appId,
    prefix: key.slice(0, 9),
    keyHash: sha256(key),
    createdAt: ctx.now,
  })
  return { clientKey: await clientKeyOf(ctx, id), key }
}

export async function revokeClientKey(ctx: Ctx, { clientKeyId }: { clientKeyId: number }): Promise<ClientKey> {
  const found = await clientKeyOf(ctx, clientKeyId)
  if (!found.revokedAt) await run(sql`UPDATE client_keys SET revoked_at = ${ctx.now} WHERE id = ${clientKeyId}`)
  afterCommit(() => known.clear())
  return clientKeyOf(ctx, clientKeyId)
}

async function clientKeyOf(ctx: Ctx, id: number): Promise<ClientKey> {
  const found = await row<Row>(sql`SELECT * FROM client_keys WHERE id = ${id}`)
  const brands = brandScope(ctx)
  if (!found || (brands && !brands.includes(Number(found.brand_id)))) throw notFound('clientKey', id)
  return view(found)
}

export type ClientKeyFacts = { id: number; brandId: number; appId: string; name: string; lastUsedAt: Date | null }

/** Remembered like API keys: revoking takes effect here at once, elsewhere within seconds. What is nobody's is not remembered. */
const REMEMBER_MS = 5_000
const REMEMBER_MAX = 1_000
const USED_EVERY_MS = 60_000
const known = new Map<string, { facts: ClientKeyFacts; until: number }>()

/** The live key that this text is, or null; notes that it was used. */
export async function openClientKey(key: string, at: Date): Promise<ClientKeyFacts | null> {
  const keyHash = sha256(key)
  const remembered = known.get(keyHash)
  const facts = remembered && remembered.until > at.getTime() ? remembered.facts : await readKey(keyHash)
  if (!facts) return null
  if (facts !== remembered?.facts) {
    if (known.size >= REMEMBER_MAX) known.clear()
    known.set(keyHash, { facts, until: at.getTime() + REMEMBER_MS })
  }
  if (!facts.lastUsedAt || at.getTime() - facts.lastUsedAt.getTime() > USED_EVERY_MS) {
    facts.lastUsedAt = at
    await run(sql`UPDATE client_keys SET last_used_at = ${at} WHERE id = ${facts.id}`)
  }
  return facts
}

async function readKey(keyHash: string): Promise<ClientKeyFacts | null> {
  const found = await row<Row>(sql`SELECT * FROM client_keys WHERE key_hash = ${keyHash} AND revoked_at IS NULL`)
  return found
    ? {
        id: Number(found.id),
        brandId: Number(found.brand_id),
        appId: found.app_id,
        name: found.name,
        lastUsedAt: found.last_used_at,
      }
    : null
}

function view(found: Row): ClientKey {
  return {
    id: Number(found.id),
    brandId: Number(found.brand_id),
    name: found.name,
    prefix: found.prefix,
    appId: found.app_id,
    createdAt: found.created_at,
    lastUsedAt: found.last_used_at,
    revokedAt: found.revoked_at,
  }
}
