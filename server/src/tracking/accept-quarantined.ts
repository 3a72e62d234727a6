import type { InputOf, QuarantineReason, TrackInput, tracking } from '@banyan/shared'
import { type Ctx, refused, rows, run, sql, systemCtx } from '../core/index.ts'
import { putBatches } from './batch.ts'
import { judgeTracks } from './judge-tracks.ts'
import { forgetTrackPlan } from './plan.ts'
import { type HeldRow, heldIn, reasonText, trackOf } from './quarantine.ts'

const ROWS_PER_CALL = 2_000

type Held = TrackInput & { row: HeldRow }

/**
 * Checks held tracks again, by the plan of now and as the sender they came from: what fits goes into the inbox with its own time and leaves the
 * quarantine, in one transaction, so that a second call finds nothing to store twice. At most 2,000 per call, oldest first.
 */
export async function acceptQuarantined(ctx: Ctx, { afterId, ...of }: InputOf<(typeof tracking)['tracks.acceptQuarantined']>) {
  if (of.id === undefined && of.name === undefined && of.reason === undefined)
    throw refused('input.invalid', { field: 'id', reason: 'one of id, name, reason' })
  forgetTrackPlan()
  const found = await rows<HeldRow>(
    sql`SELECT * FROM track_quarantine WHERE ${heldIn(ctx, of)} AND id > ${afterId ?? 0} ORDER BY id LIMIT ${ROWS_PER_CALL} FOR UPDATE`,
  )
  const failing = new Map<QuarantineReason, number>()
  let accepted = 0
  for (const group of bySender(found)) {
    const [first] = group
    if (!first) continue
    const { good, bad } = await judgeTracks(senderOf(ctx, first), group.map(asTrack), first.source, held => held.row.received_at)
    await putBatches(
      ctx,
      first.brand_id === null ? null : Number(first.brand_id),
      good.map(one => one.track),
    )
    for (let from = 0; from < good.length; from += 500)
      await run(sql`DELETE FROM track_quarantine WHERE id IN (${good.slice(from, from + 500).map(one => one.from.row.id)})`)
    for (const { track, complaint } of bad) {
      failing.set(complaint.reason, (failing.get(complaint.reason) ?? 0) + 1)
      if (complaint.reason !== track.row.reason || complaint.field !== track.row.field)
        await run(
          sql`UPDATE track_quarantine SET reason = ${complaint.reason}, field = ${complaint.field} WHERE id = ${track.row.id}`,
        )
    }
    accepted += good.length
  }
  return {
    accepted,
    failing: [...failing].map(([reason, count]) => ({ reason, reasonText: reasonText(ctx, reason), count })),
    nextAfterId: found.length === ROWS_PER_CALL ? Number(found.at(-1)?.id) : null,
  }
}

/** Tracks of one brand, one kind of sender and, from a person's session, one person are judged together. */
function bySender(found: readonly HeldRow[]): HeldRow[][] {
  const groups = new Map<string, HeldRow[]>()
  for (const row of found) {
    const key = `${row.brand_id}:${row.source}:${row.source === 'person' ? row.person_id : ''}`
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return [...groups.values()]
}

/** Who sent it, not who accepts it: a person's track stays his, and a key's reaches no further than its brand. */
function senderOf(ctx: Ctx, { brand_id, source, person_id }: HeldRow): Ctx {
  const brandId = brand_id === null ? null : Number(brand_id)
  const personId = source === 'person' && person_id !== null ? Number(person_id) : null
  return { ...systemCtx({ brandId, now: ctx.now, name: 'tracks.acceptQuarantined', requestId: ctx.requestId }), personId }
}

function asTrack(row: HeldRow): Held {
  return { ...trackOf(row), row }
}
