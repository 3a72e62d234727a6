import { bulkInsert, type Ctx, phrase, publish, rows, run, sql } from '../core/index.ts'
import { canonicalIds, visiblePeople } from '../identity/index.ts'
import { putTagFacts } from '../selection/index.ts'
import { tagPut, tagTaken } from './events.ts'
import { tagOfId } from './tag.ts'

const oneOfGroup = phrase('同组标签只能有一个', 'A heading takes one tag only')
export const tagRemoved = phrase('标签已删除', 'The tag was removed')

type Change = { tagId: number; personIds: readonly number[]; source: string; why?: string }

const PEOPLE_AT_ONCE = 500

/** Puts a tag on people; who already has it keeps it. Of an exclusive heading the others come off. Answers how many got it. Runs in a transaction. */
export async function putTag(ctx: Ctx, { tagId, personIds, source, why = '' }: Change): Promise<number> {
  const tag = await tagOfId(ctx, tagId)
  if (tag.isExclusive && tag.groupName) await takeOthers(ctx, tag, personIds, source)
  let count = 0
  for (const some of inParts([...new Set((await canonicalIds(personIds)).values())].sort((a, b) => a - b))) {
    const held = await rows<{ person_id: number }>(
      sql`SELECT person_id FROM person_tags WHERE tag_id = ${tagId} AND person_id IN (${some}) FOR UPDATE`,
    )
    const before = new Set(held.map(one => Number(one.person_id)))
    const fresh = some.filter(id => !before.has(id))
    await bulkInsert(
      'person_tags',
      fresh.map(personId => ({ tagId, personId, source, putBy: ctx.actor.name, why, putAt: ctx.now })),
      { onDuplicate: 'ignore' },
    )
    await remember(ctx, { tagId, brandId: tag.brandId, personIds: fresh, source, why }, true)
    count += fresh.length
  }
  return count
}

/** Takes a tag off people. Answers how many had it. Runs in a transaction. */
export async function takeTag(ctx: Ctx, { tagId, personIds, source, why = '' }: Change): Promise<number> {
  const tag = await tagOfId(ctx, tagId)
  let count = 0
  for (const some of inParts([...new Set((await canonicalIds(personIds)).values())].sort((a, b) => a - b))) {
    const held = await rows<{ person_id: number }>(
      sql`SELECT person_id FROM person_tags WHERE tag_id = ${tagId} AND person_id IN (${some}) FOR UPDATE`,
    )
    const ids = held.map(one => Number(one.person_id))
    if (ids.length === 0) continue
    await run(sql`DELETE FROM person_tags WHERE tag_id = ${tagId} AND person_id IN (${ids})`)
    await remember(ctx, { tagId, brandId: tag.brandId, personIds: ids, source, why }, false)
    count += ids.length
  }
  return count
}

/** A caller tags only people whom he may see. */
export async function putTagByHand(ctx: Ctx, { tagId, personIds, why }: { tagId: number; personIds: number[]; why: string }) {
  return { count: await putTag(ctx, { tagId, personIds: await seen(ctx, personIds), source: ctx.actor.type, why }) }
}

export async function takeTagByHand(ctx: Ctx, { tagId, personIds }: { tagId: number; personIds: number[] }) {
  return { count: await takeTag(ctx, { tagId, personIds: await seen(ctx, personIds), source: ctx.actor.type }) }
}

async function seen(ctx: Ctx, personIds: readonly number[]): Promise<number[]> {
  return visiblePeople(ctx, [...new Set((await canonicalIds(personIds)).values())])
}

async function takeOthers(
  ctx: Ctx,
  tag: { id: number; brandId: number | null; groupName: string },
  personIds: readonly number[],
  source: string,
): Promise<void> {
  const others = await rows<{ id: number }>(
    sql`SELECT id FROM tags WHERE brand_id = ${tag.brandId ?? 0} AND group_name = ${tag.groupName} AND id <> ${tag.id} AND removed_key = 0 ORDER BY id`,
  )
  for (const other of others) await takeTag(ctx, { tagId: other.id, personIds, source, why: oneOfGroup() })
}

async function remember(
  ctx: Ctx,
  change: { tagId: number; brandId: number | null; personIds: number[]; source: string; why: string },
  isOn: boolean,
): Promise<void> {
  const { tagId, brandId, personIds, source, why } = change
  if (personIds.length === 0) return
  await bulkInsert(
    'tag_history',
    personIds.map(personId => ({ tagId, personId, isOn, source, doneBy: ctx.actor.name, why, at: ctx.now })),
  )
  await putTagFacts(
    ctx,
    personIds.map(personId => ({ tagId, brandId, personId, isOn })),
  )
  await publish(ctx, isOn ? tagPut : tagTaken, { tagId, brandId, personIds, source })
}

function* inParts(ids: readonly number[]): Generator<number[]> {
  for (let from = 0; from < ids.length; from += PEOPLE_AT_ONCE) yield ids.slice(from, from + PEOPLE_AT_ONCE)
}
