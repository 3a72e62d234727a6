import { PROFILE_FIELDS, type ProfileField } from '@banyan/shared'
import { type Ctx, publishMany, type Row, rows, run, sql, upsert } from '../core/index.ts'
import { personUpdated } from './events.ts'
import { groupBy } from './group-by.ts'

/** What a call says about a person; an absent field says nothing, null or '' takes a value back. */
export type Profile = { [F in ProfileField]?: string | null | undefined }
type FieldRule = 'latest' | 'earliest' | 'firstNonEmpty' | 'sourcePriority'

/** How the value of a field is chosen from all that its sources said (semantics 1.7); `latest` where nothing else is said. */
const FIELD_RULES: { [F in ProfileField]: FieldRule } = {
  name: 'latest',
  avatar: 'latest',
  gender: 'latest',
  birthday: 'latest',
  city: 'latest',
  country: 'latest',
}
/** For sourcePriority: what the person or our people typed comes before what a system imported. */
const SOURCE_PRIORITY = ['person', 'staff', 'operator', 'miniProgram', 'wecom', 'officialAccount']
/** What WeChat calls everybody since 2022-10-25; a name only while there is no other. */
const NAMES_OF_NOBODY = new Set(['微信用户', 'WeChat User'])

export type Contribution = { personId: number; homeId: number; profile: Profile; at: Date; source: string }
type Stored = { home_id: number; field: string; source: string; value: string; at: Date; first_value: string; first_at: Date }

/**
 * Keeps what each source said about each home, then sets the fields of the people by rule. Since every value keeps its home, a merge and
 * its undoing both recompute exactly.
 */
export async function rememberProfiles(
  ctx: Ctx,
  contributions: readonly Contribution[],
  options: { isNewPerson?: boolean } = {},
): Promise<void> {
  const said = contributions.flatMap(one =>
    PROFILE_FIELDS.flatMap(field => (isSaid(one.profile[field]) ? [{ ...one, field, value: textOf(one.profile, field) }] : [])),
  )
  if (said.length === 0) return
  const stored = options.isNewPerson
    ? []
    : await rows<Stored>(
        sql`SELECT home_id, field, source, value, at, first_value, first_at FROM person_fields WHERE home_id IN (${[...new Set(said.map(one => one.homeId))]})`,
      )
  const known = new Map(stored.map(row => [`${row.home_id}|${row.field}|${row.source}`, row]))

  const changed = new Map<string, Row>()
  const touched = new Set<number>()
  for (const one of said) {
    const key = `${one.homeId}|${one.field}|${one.source}`
    const before = known.get(key)
    const isNewer = !before || one.at >= new Date(before.at)
    const isOlder = !before || one.at < new Date(before.first_at)
    if (before && !isOlder && (!isNewer || before.value === one.value)) continue
    const after: Stored = {
      home_id: one.homeId,
      field: one.field,
      source: one.source,
      value: isNewer ? one.value : before.value,
      at: isNewer ? one.at : new Date(before.at),
      first_value: isOlder ? one.value : before.first_value,
      first_at: isOlder ? one.at : new Date(before.first_at),
    }
    known.set(key, after)
    changed.set(key, { ...after, person_id: one.personId })
    touched.add(one.personId)
  }
  if (changed.size === 0) return
  const list = [...changed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  await upsert('person_fields', list, ['value', 'at', 'first_value', 'first_at'])
  if (!options.isNewPerson) await settleProfiles(ctx, [...touched])
}

/** As it is kept. WeChat gives its avatars by http, from hosts that answer https as well: a page of ours shows nothing else. */
function textOf(profile: Profile | undefined, field: ProfileField): string {
  const text = (profile?.[field] ?? '').trim().slice(0, 500)
  return field === 'avatar' ? text.replace(/^http:/i, 'https:') : text
}

function isSaid(value: string | null | undefined): boolean {
  return value !== undefined
}

/** The columns of a person nobody knew before. */
export function initialProfile(profile: Profile | undefined): Row {
  const given = (field: ProfileField) => textOf(profile, field) || null
  return {
    name: given('name'),
    avatar: given('avatar'),
    gender: given('gender') ?? 'unknown',
    birthday: given('birthday'),
    city: given('city'),
    country: given('country'),
  }
}

/** Sets the fields of these people from all that was said about their homes; announces those that changed. */
export async function settleProfiles(ctx: Ctx, personIds: readonly number[]): Promise<void> {
  const ids = [...personIds].sort((a, b) => a - b)
  if (ids.length === 0) return
  const said = await rows<Stored & { person_id: number }>(
    sql`SELECT person_id, home_id, field, source, value, at, first_value, first_at FROM person_fields WHERE person_id IN (${ids})`,
  )
  const people = await rows<{ id: number } & Record<ProfileField, string | null>>(
    sql`SELECT id, name, avatar, gender, birthday, city, country FROM people WHERE id IN (${ids}) ORDER BY id`,
  )
  const byPerson = groupBy(said, row => Number(row.person_id))
  const announced: { payload: { personId: number; fields: string[] }; subject: string }[] = []
  for (const person of people) {
    const values = chosenValues(byPerson.get(Number(person.id)) ?? [])
    const fields = PROFILE_FIELDS.filter(field => (person[field] ?? null) !== values[field])
    if (fields.length === 0) continue
    const sets = sql.join(fields.map(field => sql`${sql.id(field)} = ${values[field]}`))
    await run(sql`UPDATE people SET ${sets} WHERE id = ${Number(person.id)}`)
    announced.push({ payload: { personId: Number(person.id), fields }, subject: `person:${person.id}` })
  }
  if (announced.length > 0) await publishMany(ctx, personUpdated, announced)
}

export function chosenValues(said: readonly Stored[]): Record<ProfileField, string | null> {
  const byField = groupBy(said, row => row.field)
  const values = {} as Record<ProfileField, string | null>
  for (const field of PROFILE_FIELDS) values[field] = chosenValue(field, byField.get(field) ?? [])
  values.gender ??= 'unknown'
  return values
}

function chosenValue(field: ProfileField, said: readonly Stored[]): string | null {
  const useful =
    field === 'name' && said.some(row => !NAMES_OF_NOBODY.has(row.value))
      ? said.filter(row => !NAMES_OF_NOBODY.has(row.value))
      : said
  const latestFirst = [...useful].sort(
    (a, b) => new Date(b.at).getTime() - new Date(a.at).getTime() || (a.source + a.value < b.source + b.value ? -1 : 1),
  )
  const earliestFirst = [...useful].sort(
    (a, b) => new Date(a.first_at).getTime() - new Date(b.first_at).getTime() || (a.source < b.source ? -1 : 1),
  )
  const rank = (source: string) => (SOURCE_PRIORITY.includes(source) ? SOURCE_PRIORITY.indexOf(source) : SOURCE_PRIORITY.length)
  const pick: Record<FieldRule, () => string | undefined> = {
    latest: () => latestFirst[0]?.value,
    earliest: () => earliestFirst[0]?.first_value,
    firstNonEmpty: () => earliestFirst.find(row => row.first_value !== '')?.first_value,
    sourcePriority: () => [...latestFirst].sort((a, b) => rank(a.source) - rank(b.source))[0]?.value,
  }
  return pick[FIELD_RULES[field]]() || null
}
