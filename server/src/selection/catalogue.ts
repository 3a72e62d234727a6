import { type FieldName, RULE_CONDITIONS_MAX, RULE_DEPTH_MAX } from '@banyan/shared'
import { type Ctx, clickhouse, notFound, readIn, say } from '../core/index.ts'
import { englishOf, trackPlan } from '../tracking/index.ts'
import { type Choice, choicesOf } from './choices.ts'
import { ofStoresSql, scopeOf } from './scope.ts'
import { relatedKind, type SubjectKind, type SubjectKinds, subjectKinds } from './subject-kind.ts'

const CHOICES_MAX = 200
const CHOICES_PER_PROPERTY_MAX = 50
/** A list of names or of nearly as many values as people is no list to choose from. */
const NO_CHOICES = new Set(['name'])
/** What people wrote has no other language. */
const asItIs = (value: string): Choice => ({ value, zh: value, en: value })
/** Our own tracks keep sentences too: why points moved. */
const asSaid = (value: string): Choice => ({ value, zh: value, en: readIn({ language: 'en' }, value) })

/** What rules about people, or about subjects of a type, can ask in the caller's brands, with the values that are there. */
export async function selectionCatalogue(ctx: Ctx, { typeId }: { typeId?: number }) {
  const kinds = await subjectKinds(ctx)
  const kind = kinds.get(typeId ?? 0)
  if (!kind) throw notFound('subjectType', typeId)
  const isPeople = kind.typeId === 0
  const [values, properties, ranks, plan] = await Promise.all([
    valuesOfFields(ctx, kind),
    valuesOfProperties(ctx),
    isPeople ? tiersByRank(ctx) : [],
    trackPlan(),
  ])
  const fields = await Promise.all(
    [...kind.fields].map(async ([key, { zh, en, kind: of, scope, group, unit, choices, fact }]) => {
      const named: readonly Choice[] | undefined =
        choices ??
        (isPeople ? await choicesOf(key as FieldName)?.(ctx) : undefined) ??
        (isPeople && key === 'tierRank' ? ranks : undefined)
      const found = of === 'text' && !NO_CHOICES.has(key) ? (values.get(fact) ?? []).map(asItIs) : null
      return { key, zh, en, kind: of, scope, group, unit: unit ?? null, choices: named ? [...named] : found }
    }),
  )
  const tracks = [...plan].map(([name, { zh, properties: planned }]) => ({
    name,
    zh,
    en: englishOf(name, zh),
    properties: planned.map(property => ({
      key: property.key,
      zh: property.zh,
      en: englishOf(name, property.zh, property.key),
      kind: property.kind,
      choices: property.kind === 'text' ? (properties.get(`${name}\0${property.key}`)?.map(asSaid) ?? null) : null,
    })),
  }))
  return {
    typeId: isPeople ? null : kind.typeId,
    name: say(ctx, kind.zh, kind.en),
    relations: relationsOf(ctx, kind, kinds),
    fields,
    tracks,
    depthMax: RULE_DEPTH_MAX,
    conditionsMax: RULE_CONDITIONS_MAX,
  }
}

/** Every way from subjects of a kind to others: its own relations, and those of others that lead here. */
function relationsOf(ctx: Ctx, kind: SubjectKind, kinds: SubjectKinds) {
  return [...kinds.values()].flatMap(owner =>
    owner.relations.flatMap(relation =>
      (['out', 'in'] as const).flatMap(end => {
        const path = { typeId: owner.typeId, relation: relation.key, end }
        const to = relatedKind(kinds, kind, path)
        if (!to) return []
        const word = say(ctx, relation.zh, relation.en || relation.zh)
        const name = end === 'out' ? word : say(ctx, `${to.zh}（${word}）`, `${to.en} (${word})`)
        return [{ path, name, toTypeId: to.typeId === 0 ? null : to.typeId, roles: relation.roles }]
      }),
    ),
  )
}

/** The most frequent texts of every fact, by the fact's name. */
async function valuesOfFields(ctx: Ctx, kind: SubjectKind): Promise<Map<string, string[]>> {
  const names = [...kind.fields].flatMap(([key, field]) => (field.kind === 'text' && !NO_CHOICES.has(key) ? [field.fact] : []))
  const { brands } = scopeOf(ctx)
  const own = ofStoresSql(ctx)
  const found = await clickhouse.query<{ name: string; list: string[] }>(
    `SELECT name, topK(${CHOICES_MAX})(text) AS list FROM facts_all WHERE name IN {names:Array(String)} AND is_set = 1 AND text != ''
      ${brands ? 'AND brand_id IN {brands:Array(UInt32)}' : ''}${own.sql} GROUP BY name`,
    { names, ...own.params, ...(brands ? { brands: [0, ...brands] } : {}) },
  )
  return new Map(found.map(({ name, list }) => [name, list]))
}

/** What the ranks of tiers are called, lowest first; of one brand, since every brand has tiers of its own. */
async function tiersByRank(ctx: Ctx): Promise<Choice[]> {
  const { brands } = scopeOf(ctx)
  if (brands?.length !== 1) return []
  const found = await clickhouse.query<{ rank: number; tier: string }>(
    `SELECT rank, topK(1)(tier)[1] AS tier FROM (
        SELECT person_id, argMaxIf(number, version, name = 'tierRank') AS rank, argMaxIf(text, version, name = 'tier') AS tier
        FROM facts_all WHERE name IN ('tier', 'tierRank') AND is_set = 1 AND brand_id IN {brands:Array(UInt32)} GROUP BY person_id)
      WHERE tier != '' GROUP BY rank ORDER BY rank`,
    { brands },
  )
  return found.map(({ rank, tier }) => ({ value: String(rank), zh: tier, en: tier }))
}

/** The most frequent texts of every track property, from a sample of the latest month. */
async function valuesOfProperties(ctx: Ctx): Promise<Map<string, string[]>> {
  const { brands } = scopeOf(ctx)
  const own = ofStoresSql(ctx)
  const found = await clickhouse.query<{ name: string; key: string; list: string[]; different: number }>(
    `SELECT name, key, topK(${CHOICES_PER_PROPERTY_MAX})(value) AS list, uniq(value) AS different FROM (
        SELECT name, texts FROM tracks WHERE occurred_at >= {since:DateTime64(3)} ${brands ? 'AND brand_id IN {brands:Array(UInt32)}' : ''}${own.sql} LIMIT 200000)
      ARRAY JOIN mapKeys(texts) AS key, mapValues(texts) AS value GROUP BY name, key`,
    { since: new Date(ctx.now.getTime() - 90 * 86_400_000), ...own.params, ...(brands ? { brands } : {}) },
  )
  // Order numbers and the like are all different: nothing to choose from.
  return new Map(
    found
      .filter(({ different }) => different <= CHOICES_PER_PROPERTY_MAX)
      .map(({ name, key, list }) => [`${name}\0${key}`, list]),
  )
}
