import { type InputOf, QUARANTINE_WORDS, type tracking } from '@banyan/shared'
import { addDays, brandScope, type Ctx, clickhouse, refused, rows, say, sql, upsert } from '../core/index.ts'
import { mustSeeEverything } from '../platform/index.ts'
import { englishOf, forgetTrackPlan, type PlannedFacts, trackPlan } from './plan.ts'

/** The plan with what came in during the last 7 days. */
export async function listPlan(ctx: Ctx) {
  forgetTrackPlan()
  const plan = await trackPlan()
  const brands = brandScope(ctx)
  const since = addDays(ctx.now, -7)
  const stored = await clickhouse.query<{ name: string; n: number }>(
    `SELECT name, count() AS n FROM tracks WHERE received_at >= {since:DateTime64(3)} ${brands ? 'AND brand_id IN {brands:Array(UInt32)}' : ''} GROUP BY name`,
    { since, ...(brands ? { brands } : {}) },
  )
  const held = await rows<{ name: string; n: number }>(
    sql`SELECT name, COUNT(*) AS n FROM track_quarantine WHERE received_at >= ${since} AND ${brands ? sql`brand_id IN (${brands})` : sql`1 = 1`} GROUP BY name`,
  )
  const countIn = (list: { name: string; n: number }[], name: string) => Number(list.find(row => row.name === name)?.n ?? 0)
  return [...plan].map(([name, planned]) => ({
    name,
    ...withEnglish(name, planned),
    storedCount: countIn(stored, name),
    quarantinedCount: countIn(held, name),
  }))
}

/** The plan is one for the whole installation. Throws track.builtIn. */
export async function updatePlan(
  ctx: Ctx,
  { name, zh, properties, isOnTimeline }: InputOf<(typeof tracking)['trackPlan.update']>,
) {
  mustSeeEverything(ctx)
  forgetTrackPlan()
  const before = (await trackPlan()).get(name)
  if (before?.isBuiltIn && before.properties.some(old => !properties.some(one => one.key === old.key && one.kind === old.kind)))
    throw refused('track.builtIn', { field: 'properties' })
  await upsert('track_plan', { name, zh, properties, isBuiltIn: before?.isBuiltIn ?? false, isOnTimeline, updatedAt: ctx.now }, [
    'zh',
    'properties',
    'isOnTimeline',
    'updatedAt',
  ])
  forgetTrackPlan()
  const isBuiltIn = before?.isBuiltIn ?? false
  return { name, ...withEnglish(name, { zh, properties, isOnTimeline, isBuiltIn }), storedCount: 0, quarantinedCount: 0 }
}

/** With what English readers call it. */
function withEnglish(name: string, planned: PlannedFacts) {
  const properties = planned.properties.map(one => ({ ...one, en: englishOf(name, one.zh, one.key) }))
  return { ...planned, en: englishOf(name, planned.zh), properties }
}

type Held = {
  id: number
  name: string
  reason: keyof typeof QUARANTINE_WORDS
  field: string | null
  payload: string
  received_at: Date
}

export async function listQuarantine(ctx: Ctx, { limit }: { limit: number }) {
  const brands = brandScope(ctx)
  const found = await rows<Held>(
    sql`SELECT id, name, reason, field, payload, received_at FROM track_quarantine WHERE ${brands ? sql`brand_id IN (${brands})` : sql`1 = 1`} ORDER BY id DESC LIMIT ${limit}`,
  )
  return found.map(row => ({
    id: row.id,
    name: row.name,
    reason: row.reason,
    reasonText: say(ctx, ...QUARANTINE_WORDS[row.reason]),
    field: row.field,
    payload: row.payload,
    receivedAt: row.received_at,
  }))
}
