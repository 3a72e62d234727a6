import { type Ctx, insertIgnore, notFound, publish, refused, rows, run, sql } from '../core/index.ts'
import { allCarriers } from './carriers.ts'
import { noteDecisions } from './decisions.ts'
import { personUnmerged } from './events.ts'
import { groupBy } from './group-by.ts'
import { HOME_TABLES, lockPeople } from './merge-people.ts'
import { settleProfiles } from './profile-fields.ts'

type MergeRow = { id: number; from_id: number; to_id: number; merged_at: Date; undone_at: Date | null }
export type Undo = { merge: MergeRow; restoredId: number; survivorId: number; homeIds: number[] }

/**
 * What undoing a merge would separate. Merges form a forest: each person was taken into another at most once, so the restored side is
 * everybody whose chain of merges leads to `from_id`. Later merges of the survivor do not matter.
 */
export async function planUndo(mergeId: number): Promise<Undo> {
  const [merge] = await rows<MergeRow>(sql`SELECT id, from_id, to_id, merged_at, undone_at FROM merges WHERE id = ${mergeId}`)
  if (!merge) throw notFound('merge', mergeId)
  if (merge.undone_at) throw refused('identity.alreadyUndone')
  const restoredId = Number(merge.from_id)
  const [person] = await rows<{ merged_into_id: number | null }>(sql`SELECT merged_into_id FROM people WHERE id = ${restoredId}`)
  const survivorId = Number(person?.merged_into_id ?? 0)
  if (!survivorId) throw refused('identity.alreadyUndone')

  const homes = (await rows<{ home_id: number }>(sql`SELECT home_id FROM person_aliases WHERE person_id = ${survivorId}`)).map(
    row => Number(row.home_id),
  )
  const edges = await rows<{ from_id: number; to_id: number }>(
    sql`SELECT from_id, to_id FROM merges WHERE undone_at IS NULL AND from_id IN (${homes})`,
  )
  const takenBy = groupBy(edges, edge => Number(edge.to_id))
  const homeIds: number[] = []
  const queue = [restoredId]
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    homeIds.push(at)
    queue.push(...(takenBy.get(at) ?? []).map(edge => Number(edge.from_id)))
  }
  return { merge, restoredId, survivorId, homeIds }
}

/** Undoes a merge in the ambient transaction and makes sure that the two never merge again. Answers who is who now. */
export async function unmerge(ctx: Ctx, { mergeId, reason }: { mergeId: number; reason: string | null }): Promise<Undo> {
  const first = await planUndo(mergeId)
  await rows(
    sql`SELECT id FROM people WHERE id IN (${[first.restoredId, first.survivorId].sort((a, b) => a - b)}) ORDER BY id FOR UPDATE`,
  )
  const undo = await planUndo(mergeId)
  if (undo.survivorId !== first.survivorId) await lockPeople([undo.survivorId])
  const { restoredId, survivorId, homeIds } = undo

  await run(
    sql`UPDATE merges SET undone_at = ${ctx.now}, undone_by = ${ctx.actor.name.slice(0, 80)} WHERE id = ${mergeId} AND undone_at IS NULL`,
  )
  for (const table of HOME_TABLES)
    await run(sql`UPDATE ${sql.id(table)} SET person_id = ${restoredId} WHERE home_id IN (${homeIds})`)
  const others = homeIds.filter(home => home !== restoredId)
  await run(sql`DELETE FROM person_aliases WHERE home_id = ${restoredId}`)
  await run(sql`UPDATE person_aliases SET person_id = ${restoredId} WHERE home_id IN (${others})`)
  await run(sql`UPDATE people SET merged_into_id = NULL WHERE id = ${restoredId}`)
  await run(sql`UPDATE people SET merged_into_id = ${restoredId} WHERE id IN (${others})`)
  await restoreLastSeen(mergeId, Number(undo.merge.to_id))
  await neverLink(ctx, restoredId, Number(undo.merge.to_id), reason)
  await settleProfiles(ctx, [restoredId, survivorId])
  for (const carrier of [...allCarriers()].reverse())
    await carrier.unmerge(ctx, { fromId: restoredId, toId: survivorId, mergeId })

  await noteDecisions(ctx, [
    { kind: 'unmerged', personId: survivorId, otherPersonId: restoredId, mergeId, note: reason },
    { kind: 'unmerged', personId: restoredId, otherPersonId: survivorId, mergeId, note: reason },
  ])
  await publish(
    ctx,
    personUnmerged,
    { fromId: restoredId, toId: survivorId, mergeId, homeIds },
    { subject: `person:${survivorId}` },
  )
  return undo
}

/** The survivor was last seen when either was; unless somebody has been seen since, he was seen when he himself was. */
async function restoreLastSeen(mergeId: number, toId: number): Promise<void> {
  const [merge] = await rows<{ before: string | { people: SeenAt[] } }>(
    sql`SELECT ${sql.id('before')} FROM merges WHERE id = ${mergeId}`,
  )
  const before = typeof merge?.before === 'string' ? (JSON.parse(merge.before) as { people: SeenAt[] }) : merge?.before
  const [own, other] = [true, false].map(isOwn => before?.people.find(one => (Number(one.id) === toId) === isOwn)?.last_seen_at)
  if (!own || !other) return
  await run(
    sql`UPDATE people SET last_seen_at = ${new Date(own)} WHERE id = ${toId} AND last_seen_at = ${new Date(other)} AND last_seen_at > ${new Date(own)}`,
  )
}

type SeenAt = { id: number; last_seen_at: string | null }

/** The two homes, and whoever they are part of, never become one by themselves. */
export async function neverLink(ctx: Ctx, a: number, b: number, reason: string | null): Promise<void> {
  await insertIgnore('never_links', {
    leftHomeId: Math.min(a, b),
    rightHomeId: Math.max(a, b),
    reason,
    createdBy: ctx.actor.name.slice(0, 80),
    createdAt: ctx.now,
  })
}
