import { type InputOf, QUARANTINE_WORDS, type QuarantineReason, type TrackInput, type tracking } from '@banyan/shared'
import { brandScope, type Ctx, decrypt, encrypt, insertIgnore, rows, type Sql, say, sql } from '../core/index.ts'
import { masked, normalise, personByIdentifier } from '../identity/index.ts'
import { messageKeyOf } from './batch.ts'
import type { Complaint, Source } from './check-track.ts'

/** As kept: identifiers apart and encrypted, instants as text. */
type Kept = Omit<TrackInput, 'occurredAt' | 'identifiers'> & { occurredAt: string }
export type HeldRow = {
  id: number
  brand_id: number | null
  person_id: number | null
  name: string
  reason: QuarantineReason
  field: string | null
  source: Source
  payload: string
  identifiers: string | null
  received_at: Date
}

const LOOKUPS_MAX = 200

/** Keeps what breaks the plan, each message once. Of whom we know already it is his, so that his data and their erasure find it. */
export async function holdBack(
  ctx: Ctx,
  source: Source,
  bad: readonly { track: TrackInput; complaint: Complaint }[],
): Promise<void> {
  const knownBy = new Map<string, number | null>()
  for (const { track } of bad) {
    const [first] = track.identifiers ?? []
    if (!first || knownBy.size >= LOOKUPS_MAX) continue
    const key = JSON.stringify(first)
    if (!knownBy.has(key)) knownBy.set(key, await personByIdentifier(first.type, first.scope, first.value))
  }
  await insertIgnore(
    'track_quarantine',
    bad.map(({ track, complaint }) => {
      const { identifiers, ...rest } = track
      const [first] = identifiers ?? []
      const personId = ctx.personId ?? (first ? (knownBy.get(JSON.stringify(first)) ?? null) : null)
      return {
        brandId: ctx.brandId,
        personId,
        name: track.name,
        reason: complaint.reason,
        field: complaint.field?.slice(0, 60) ?? null,
        source,
        payload: { ...rest, occurredAt: track.occurredAt.toISOString() },
        identifiers: identifiers ? encrypt(JSON.stringify(identifiers)) : null,
        messageKey: messageKeyOf(ctx.brandId, { personId: personId ?? 0, name: track.name, messageId: heldAs(track) }),
        receivedAt: ctx.now,
      }
    }),
  )
}

/** Two people's messages may have one id: what is not resolved yet is told apart by what names it. */
function heldAs({ messageId, personId, identifiers, subjectId, subject }: TrackInput): string {
  return JSON.stringify([messageId, personId, identifiers, subjectId, subject])
}

/** The track as it came. */
export function trackOf(row: Pick<HeldRow, 'payload' | 'identifiers'>): TrackInput {
  const kept = JSON.parse(row.payload) as Kept
  return {
    ...kept,
    occurredAt: new Date(kept.occurredAt),
    ...(row.identifiers === null ? {} : { identifiers: JSON.parse(decrypt(row.identifiers)) as TrackInput['identifiers'] }),
  }
}

/** Rows that the caller may see. */
export function heldIn(ctx: Ctx, of: { id?: number; name?: string; reason?: QuarantineReason }): Sql {
  const brands = brandScope(ctx)
  return sql.and([
    ...(brands ? [sql`brand_id IN (${brands})`] : []),
    ...(of.id === undefined ? [] : [sql`id = ${of.id}`]),
    ...(of.name === undefined ? [] : [sql`name = ${of.name}`]),
    ...(of.reason === undefined ? [] : [sql`reason = ${of.reason}`]),
  ])
}

export async function listQuarantine(ctx: Ctx, { limit, beforeId, ...of }: InputOf<(typeof tracking)['tracks.quarantine']>) {
  const before = beforeId === undefined ? sql`1 = 1` : sql`id < ${beforeId}`
  const found = await rows<HeldRow>(
    sql`SELECT * FROM track_quarantine WHERE ${heldIn(ctx, of)} AND ${before} ORDER BY id DESC LIMIT ${limit}`,
  )
  return found.map(row => ({
    id: Number(row.id),
    name: row.name,
    reason: row.reason,
    reasonText: reasonText(ctx, row.reason),
    field: row.field,
    payload: shown(row),
    receivedAt: row.received_at,
  }))
}

const GROUPS_MAX = 500

export async function countQuarantine(ctx: Ctx) {
  const found = await rows<{ name: string; reason: QuarantineReason; n: number; first_at: Date; last_at: Date }>(
    sql`SELECT name, reason, COUNT(*) AS n, MIN(received_at) AS first_at, MAX(received_at) AS last_at FROM track_quarantine WHERE ${heldIn(ctx, {})} GROUP BY name, reason ORDER BY n DESC, name LIMIT ${GROUPS_MAX}`,
  )
  return found.map(row => ({
    name: row.name,
    reason: row.reason,
    reasonText: reasonText(ctx, row.reason),
    count: Number(row.n),
    firstAt: new Date(row.first_at),
    lastAt: new Date(row.last_at),
  }))
}

export function reasonText(ctx: Ctx, reason: QuarantineReason): string {
  return say(ctx, ...QUARANTINE_WORDS[reason])
}

function shown(row: HeldRow): string {
  const { identifiers, ...rest } = trackOf(row)
  const hidden = identifiers?.map(one => ({ ...one, value: hiddenValue(one.type, one.value) }))
  return JSON.stringify({ ...rest, ...(hidden ? { identifiers: hidden } : {}) })
}

/** What is no valid value of its type may be one of another type: nothing of it is shown. */
function hiddenValue(type: string, value: string): string {
  const read = normalise(type, value)
  return 'value' in read ? masked(type, read.value) : '***'
}
