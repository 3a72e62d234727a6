import type { PersonTag } from '@banyan/shared'
import { type Ctx, readIn, rows, say, sql } from '../core/index.ts'
import { mustSeePerson } from '../identity/index.ts'
import { visibleTags } from './tag.ts'

type Found = {
  person_id: number
  tag_id: number
  group_name: string
  name: string
  color: string | null
  source: string
  put_by: string
  why: string
  zh: string | null
  en: string | null
  value: string | null
  expires_at: Date | null
  put_at: Date
}

export async function tagsOfPerson(ctx: Ctx, { personId }: { personId: number }): Promise<PersonTag[]> {
  const person = await mustSeePerson(ctx, personId)
  return (await tagsOfPeople(ctx, [person])).get(person) ?? []
}

/** The tags of many people that the caller may see, newest first. */
export async function tagsOfPeople(ctx: Ctx, personIds: readonly number[]): Promise<Map<number, PersonTag[]>> {
  if (personIds.length === 0) return new Map()
  const found = await rows<Found>(
    sql`SELECT p.person_id, p.tag_id, tags.group_name, tags.name, tags.color, p.value, p.expires_at, p.source, p.put_by, p.why, p.put_at, r.zh, r.en
      FROM person_tags p JOIN tags ON tags.id = p.tag_id LEFT JOIN tag_reasons r ON r.id = p.reason_id WHERE p.person_id IN (${[...new Set(personIds)]}) AND ${visibleTags(ctx)} ORDER BY p.put_at DESC, p.id DESC`,
  )
  const byPerson = new Map<number, PersonTag[]>()
  for (const one of found) {
    const list = byPerson.get(Number(one.person_id)) ?? []
    byPerson.set(Number(one.person_id), list)
    list.push({
      tagId: Number(one.tag_id),
      groupName: one.group_name,
      name: one.name,
      color: one.color,
      source: one.source,
      putBy: one.put_by,
      value: one.value,
      why: whyOf(ctx, one),
      expiresAt: one.expires_at,
      putAt: one.put_at,
    })
  }
  return byPerson
}

/** A rule's sentence in the reader's language, else what was written. */
export function whyOf(ctx: Ctx, { why, zh, en }: { why: string; zh: string | null; en: string | null }): string {
  return zh === null ? readIn(ctx, why) : say(ctx, zh, en || zh)
}
