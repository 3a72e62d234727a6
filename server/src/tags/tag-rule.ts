import { allConditionsOf, type Rule, ruleWords, type TagComputation, type TagValueKind } from '@banyan/shared'
import { type Ctx, insertOne, notFound, refused, row, sql } from '../core/index.ts'
import {
  complaintOf,
  readsOf,
  readsOfComputation,
  ruleNames,
  type Scope,
  scopeOf,
  subjectFact,
  subjectKinds,
  unknownTagIn,
} from '../selection/index.ts'
import { trackPlan } from '../tracking/index.ts'
import { computationOfTag, ruleOfTag, type TagRow, tagRows, tagsById } from './tag.ts'

/** How deep tags may stand on each other. */
const CHAIN_MAX = 20

/** Around whom a tag is worked out: everybody of its brand, or of the group, of its subject type. */
export async function scopeOfTag(ctx: Ctx, typeId: number | null): Promise<Scope> {
  const kinds = await subjectKinds(ctx)
  if (!kinds.has(typeId ?? 0)) throw notFound('subjectType', typeId ?? 0)
  return { ...scopeOf(ctx, ctx.brandId), stores: [], kinds, ...(typeId === null ? {} : { typeId }) }
}

/**
 * Checks that everything a tag's rule names is there and that no tag stands on itself; answers what it reads. `ownId` is the tag whose rule it is.
 * Throws selection.* refusals, tag.noSegmentsInRule, tag.cycle.
 */
export async function checkTagRule(ctx: Ctx, rule: Rule, typeId: number | null, ownId: number | null): Promise<string[]> {
  const { kinds = new Map() } = await scopeOfTag(ctx, typeId)
  const kind = kinds.get(typeId ?? 0)
  if (!kind) throw notFound('subjectType', typeId ?? 0)
  const complaint = complaintOf(rule, kind, { tracks: await trackPlan(), kinds })
  if (complaint) throw refused(complaint.code, { field: 'rule', path: complaint.path, name: complaint.name })
  if (allConditionsOf(rule).some(condition => condition.kind === 'segment'))
    throw refused('tag.noSegmentsInRule', { field: 'rule' })
  const named = tagsNamed(rule)
  const known = new Set((await tagsById(ctx, named)).map(tag => tag.id))
  const tagId = named.find(id => !known.has(id))
  if (tagId !== undefined)
    throw refused('selection.unknownTag', { field: 'rule', path: unknownTagIn(rule, known)?.path ?? 'rule', tagId })
  if (ownId !== null) await mustNotStandOn(ctx, ownId, named)
  return [
    ...new Set([
      ...(typeId === null ? [] : [`fact:${subjectFact(typeId, 'exists')}`]),
      ...allConditionsOf(rule).flatMap(condition => readsOf(condition, kind, kinds)),
    ]),
  ]
}

/**
 * Checks what a computed tag computes; answers what it reads, what kind of value comes of it, and whether a property holds texts. Throws selection.* refusals.
 */
export async function checkComputation(
  ctx: Ctx,
  computation: TagComputation,
  typeId: number | null,
): Promise<{ reads: string[]; valueKind: TagValueKind; asText: boolean }> {
  const scope = await scopeOfTag(ctx, typeId)
  if (computation.of === 'daysSinceField') {
    const field = scope.kinds?.get(typeId ?? 0)?.fields.get(computation.field)
    if (!field) throw refused('selection.unknownField', { field: 'computation', name: computation.field })
    if (field.kind !== 'instant') throw refused('selection.wrongKind', { field: 'computation', name: computation.field })
    return { reads: readsOfComputation(computation, scope), valueKind: 'number', asText: false }
  }
  const planned = (await trackPlan()).get(computation.name)
  if (!planned) throw refused('selection.unknownTrack', { field: 'computation', name: computation.name })
  for (const { property } of computation.filters) mustPlan(planned, property)
  const reads = readsOfComputation(computation, scope)
  if (!('property' in computation)) return { reads, valueKind: 'number', asText: false }
  const { kind } = mustPlan(planned, computation.property)
  const asText = kind === 'text'
  const wantsText = computation.of === 'favourite'
  const wantsNumber = computation.of === 'sum' || computation.of === 'rfm'
  if ((wantsText && !asText) || (wantsNumber && asText))
    throw refused('selection.wrongKind', { field: 'computation', name: computation.property })
  return { reads, valueKind: asText || computation.of === 'rfm' ? 'text' : 'number', asText }
}

function mustPlan(planned: { properties: readonly { key: string; kind: string }[] }, key: string) {
  const found = planned.properties.find(one => one.key === key)
  if (!found) throw refused('selection.unknownField', { field: 'computation', name: key })
  return found
}

/** Tags that a rule asks of, by the tag itself or by what it says. */
export function tagsNamed(rule: Rule): number[] {
  const named = allConditionsOf(rule).flatMap(condition => {
    if (condition.kind === 'tag') return condition.tagIds
    const said = 'field' in condition ? /^tag(\d+)$/.exec(condition.field) : null
    return said ? [Number(said[1])] : []
  })
  return [...new Set(named)]
}

async function mustNotStandOn(ctx: Ctx, ownId: number, named: readonly number[]): Promise<void> {
  let open = [...named]
  for (let step = 0; open.length > 0; step += 1) {
    if (open.includes(ownId) || step > CHAIN_MAX) throw refused('tag.cycle', { field: 'rule' })
    open = (await tagRows(ctx, open)).flatMap(tag => {
      const rule = ruleOfTag(tag)
      return rule ? tagsNamed(rule) : []
    })
  }
}

/** The rule as a sentence in both languages, kept once: why the tag is on whoever has it. Answers its id. */
export async function reasonOf(ctx: Ctx, tag: TagRow): Promise<number | null> {
  const rule = ruleOfTag(tag)
  if (!rule || computationOfTag(tag)) return null
  const { kinds = new Map() } = await scopeOfTag(ctx, Number(tag.type_id) || null)
  const names = new Map((await tagsById(ctx, tagsNamed(rule))).map(one => [one.id, one.name]))
  const words = async (language: 'zh' | 'en') =>
    ruleWords(rule, await ruleNames({ language }, { typeId: Number(tag.type_id), kinds }, names))
  const [zh, en] = [await words('zh'), await words('en')]
  const latest = await row<{ id: number; zh: string; en: string }>(
    sql`SELECT id, zh, en FROM tag_reasons WHERE tag_id = ${tag.id} ORDER BY id DESC LIMIT 1`,
  )
  if (latest?.zh === zh && latest.en === en) return Number(latest.id)
  return insertOne('tag_reasons', { tagId: tag.id, zh, en, createdAt: ctx.now })
}
