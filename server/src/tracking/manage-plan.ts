import type { InputOf, PlanFields, PlanProperty, PlanVersion, TrackProperties, tracking } from '@banyan/shared'
import {
  addDays,
  brandScope,
  type Ctx,
  clickhouse,
  insertIgnore,
  insertOne,
  refused,
  row,
  rows,
  say,
  sql,
  upsert,
} from '../core/index.ts'
import { mustSeeEverything } from '../platform/index.ts'
import { type TypeFacts, typeOfId, typesOf } from '../subjects/index.ts'
import { englishOf, forgetTrackPlan, type PlannedFacts, trackPlan } from './plan.ts'

/** The plan with what came in during the last 7 days. */
export async function listPlan(ctx: Ctx) {
  forgetTrackPlan()
  const plan = await trackPlan()
  const types = await typesOf(ctx)
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
    ...view(ctx, name, planned, types),
    storedCount: countIn(stored, name),
    quarantinedCount: countIn(held, name),
  }))
}

/**
 * The plan is one for the whole installation; every change is kept as a version. Throws track.builtIn, track.badExample, track.subjectFixed, and
 * conflict.changed when somebody else changed it meanwhile.
 */
export async function updatePlan(ctx: Ctx, { name, version, ...fields }: InputOf<(typeof tracking)['trackPlan.update']>) {
  mustSeeEverything(ctx)
  await row(sql`SELECT id FROM track_plan WHERE name = ${name} FOR UPDATE`)
  forgetTrackPlan()
  const before = (await trackPlan()).get(name) ?? null
  if (before && version !== undefined && version !== before.version) throw refused('conflict.changed')
  if (
    before?.isBuiltIn &&
    before.properties.some(old => !fields.properties.some(one => one.key === old.key && one.kind === old.kind))
  )
    throw refused('track.builtIn', { field: 'properties' })
  const badExample = fields.properties.findIndex(one => one.example !== '' && exampleOf(one) === undefined)
  if (badExample >= 0) throw refused('track.badExample', { field: `properties.${badExample}.example` })
  if (fields.subjectTypeId !== null) await typeOfId(ctx, fields.subjectTypeId)
  if (before && before.subjectTypeId !== fields.subjectTypeId && (before.isBuiltIn || (await hasTracks(name))))
    throw refused('track.subjectFixed', { field: 'subjectTypeId' })

  const next = await writeVersion(ctx, name, before, fields)
  const isBuiltIn = before?.isBuiltIn ?? false
  await upsert('track_plan', { name, ...fields, isBuiltIn, version: next, updatedAt: ctx.now }, [
    ...(Object.keys(fields) as (keyof PlanFields)[]),
    'version',
    'updatedAt',
  ])
  forgetTrackPlan()
  const after = (await trackPlan()).get(name) as PlannedFacts
  return { ...view(ctx, name, after, await typesOf(ctx)), storedCount: 0, quarantinedCount: 0 }
}

/** The version that this change makes; the same fields again make none. What stood there before versions were kept is the first. */
async function writeVersion(ctx: Ctx, name: string, before: PlannedFacts | null, fields: PlanFields): Promise<number> {
  if (before && JSON.stringify(fieldsOf(before)) === JSON.stringify(fieldsOf(fields))) return before.version
  if (before)
    await insertIgnore('track_plan_versions', {
      name,
      version: before.version,
      plan: fieldsOf(before),
      operatorName: '',
      createdAt: before.updatedAt,
    })
  const version = before ? before.version + 1 : 1
  await insertOne('track_plan_versions', {
    name,
    version,
    plan: fieldsOf(fields),
    operatorName: ctx.actor.name,
    createdAt: ctx.now,
  })
  return version
}

export async function listPlanVersions(_ctx: Ctx, { name, limit }: { name: string; limit: number }): Promise<PlanVersion[]> {
  const found = await rows<{ version: number; plan: string; operator_name: string; created_at: Date }>(
    sql`SELECT version, plan, operator_name, created_at FROM track_plan_versions WHERE name = ${name} ORDER BY version DESC LIMIT ${limit}`,
  )
  return found.map(one => ({
    version: Number(one.version),
    at: one.created_at,
    by: one.operator_name,
    plan: JSON.parse(one.plan) as PlanFields,
  }))
}

async function hasTracks(name: string): Promise<boolean> {
  const found = await clickhouse.query('SELECT 1 FROM tracks WHERE name = {name:String} LIMIT 1', { name })
  return found.length > 0
}

function fieldsOf(of: PlanFields): PlanFields {
  const { zh, properties, isOnTimeline, owner, description, subjectTypeId, isFromClients } = of
  const plain = properties.map(({ key, zh, kind, isRequired, example }) => ({ key, zh, kind, isRequired, example }))
  return { zh, properties: plain, isOnTimeline, owner, description, subjectTypeId, isFromClients }
}

/** With what English readers call it. */
function view(ctx: Ctx, name: string, planned: PlannedFacts, types: readonly TypeFacts[]) {
  const fields = fieldsOf(planned)
  const type = types.find(one => one.id === planned.subjectTypeId)
  return {
    ...fields,
    name,
    en: englishOf(name, planned.zh),
    properties: fields.properties.map(one => ({ ...one, en: englishOf(name, one.zh, one.key) })),
    subjectTypeName: type ? say(ctx, type.zh, type.en || type.zh) : null,
    isBuiltIn: planned.isBuiltIn,
    version: planned.version,
    updatedAt: planned.updatedAt,
    example: Object.fromEntries(
      fields.properties.flatMap(one => {
        const value = exampleOf(one)
        return value === undefined ? [] : [[one.key, value]]
      }),
    ) as TrackProperties,
  }
}

/** The example as a value of the property's kind; undefined when there is none, or it does not fit. */
function exampleOf({ kind, example }: PlanProperty): string | number | boolean | undefined {
  if (example === '') return undefined
  if (kind === 'text') return example
  if (kind === 'flag') return example === 'true' ? true : example === 'false' ? false : undefined
  return Number.isFinite(Number(example)) ? Number(example) : undefined
}
