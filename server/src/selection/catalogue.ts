import { FIELD_NAMES, FIELDS, type Field, RULE_CONDITIONS_MAX, RULE_DEPTH_MAX } from '@banyan/shared'
import { type Ctx, clickhouse } from '../core/index.ts'
import { englishOf, trackPlan } from '../tracking/index.ts'
import { type Choice, choicesOf } from './choices.ts'
import { ofStoresSql, scopeOf } from './scope.ts'

const CHOICES_MAX = 200
const CHOICES_PER_PROPERTY_MAX = 50
/** A list of names or of nearly as many values as people is no list to choose from. */
const NO_CHOICES = new Set(['name'])
/** What people wrote has no other language. */
const asItIs = (value: string): Choice => ({ value, zh: value, en: value })

/** What rules can ask in the caller's brands, with the values that are there. */
export async function selectionCatalogue(ctx: Ctx) {
  const [values, properties, ranks, plan] = await Promise.all([
    valuesOfFields(ctx),
    valuesOfProperties(ctx),
    tiersByRank(ctx),
    trackPlan(),
  ])
  const fields = await Promise.all(
    FIELD_NAMES.map(async key => {
      const { zh, en, kind, scope, group, unit, choices }: Field = FIELDS[key]
      const named: readonly Choice[] | undefined =
        choices ?? (await choicesOf(key)?.(ctx)) ?? (key === 'tierRank' ? ranks : undefined)
      const found = kind === 'text' && !NO_CHOICES.has(key) ? (values.get(key) ?? []).map(asItIs) : null
      return { key, zh, en, kind, scope, group, unit: unit ?? null, choices: named ? [...named] : found }
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
      choices: property.kind === 'text' ? (properties.get(`${name}\0${property.key}`) ?? null) : null,
    })),
  }))
  return { fields, tracks, depthMax: RULE_DEPTH_MAX, conditionsMax: RULE_CONDITIONS_MAX }
}

/** The most frequent texts of every fact. */
async function valuesOfFields(ctx: Ctx): Promise<Map<string, string[]>> {
  const names = FIELD_NAMES.filter(name => FIELDS[name].kind === 'text' && !NO_CHOICES.has(name))
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
