import { bulkInsert, type Ctx, publish, rows, sql, transaction } from '../core/index.ts'
import { groupBy } from '../identity/index.ts'
import { liveCodeTouched } from './events.ts'

/** When a code brought a person: scanned, added a staff member, followed. First and last channel are read from these rows. */
export type Touch = {
  key: string
  codeId: number
  staffId: number | null
  brandId: number
  personId: number
  openid: string | null
  kind: 'scan' | 'add' | 'follow' | 'join'
  at: Date
}

/** Writes touches down; a repeat of the same key writes nothing. Answers how many were new. */
export function noteTouches(ctx: Ctx, touches: readonly Touch[]): Promise<number> {
  return transaction(async () => {
    const count = await bulkInsert('live_code_touches', touches, { onDuplicate: 'ignore' })
    if (count > 0) await publish(ctx, liveCodeTouched, { personIds: [...new Set(touches.map(one => one.personId))] })
    return count
  })
}

export type LastTouch = { personId: number; codeId: number; staffId: number | null; at: Date }

/** How long a code may claim what a person does afterwards. */
export const CREDIT_DAYS = 30
const CREDIT_MS = CREDIT_DAYS * 86_400_000

/** The last code that had brought each person to this brand by the moment given, not longer before it than the credit lasts; in the order asked. */
export async function lastTouches(
  asked: readonly { personId: number; at: Date }[],
  brandId: number,
): Promise<(LastTouch | null)[]> {
  if (asked.length === 0) return []
  const times = asked.map(one => one.at.getTime())
  const since = new Date(Math.min(...times) - CREDIT_MS)
  type Row = { person_id: number; code_id: number; staff_id: number | null; at: Date }
  const found = await rows<Row>(
    sql`SELECT person_id, code_id, staff_id, at FROM live_code_touches WHERE person_id IN ${[...new Set(asked.map(one => one.personId))]} AND brand_id = ${brandId} AND at >= ${since} AND at <= ${new Date(Math.max(...times))} ORDER BY at, id`,
  )
  const touches = groupBy(
    found.map(row => ({ personId: Number(row.person_id), codeId: row.code_id, staffId: row.staff_id, at: new Date(row.at) })),
    one => one.personId,
  )
  return asked.map(({ personId, at }) => {
    const earlier = touches.get(personId)?.filter(one => one.at <= at && at.getTime() - one.at.getTime() <= CREDIT_MS)
    return earlier?.at(-1) ?? null
  })
}

/** The touch by which a follower came, for his unfollowing. */
export async function lastTouchOfOpenid(openid: string): Promise<(LastTouch & { brandId: number }) | null> {
  type Row = { person_id: number; code_id: number; staff_id: number | null; at: Date; brand_id: number }
  const [row] = await rows<Row>(
    sql`SELECT person_id, code_id, staff_id, at, brand_id FROM live_code_touches WHERE openid = ${openid} AND kind = 'follow' ORDER BY at DESC, id DESC LIMIT 1`,
  )
  return row
    ? { personId: row.person_id, codeId: row.code_id, staffId: row.staff_id, at: new Date(row.at), brandId: row.brand_id }
    : null
}

export type Attribution = {
  brandId: number
  first: { codeId: number; name: string; channel: string; at: Date }
  last: { codeId: number; name: string; channel: string; at: Date }
}

/** First and last code per brand. Merged people have the touches of both. */
export async function attributionsOf(personId: number): Promise<Attribution[]> {
  return (await attributionsOfMany([personId])).get(personId) ?? []
}

const PEOPLE_AT_ONCE = 500

/** The same for many people, with one query per 500. */
export async function attributionsOfMany(personIds: readonly number[]): Promise<Map<number, Attribution[]>> {
  type Row = { person_id: number; brand_id: number; code_id: number; at: Date; name: string; channel: string }
  const found = new Map<number, Attribution[]>()
  const unique = [...new Set(personIds)]
  for (let from = 0; from < unique.length; from += PEOPLE_AT_ONCE) {
    const touches = await rows<Row>(
      sql`SELECT t.person_id, t.brand_id, t.code_id, t.at, c.name, c.channel FROM live_code_touches t JOIN live_codes c ON c.id = t.code_id WHERE t.person_id IN ${unique.slice(from, from + PEOPLE_AT_ONCE)} ORDER BY t.at, t.id`,
    )
    for (const row of touches) {
      const touch = { codeId: row.code_id, name: row.name, channel: row.channel, at: new Date(row.at) }
      const brands = found.get(row.person_id) ?? []
      const known = brands.find(one => one.brandId === row.brand_id)
      if (known) known.last = touch
      else brands.push({ brandId: row.brand_id, first: touch, last: touch })
      found.set(row.person_id, brands)
    }
  }
  return found
}
