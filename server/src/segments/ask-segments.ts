import type { InputOf, Rule, RuleNames, segments } from '@banyan/shared'
import { allConditionsOf } from '@banyan/shared'
import { type Ctx, clickhouse, notFound, orderOf, refused, rows, sql } from '../core/index.ts'
import { briefsOf, canonicalIds, mustSeePerson, peopleMeant } from '../identity/index.ts'
import {
  countPeople,
  estimatePeople,
  explainPerson,
  inIds,
  noteAsked,
  ruleNames,
  type Scope,
  scopeOf,
  selectAmong,
  selectPeople,
} from '../selection/index.ts'
import { findSubjects, titlesOf, visibleSubjectsById } from '../subjects/index.ts'
import { tagsById } from '../tags/index.ts'
import { membersSql } from './read-membership.ts'
import { asking, type Resolved, resolveRule, resolveSegment } from './resolve-rule.ts'
import { mustUseSegment, scopeOfSegment, segmentOfId } from './segment.ts'

type Segments = typeof segments

/** Exact where that is fast, from a sample otherwise; what was computed is noted, and what comes again is stored. */
export async function estimateRule(ctx: Ctx, { rule, typeId }: { rule: Rule; typeId?: number }) {
  const began = Date.now()
  const resolved = await resolveRule(ctx, rule, null, typeId)
  const scope = asking(scopeOf(ctx), resolved)
  const { margin, missing, ...answer } = await estimatePeople(resolved.rule, scope)
  const tookMs = Date.now() - began
  // A sample is fast whatever it stands for: the exact answer would have taken long.
  await noteAsked(ctx, [resolved.rule], scope, missing, margin === null ? tookMs : Number.POSITIVE_INFINITY)
  return { ...answer, sampledMargin: margin, isExact: margin === null, tookMs }
}

/** Exact; a rule that takes too long is refused with words. */
export async function countRule(ctx: Ctx, { rule, typeId }: { rule: Rule; typeId?: number }) {
  const began = Date.now()
  const resolved = await resolveRule(ctx, rule, null, typeId)
  const scope = asking(scopeOf(ctx), resolved)
  const { missing, ...answer } = await countPeople(resolved.rule, scope)
  const tookMs = Date.now() - began
  await noteAsked(ctx, [resolved.rule], scope, missing, tookMs)
  return { ...answer, sampledMargin: null, isExact: true, tookMs }
}

const MEMBER_SORTS = { personId: 'person_id', enteredAt: 'at' }
/** So many who fit the words can be looked for among the members: a bound for memory, beyond what one word finds in ten million people. */
const SEARCHED_MAX = 1_000_000

/**
 * Members as of the last refresh, by id or by when they entered; of an operator of single stores, those of his stores. A search understands
 * what the search of people does, and of things that of things. Throws input.invalid for another field to sort by, and for words that fit more than a million.
 */
