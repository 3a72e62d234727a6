import { type Ctx, now, orderSql, rows, type Sql, sql } from '../core/index.ts'
import { withoutGuessing } from './from-outside.ts'
import { keyOf, tailHashOf } from './identifier.ts'
import { rulebook } from './identifier-types.ts'
import { phoneOf as asPhone, normalise } from './normalise.ts'
import { canonicalId, countInScope, inScope, visiblePeople } from './people.ts'

export type FoundBy = 'identifier' | 'phoneTail' | 'name' | 'personId'

/**
 * People by what somebody typed: any identifier whole, the last four digits of a phone, the beginning of a name, or `#id`. Only people
 * of the caller's brands; at most `limit`. Throws rate.limited for too many phones that nobody has.
 */
export async function findPeople(ctx: Ctx, q: string, limit = 10): Promise<{ personIds: number[]; matchedBy: FoundBy | null }> {
  const text = q.trim()
  const attempts: [FoundBy, () => Promise<number[]>][] = [
    ['identifier', () => ofIdentifier(ctx, text, limit)],
    ['phoneTail', () => byPhoneTail(ctx, text, limit)],
    ['personId', () => byId(text)],
    ['name', () => byName(ctx, text, limit)],
  ]
  for (const [matchedBy, find] of attempts) {
    const personIds = await visiblePeople(ctx, [...new Set(await find())])
    if (personIds.length > 0) return { personIds: personIds.slice(0, limit), matchedBy }
  }
  return { personIds: [], matchedBy: null }
}

/**
 * The same words as SQL that selects person ids, for a list to look in: `person_id IN (...)`. Whoever has this identifier or id, else everybody
 * whose phone ends so or in whose name it is. It has no limit and no scope of its own: the list says both.
 */
export async function peopleMeant(ctx: Ctx, q: string): Promise<Sql> {
  const text = q.trim()
  const exact = [...(await ofIdentifier(ctx, text, EXACT_MAX)), ...(await visiblePeople(ctx, await byId(text)))]
  if (exact.length > 0) return sql`SELECT id FROM people WHERE id IN (${exact})`
  const named = sql`SELECT id FROM people WHERE name LIKE ${`%${text.replace(/[!%_]/g, '!$&')}%`} ESCAPE '!' AND merged_into_id IS NULL`
  return /^\d{4}$/.test(text)
    ? sql`${named} UNION SELECT person_id FROM identifiers WHERE tail_hash = ${tailHashOf(text)} AND person_id > 0`
    : named
}

const EXACT_MAX = 50

/** Whom the caller may see of those who hold it. */
function ofIdentifier(ctx: Ctx, text: string, limit: number): Promise<number[]> {
  return withoutGuessing(
    ctx,
    text,
    async () => visiblePeople(ctx, await byIdentifier(text, limit)),
    seen => seen.length > 0,
  )
}

/** The person of a whole phone; null for one whom the caller may not see, as for a phone that nobody has. Throws rate.limited. */
export function personOfPhone(ctx: Ctx, phone: string): Promise<number | null> {
  const look = async () => {
    const found = await personByIdentifier('phone', '', phone)
    const [seen] = found === null ? [] : await visiblePeople(ctx, [found])
    return seen ?? null
  }
  return withoutGuessing(ctx, phone, look, seen => seen !== null)
}

async function byIdentifier(text: string, limit: number): Promise<number[]> {
  if (text.length < 5) return []
  const keys: string[] = []
  for (const { type, scope } of await scopesInUse()) {
    // A number that cannot be a phone is not looked for as one.
    if (type === 'phone' && asPhone(text) === null) continue
    const read = normalise(type, text)
    if ('value' in read) keys.push(keyOf(type, scope, read.value))
  }
  if (keys.length === 0) return []
  return (
    await rows<{ person_id: number }>(
      sql`SELECT DISTINCT person_id FROM identifiers WHERE key_hash IN (${keys}) AND person_id > 0 LIMIT ${limit}`,
    )
  ).map(row => Number(row.person_id))
}

