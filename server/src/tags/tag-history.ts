import type { InputOf, TagChange, tags } from '@banyan/shared'
import { brandScope, type Ctx, row, rows, sql } from '../core/index.ts'
import { briefsOf, mustSeePerson } from '../identity/index.ts'
import { titlesOf } from '../subjects/index.ts'
import { holdersSeen } from './holders.ts'
import { tagOfId } from './tag.ts'
import { whyOf } from './tags-of.ts'

type Found = {
  id: number
  tag_id: number
  name: string
  type_id: number
  person_id: number
  is_on: number
  value: string | null
  source: string
  done_by: string
  why: string
  zh: string | null
  en: string | null
  at: Date
}

/** Who put a tag on and took it off, newest first; of tags that are gone too. Throws thing.notFound for a tag or a person whom the caller may not see. */
export async function tagHistory(ctx: Ctx, { tagId, personId, page, pageSize }: InputOf<(typeof tags)['tags.history']>) {
  if (tagId !== undefined) await tagOfId(ctx, tagId)
  const brands = brandScope(ctx)
  const where = sql.and([
    holdersSeen(ctx, sql`h.person_id`),
    ...(brands ? [sql`tags.brand_id IN (${[0, ...brands]})`] : []),
    ...(tagId === undefined ? [] : [sql`h.tag_id = ${tagId}`]),
    ...(personId === undefined ? [] : [sql`h.person_id = ${await mustSeePerson(ctx, personId)}`]),
  ])
  const found = await rows<Found>(
    sql`SELECT h.id, h.tag_id, tags.name, tags.type_id, h.person_id, h.is_on, h.value, h.source, h.done_by, h.why, r.zh, r.en, h.at
      FROM tag_history h JOIN tags ON tags.id = h.tag_id LEFT JOIN tag_reasons r ON r.id = h.reason_id
      WHERE ${where} ORDER BY h.id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
  )
  const counted = await row<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM tag_history h JOIN tags ON tags.id = h.tag_id WHERE ${where}`,
  )
  const names = await holderNames(found)
  const items = found.map(
    (one): TagChange => ({
      id: Number(one.id),
      tagId: Number(one.tag_id),
      tagName: one.name,
      personId: Number(one.person_id),
      personName: names.get(Number(one.person_id)) ?? null,
      isOn: one.is_on === 1,
      value: one.value,
      source: one.source,
      doneBy: one.done_by,
      why: whyOf(ctx, one),
      at: one.at,
    }),
  )
  return { items, total: Number(counted?.n ?? 0) }
}

async function holderNames(found: readonly Found[]): Promise<Map<number, string>> {
  const people = found.filter(one => Number(one.type_id) === 0).map(one => Number(one.person_id))
  const things = found.filter(one => Number(one.type_id) !== 0).map(one => Number(one.person_id))
  const briefs = await briefsOf([...new Set(people)])
  return new Map([...briefs.flatMap(brief => (brief.name ? [[brief.id, brief.name] as const] : [])), ...(await titlesOf(things))])
}
