import { SUBJECT_IDS_FROM } from '@banyan/shared'
import { addDays, bulkInsert, type Ctx, phrase, publish, refused, rows, run, type Sql, sql } from '../core/index.ts'
import { canonicalIds, visiblePeople } from '../identity/index.ts'
import { putTagFacts } from '../selection/index.ts'
import { visibleSubjectsById } from '../subjects/index.ts'
import { tagPut, tagTaken, tagValueChanged } from './events.ts'
import { type TagFacts, tagOfId } from './tag.ts'
import { checkedValue, saidOf } from './tag-value.ts'

const oneOfGroup = phrase('同组标签只能有一个', 'A heading takes one tag only')
export const tagRemoved = phrase('标签已删除', 'The tag was removed')

/** Where a change comes from and why; `reasonId` is a rule's sentence. */
export type Because = { source: string; why?: string; reasonId?: number | null; isFirst?: boolean }
type Change = { tagId: number; personIds: readonly number[]; value?: string | number | undefined } & Because
/** On whom a tag is to be, and what it says of him. */
export type Wanted = { personId: number; value: string | null }

const PEOPLE_AT_ONCE = 500

/**
 * Puts a tag on people, or on the things of its subject type; who already has it keeps it, with the value that is given and valid from now. Of an exclusive
 * heading the others come off. Answers how many got it. A tag that a rule keeps is left alone. Runs in a transaction. Throws tag.valueMissing, tag.wrongValue.
 */
export async function putTag(ctx: Ctx, { tagId, personIds, value, ...because }: Change): Promise<number> {
  const tag = await tagOfId(ctx, tagId)
  if (tag.kind !== 'manual') return 0
  const checked = checkedValue(tag, value)
  if ('refusal' in checked) throw refused(checked.refusal, { field: 'value' })
  const ids = await subjectsOf(tag, personIds)
  if (tag.isExclusive && tag.groupName) await takeOthers(ctx, tag, ids, because.source)
  const wanted = ids.map((personId): Wanted => ({ personId, value: checked.value }))
  return putOn(ctx, tag, wanted, because)
}

/** Whatever its kind, and by canonical ids. Answers how many got the tag who had it not. */
export async function putOn(ctx: Ctx, tag: TagFacts, wanted: readonly Wanted[], because: Because): Promise<number> {
  const expiresAt = tag.validDays === null ? null : addDays(ctx.now, tag.validDays)
  let count = 0
  for (const some of inParts([...wanted].sort((a, b) => a.personId - b.personId))) {
    const held = await rows<{ person_id: number; value: string | null }>(
      sql`SELECT person_id, value FROM person_tags WHERE tag_id = ${tag.id} AND person_id IN (${some.map(one => one.personId)}) FOR UPDATE`,
    )
    const before = new Map(held.map(one => [Number(one.person_id), one.value]))
    const changed = some.filter(({ personId, value }) => before.get(personId) !== value)
    await bulkInsert(
      'person_tags',
      changed.map(({ personId, value }) => ({
        tagId: tag.id,
        personId,
        value,
        source: because.source,
        putBy: ctx.actor.name,
        why: because.why ?? '',
        reasonId: because.reasonId ?? null,
        putAt: ctx.now,
        expiresAt,
      })),
      { onDuplicate: { update: ['value', 'source', 'putBy', 'why', 'reasonId', 'putAt', 'expiresAt'] } },
    )
    if (expiresAt)
      await run(
        sql`UPDATE person_tags SET expires_at = ${expiresAt} WHERE tag_id = ${tag.id} AND person_id IN (${some.map(one => one.personId)})`,
      )
    const fresh = changed.filter(one => !before.has(one.personId))
    // What a computed number moves to by itself is no decision of anybody: only that it began is kept.
    const told = tag.kind === 'computed' && tag.valueKind === 'number' ? fresh : changed
    await remember(ctx, tag, told, because, true)
    await mirror(ctx, tag, changed, true)
    await announce(ctx, tag, fresh, because, true)
    if (tag.valueKind !== 'number')
      await announceValues(
        ctx,
        tag,
        changed.filter(one => before.has(one.personId)),
        because.source,
      )
    count += fresh.length
  }
  return count
}

/** Takes a tag off people. Answers how many had it. A tag that a rule keeps is left alone. Runs in a transaction. */
export async function takeTag(ctx: Ctx, { tagId, personIds, ...because }: Change): Promise<number> {
  const tag = await tagOfId(ctx, tagId)
  if (tag.kind !== 'manual') return 0
  return takeOff(ctx, tag, await subjectsOf(tag, personIds), because)
}

/** Whatever its kind, by canonical ids, and only where `when` holds of the row. */
export async function takeOff(
  ctx: Ctx,
  tag: TagFacts,
  personIds: readonly number[],
  because: Because,
  when: Sql = sql`1 = 1`,
): Promise<number> {
  let count = 0
  for (const some of inParts([...personIds].sort((a, b) => a - b))) {
    const held = await rows<{ person_id: number; value: string | null }>(
      sql`SELECT person_id, value FROM person_tags WHERE tag_id = ${tag.id} AND person_id IN (${some}) AND ${when} FOR UPDATE`,
    )
    const gone = held.map((one): Wanted => ({ personId: Number(one.person_id), value: one.value }))
    if (gone.length === 0) continue
    await run(sql`DELETE FROM person_tags WHERE tag_id = ${tag.id} AND person_id IN (${gone.map(one => one.personId)})`)
    await remember(ctx, tag, gone, because, false)
    await mirror(ctx, tag, gone, false)
    await announce(ctx, tag, gone, because, false)
    count += gone.length
  }
  return count
}