/** Of one known type and scope: the person, or null. */
export async function personByIdentifier(type: string, scope: string, value: string): Promise<number | null> {
  const read = normalise(type, value, (await rulebook()).blocks)
  if (!('value' in read)) return null
  const [found] = await rows<{ person_id: number }>(
    sql`SELECT person_id FROM identifiers WHERE key_hash = ${keyOf(type, scope, read.value)} AND person_id > 0`,
  )
  return found ? Number(found.person_id) : null
}

async function byPhoneTail(ctx: Ctx, text: string, limit: number): Promise<number[]> {
  if (!/^\d{4}$/.test(text)) return []
  const found = await rows<{ person_id: number }>(
    sql`SELECT DISTINCT i.person_id FROM identifiers i WHERE i.tail_hash = ${tailHashOf(text)} AND ${inScope(ctx, sql`i.person_id`)} ORDER BY i.person_id DESC LIMIT ${limit}`,
  )
  return found.map(row => Number(row.person_id))
}

async function byId(text: string): Promise<number[]> {
  return /^#\d{1,15}$/.test(text) ? [await canonicalId(Number(text.slice(1)))] : []
}

/** From the beginning of the name, which an index answers; anywhere in it only when that finds nobody. */
async function byName(ctx: Ctx, text: string, limit: number): Promise<number[]> {
  const escaped = text.replace(/[!%_]/g, '!$&')
  for (const pattern of [`${escaped}%`, ...(text.length >= 2 ? [`%${escaped}%`] : [])]) {
    const found = await rows<{ id: number }>(
      sql`SELECT id FROM people WHERE name LIKE ${pattern} ESCAPE '!' AND merged_into_id IS NULL AND ${inScope(ctx, sql`people.id`)} ORDER BY last_seen_at DESC, id DESC LIMIT ${limit}`,
    )
    if (found.length > 0) return found.map(row => Number(row.id))
  }
  return []
}

const SCOPES_STALE_MS = 30_000
let scopes: { list: { type: string; scope: string }[]; atMs: number } | null = null

/** The (type, scope) pairs in use: a few dozen, read from the beginning of an index. */
export async function scopesInUse(): Promise<{ type: string; scope: string }[]> {
  const atMs = now().getTime()
  if (scopes && Math.abs(atMs - scopes.atMs) < SCOPES_STALE_MS && scopes.list.length > 0) return scopes.list
  const list = await rows<{ type: string; scope: string }>(
    sql`SELECT type, scope FROM identifiers GROUP BY type, scope LIMIT 500`,
  )
  scopes = { list, atMs }
  return list
}

/** One page of the caller's people, newest seen first unless told otherwise. */
export async function listPeople(
  ctx: Ctx,
  page: {
    page: number
    pageSize: number
    sort?: string | undefined
    source?: string | undefined
    identifierType?: string | undefined
    /** A further condition on `people.id`, written by a later module. */
    filter?: Sql
  },
): Promise<{ personIds: number[]; total: number }> {
  const narrowed = [
    ...(page.source ? [sql`first_source = ${page.source}`] : []),
    ...(page.filter ? [page.filter] : []),
    ...(page.identifierType
      ? [sql`EXISTS (SELECT 1 FROM identifiers i WHERE i.person_id = people.id AND i.type = ${page.identifierType})`]
      : []),
  ]
  const where = sql.and([sql`merged_into_id IS NULL`, inScope(ctx, sql`people.id`), ...narrowed])
  const total = narrowed.length === 0 ? await countInScope(ctx) : await countWhere(where)
  const found = await rows<{ id: number }>(
    sql`SELECT id FROM people WHERE ${where} ORDER BY ${orderSql(page.sort, SORTS, '-lastSeenAt')}, id DESC LIMIT ${page.pageSize} OFFSET ${(page.page - 1) * page.pageSize}`,
  )
  return { personIds: found.map(row => Number(row.id)), total }
}

async function countWhere(where: Sql): Promise<number> {
  const [counted] = await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM people WHERE ${where}`)
  return Number(counted?.n ?? 0)
}

const SORTS = { createdAt: 'created_at', lastSeenAt: 'last_seen_at', name: 'name', id: 'id' }
