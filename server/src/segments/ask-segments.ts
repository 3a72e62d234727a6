import type { InputOf, Rule, RuleNames, segments } from '@banyan/shared'
import { conditionsOf } from '@banyan/shared'
import { type Ctx, clickhouse } from '../core/index.ts'
import { briefsOf, canonicalId, mustSeePerson } from '../identity/index.ts'
import {
  countPeople,
  estimatePeople,
  explainPerson,
  noteAsked,
  type Scope,
  scopeOf,
  selectAmong,
  selectPeople,
} from '../selection/index.ts'
import { tagsById } from '../tags/index.ts'
import { trackPlan, trackWord } from '../tracking/index.ts'
import { membersSql } from './read-membership.ts'
import { type Resolved, resolveRule, resolveSegment } from './resolve-rule.ts'
import { mustUseSegment, scopeOfSegment, segmentOfId } from './segment.ts'

type Segments = typeof segments

/** Exact where that is fast, from a sample otherwise; what was computed is noted, and what comes again is stored. */
export async function estimateRule(ctx: Ctx, { rule }: { rule: Rule }) {
  const began = Date.now()
  const resolved = await resolveRule(ctx, rule)
  const scope = scopeOf(ctx)
  const { margin, missing, ...answer } = await estimatePeople(resolved.rule, scope)
  const tookMs = Date.now() - began
  // A sample is fast whatever it stands for: the exact answer would have taken long.
  await noteAsked(ctx, [resolved.rule], scope, missing, margin === null ? tookMs : Number.POSITIVE_INFINITY)
  return { ...answer, sampledMargin: margin, isExact: margin === null, tookMs }
}

/** Exact; a rule that takes too long is refused with words. */
export async function countRule(ctx: Ctx, { rule }: { rule: Rule }) {
  const began = Date.now()
  const resolved = await resolveRule(ctx, rule)
  const scope = scopeOf(ctx)
  const { missing, ...answer } = await countPeople(resolved.rule, scope)
  const tookMs = Date.now() - began
  await noteAsked(ctx, [resolved.rule], scope, missing, tookMs)
  return { ...answer, sampledMargin: null, isExact: true, tookMs }
}

/** Members as of the last refresh, by person id; of an operator of single stores, those of his stores. */
export async function segmentMembers(ctx: Ctx, { segmentId, page, pageSize }: InputOf<Segments['segments.members']>) {
  await segmentOfId(ctx, segmentId)
  const { sql: members, params } = membersSql(ctx, [segmentId])
  const [counted] = await clickhouse.query<{ n: number }>(`SELECT count() AS n FROM (${members})`, params)
  const found = await clickhouse.query<{ person_id: number; at: number }>(
    `SELECT person_id, toUnixTimestamp64Milli(at) AS at FROM (${members}) ORDER BY person_id LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    { ...params, limit: pageSize, offset: (page - 1) * pageSize },
  )
  const briefs = new Map((await briefsOf(found.map(one => one.person_id))).map(brief => [brief.id, brief]))
  const items = found.map(({ person_id: personId, at }) => {
    const brief = briefs.get(personId)
    return {
      personId,
      name: brief?.name ?? null,
      avatar: brief?.avatar ?? null,
      phoneMasked: brief?.phoneMasked ?? null,
      enteredAt: new Date(at),
    }
  })
  return { items, total: counted?.n ?? 0 }
}

export async function explainSegment(ctx: Ctx, { personId, rule, segmentId }: InputOf<Segments['segments.explain']>) {
  const person = await mustSeePerson(ctx, personId)
  const { resolved, scope } =
    segmentId === undefined
      ? { resolved: await resolveRule(ctx, rule as Rule), scope: scopeOf(ctx) }
      : await scoped(ctx, segmentId)
  return explainPerson(resolved.rule, scope, person, await namesIn(ctx, resolved.rule), resolved.labels)
}

/** Which of these people are in at this instant; asked by an old id, a merged person answers as his survivor. */
export async function whoIsIn(ctx: Ctx, { segmentId, personIds }: { segmentId: number; personIds: number[] }) {
  const { resolved, scope } = await scoped(ctx, segmentId)
  const canonical = new Map<number, number>()
  for (const id of new Set(personIds)) canonical.set(id, await canonicalId(id))
  const inside = new Set(await selectAmong(resolved.rule, scope, [...new Set(canonical.values())]))
  return { personIds: [...canonical].filter(([, person]) => inside.has(person)).map(([id]) => id) }
}

/** Everybody whom a segment or a rule selects at `ctx.now`, canonical ids ascending, in pages of at most 200,000. Takes no snapshot: keep what you need. */
export async function* audienceOf(ctx: Ctx, of: { segmentId: number } | { rule: Rule } | number): AsyncGenerator<number[]> {
  const segmentId = typeof of === 'number' ? of : 'segmentId' in of ? of.segmentId : null
  const { resolved, scope } =
    segmentId === null
      ? { resolved: await resolveRule(ctx, (of as { rule: Rule }).rule), scope: scopeOf(ctx) }
      : await scoped(ctx, segmentId)
  yield* selectPeople(resolved.rule, scope)
}

/** A saved segment keeps its brand, whoever asks. */
async function scoped(ctx: Ctx, segmentId: number): Promise<{ resolved: Resolved; scope: Scope }> {
  const segment = await mustUseSegment(ctx, segmentId)
  return { resolved: await resolveSegment(ctx, segment), scope: scopeOfSegment(ctx, segment) }
}

async function namesIn(ctx: Ctx, rule: Rule): Promise<RuleNames> {
  const conditions = conditionsOf(rule)
  const tags = await tagsById(
    ctx,
    conditions.flatMap(condition => (condition.kind === 'tag' ? condition.tagIds : [])),
  )
  const plan = await trackPlan()
  return {
    language: ctx.language,
    tag: id => tags.find(tag => tag.id === id)?.name ?? String(id),
    segment: String,
    track: name => trackWord(ctx, name, plan.get(name)?.zh),
    property: (track, key) => {
      const zh = plan.get(track)?.properties.find(property => property.key === key)?.zh
      return trackWord(ctx, track, zh, key)
    },
  }
}