export async function segmentMembers(
  ctx: Ctx,
  { segmentId, page, pageSize, search, sort }: InputOf<Segments['segments.members']>,
) {
  const segment = await segmentOfId(ctx, segmentId)
  const typeId = Number(segment.type_id)
  const [field, way] = orderOf(sort, ['personId', 'enteredAt'], 'personId')
  const all = membersSql(ctx, [segmentId])
  const params: Record<string, unknown> = { ...all.params }
  const bind = (value: unknown, type: string) => {
    params.searched = value
    return `{searched:${type}}`
  }
  const members = search
    ? `SELECT * FROM (${all.sql}) WHERE person_id IN ${inIds(await fitting(ctx, typeId, search), bind)}`
    : all.sql
  const [counted] = await clickhouse.query<{ n: number }>(`SELECT count() AS n FROM (${members})`, params)
  const found = await clickhouse.query<{ person_id: number; at: number }>(
    `SELECT person_id, toUnixTimestamp64Milli(at) AS at FROM (${members}) ORDER BY ${MEMBER_SORTS[field]} ${way}, person_id LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    { ...params, limit: pageSize, offset: (page - 1) * pageSize },
  )
  const ids = found.map(one => one.person_id)
  const titles = typeId === 0 ? null : await titlesOf(ids)
  const briefs = new Map((titles ? [] : await briefsOf(ids)).map(brief => [brief.id, brief]))
  const items = found.map(({ person_id: personId, at }) => {
    const brief = briefs.get(personId)
    return {
      personId,
      name: titles ? (titles.get(personId) ?? null) : (brief?.name ?? null),
      avatar: brief?.avatar ?? null,
      phoneMasked: brief?.phoneMasked ?? null,
      enteredAt: new Date(at),
    }
  })
  return { items, total: counted?.n ?? 0 }
}

async function fitting(ctx: Ctx, typeId: number, search: string): Promise<number[]> {
  const found =
    typeId === 0
      ? (await rows<{ id: number }>(sql`SELECT id FROM (${await peopleMeant(ctx, search)}) meant LIMIT ${SEARCHED_MAX + 1}`)).map(
          one => Number(one.id),
        )
      : await findSubjects(ctx, typeId, search, SEARCHED_MAX + 1)
  if (found.length > SEARCHED_MAX) throw refused('input.invalid', { field: 'search', reason: 'fits too many' })
  return found
}

export async function explainSegment(ctx: Ctx, { personId, rule, segmentId, typeId }: InputOf<Segments['segments.explain']>) {
  const { resolved, scope } = segmentId === undefined ? await unsaved(ctx, rule as Rule, typeId) : await scoped(ctx, segmentId)
  const subject = resolved.typeId === 0 ? await mustSeePerson(ctx, personId) : await mustSeeThing(ctx, personId, resolved.typeId)
  return explainPerson(resolved.rule, scope, subject, await namesIn(ctx, resolved), resolved.labels)
}

async function mustSeeThing(ctx: Ctx, subjectId: number, typeId: number): Promise<number> {
  const [found] = await visibleSubjectsById(ctx, [subjectId])
  if (!found || Number(found.type_id) !== typeId) throw notFound('subject', subjectId)
  return subjectId
}

/** Which of these people are in at this instant; asked by an old id, a merged person answers as his survivor. */
export async function whoIsIn(ctx: Ctx, { segmentId, personIds }: { segmentId: number; personIds: number[] }) {
  const { resolved, scope } = await scoped(ctx, segmentId)
  const canonical = await canonicalIds(personIds)
  const inside = new Set(await selectAmong(resolved.rule, scope, [...new Set(canonical.values())]))
  return { personIds: [...canonical].filter(([, person]) => inside.has(person)).map(([id]) => id) }
}

/** Everybody whom a segment or a rule selects at `ctx.now`, canonical ids ascending, in pages of at most 200,000. Takes no snapshot: keep what you need. */
export async function* audienceOf(ctx: Ctx, of: { segmentId: number } | { rule: Rule } | number): AsyncGenerator<number[]> {
  const segmentId = typeof of === 'number' ? of : 'segmentId' in of ? of.segmentId : null
  const { resolved, scope } = segmentId === null ? await unsaved(ctx, (of as { rule: Rule }).rule) : await scoped(ctx, segmentId)
  yield* selectPeople(resolved.rule, scope)
}

async function unsaved(ctx: Ctx, rule: Rule, typeId?: number): Promise<{ resolved: Resolved; scope: Scope }> {
  const resolved = await resolveRule(ctx, rule, null, typeId)
  return { resolved, scope: asking(scopeOf(ctx), resolved) }
}

/** A saved segment keeps its brand, whoever asks. */
async function scoped(ctx: Ctx, segmentId: number): Promise<{ resolved: Resolved; scope: Scope }> {
  const segment = await mustUseSegment(ctx, segmentId)
  const resolved = await resolveSegment(ctx, segment)
  return { resolved, scope: asking(scopeOfSegment(ctx, segment), resolved) }
}

async function namesIn(ctx: Ctx, { rule, typeId, kinds }: Resolved): Promise<RuleNames> {
  const tags = await tagsById(
    ctx,
    allConditionsOf(rule).flatMap(condition => (condition.kind === 'tag' ? condition.tagIds : [])),
  )
  return ruleNames(ctx, { typeId, kinds }, new Map(tags.map(tag => [tag.id, tag.name])))
}