type ByHand = { tagId: number; personIds: number[]; value?: string | number | undefined; why: string }

/** A caller tags only those whom he may see. Throws tag.keptByRule. */
export async function putTagByHand(ctx: Ctx, { tagId, personIds, value, why }: ByHand) {
  const { ids, unknownIds } = await seen(ctx, await manualTag(ctx, tagId), personIds)
  return { count: await putTag(ctx, { tagId, personIds: ids, value, source: ctx.actor.type, why }), unknownIds }
}

export async function takeTagByHand(ctx: Ctx, { tagId, personIds }: { tagId: number; personIds: number[] }) {
  const { ids, unknownIds } = await seen(ctx, await manualTag(ctx, tagId), personIds)
  return { count: await takeTag(ctx, { tagId, personIds: ids, source: ctx.actor.type }), unknownIds }
}

async function manualTag(ctx: Ctx, tagId: number): Promise<TagFacts> {
  const tag = await tagOfId(ctx, tagId)
  if (tag.kind !== 'manual') throw refused('tag.keptByRule')
  return tag
}

/** Those of the ids whom the caller may see and whom the tag is for, and the given ids of the others. */
async function seen(ctx: Ctx, tag: TagFacts, given: readonly number[]): Promise<{ ids: number[]; unknownIds: number[] }> {
  const canonical = tag.typeId === null ? await canonicalIds(given) : new Map(given.map(id => [id, id]))
  const wanted = [...new Set(canonical.values())]
  const things = tag.typeId === null ? [] : await visibleSubjectsById(ctx, wanted)
  const ids =
    tag.typeId === null
      ? await visiblePeople(ctx, wanted)
      : things.filter(thing => Number(thing.type_id) === tag.typeId).map(thing => Number(thing.id))
  const found = new Set(ids)
  return { ids, unknownIds: [...new Set(given)].filter(id => !found.has(canonical.get(id) ?? id)) }
}

/** Those of the ids that can have the tag: people as they are now, or things. */
async function subjectsOf(tag: TagFacts, ids: readonly number[]): Promise<number[]> {
  const fits = ids.filter(id => id >= SUBJECT_IDS_FROM === (tag.typeId !== null))
  return tag.typeId === null ? [...new Set((await canonicalIds(fits)).values())] : [...new Set(fits)]
}

/** Tags that a rule keeps stay: it would put them on again. */
async function takeOthers(ctx: Ctx, tag: TagFacts, personIds: readonly number[], source: string): Promise<void> {
  const others = await rows<{ id: number }>(
    sql`SELECT id FROM tags WHERE brand_id = ${tag.brandId ?? 0} AND group_name = ${tag.groupName} AND type_id = ${tag.typeId ?? 0} AND kind = 'manual' AND id <> ${tag.id} AND removed_key = 0 ORDER BY id`,
  )
  for (const other of others) await takeTag(ctx, { tagId: other.id, personIds, source, why: oneOfGroup() })
}

async function remember(ctx: Ctx, tag: TagFacts, list: readonly Wanted[], because: Because, isOn: boolean): Promise<void> {
  await bulkInsert(
    'tag_history',
    list.map(({ personId, value }) => ({
      tagId: tag.id,
      personId,
      isOn,
      value,
      source: because.source,
      doneBy: ctx.actor.name,
      why: because.why ?? '',
      reasonId: because.reasonId ?? null,
      at: ctx.now,
    })),
  )
}

async function mirror(ctx: Ctx, tag: TagFacts, list: readonly Wanted[], isOn: boolean): Promise<void> {
  await putTagFacts(
    ctx,
    list.map(({ personId, value }) => ({
      tagId: tag.id,
      brandId: tag.brandId,
      personId,
      isOn,
      value: isOn ? saidOf(tag, value) : null,
    })),
  )
}

async function announce(ctx: Ctx, tag: TagFacts, list: readonly Wanted[], because: Because, isOn: boolean): Promise<void> {
  if (list.length === 0) return
  const { source, isFirst = false } = because
  const personIds = list.map(one => one.personId)
  await publish(ctx, isOn ? tagPut : tagTaken, { tagId: tag.id, brandId: tag.brandId, personIds, source, isFirst })
}

async function announceValues(ctx: Ctx, tag: TagFacts, list: readonly Wanted[], source: string): Promise<void> {
  if (list.length === 0) return
  const personIds = list.map(one => one.personId)
  await publish(ctx, tagValueChanged, { tagId: tag.id, brandId: tag.brandId, personIds, source })
}

function* inParts<T>(list: readonly T[]): Generator<T[]> {
  for (let from = 0; from < list.length; from += PEOPLE_AT_ONCE) yield list.slice(from, from + PEOPLE_AT_ONCE)
}
