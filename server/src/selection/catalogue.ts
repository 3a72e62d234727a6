import { type FieldKind, type FieldName, RULE_CONDITIONS_MAX, RULE_DEPTH_MAX } from '@banyan/shared'
import { type Ctx, clickhouse, notFound, readIn, say } from '../core/index.ts'
import { englishOf, trackPlan } from '../tracking/index.ts'
import { type Choice, choicesOf, nameOfValue } from './choices.ts'
import { LIST_GAP } from './operators/list.ts'
import { ofStoresSql, scopeOf } from './scope.ts'
import { relatedKind, type SubjectKind, type SubjectKinds, subjectKinds } from './subject-kind.ts'

const CHOICES_MAX = 200
const CHOICES_PER_PROPERTY_MAX = 50
/** A list of names or of nearly as many values as people is no list to choose from. */
const NO_CHOICES = new Set(['name', 'lastClickId'])
/** A value and how many hold it, as the sketch that finds the most frequent ones counts: close, and fast at any size. */
type Counted = [value: string, count: number]
const countedSql = (max: number, value: string) =>
  `arrayMap(one -> (one.1, toUInt32(one.2)), topK(${max}, 3, 'counts')(${value})) AS list`
const asFound = (key: string, [value, count]: Counted) => ({ value, ...nameOfValue(key, value), count })
/** Our own tracks keep sentences too: why points moved. */
const asSaid = ([value, count]: Counted) => ({ value, zh: value, en: readIn({ language: 'en' }, value), count })

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
      const counted = values.get(fact) ?? []
      const found = (of === 'text' || of === 'list') && !NO_CHOICES.has(key) ? counted.map(one => asFound(key, one)) : null
      const counts = new Map(counted)
      const shown = named?.map(choice => ({ ...choice, count: countOf(of, counts, choice) }))
      return { key, zh, en, kind: of, scope, group, unit: unit ?? null, choices: shown ?? found }
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

/** What is known of a person in the whole group counts where a brand has met him. */
const MET =
  "(SELECT groupBitmapState(person_id) FROM facts_all WHERE name = 'inBrand' AND is_set = 1 AND brand_id IN {met:Array(UInt32)})"

/** A named value that is not among those that were found is held by none; numbers with names bring their own count. */
function countOf(kind: FieldKind, counts: ReadonlyMap<string, number>, choice: Choice & { count?: number }): number | null {
  if (choice.count !== undefined) return choice.count
  return counts.size > 0 && (kind === 'text' || kind === 'list') ? (counts.get(choice.value) ?? 0) : null
}

/** The most frequent texts of every fact, by the fact's name; of lists, the most frequent of what they hold. */
async function valuesOfFields(ctx: Ctx, kind: SubjectKind): Promise<Map<string, Counted[]>> {
  const ofKind = (wanted: string) =>
    [...kind.fields].flatMap(([key, field]) => (field.kind === wanted && !NO_CHOICES.has(key) ? [field.fact] : []))
  const [texts, lists] = [ofKind('text'), ofKind('list')]
  const found = await Promise.all([
    valuesOfFacts(ctx, texts, 'text', ''),
    ...(lists.length > 0 ? [valuesOfFacts(ctx, lists, 'one', `ARRAY JOIN splitByString({gap:String}, text) AS one`)] : []),
  ])
  return new Map(found.flat().map(({ name, list }) => [name, list]))
}

async function valuesOfFacts(ctx: Ctx, names: string[], value: string, join: string) {
  const { brands } = scopeOf(ctx)
  const own = ofStoresSql(ctx)
  return clickhouse.query<{ name: string; list: Counted[] }>(
    `SELECT name, ${countedSql(CHOICES_MAX, value)} FROM facts_all ${join} WHERE name IN {names:Array(String)} AND is_set = 1 AND text != ''
      ${brands ? `AND brand_id IN {brands:Array(UInt32)} AND (brand_id != 0 OR bitmapContains(${MET}, person_id))` : ''}${own.sql} GROUP BY name`,
    { names, gap: LIST_GAP, met: brands ?? [], ...own.params, ...(brands ? { brands: [0, ...brands] } : {}) },
  )
}

/** What the ranks of tiers are called, lowest first; of one brand, since every brand has tiers of its own. */
async function tiersByRank(ctx: Ctx): Promise<(Choice & { count: number })[]> {
  const { brands } = scopeOf(ctx)
  if (brands?.length !== 1) return []
  const found = await clickhouse.query<{ rank: number; tier: string; n: number }>(
    `SELECT rank, topK(1)(tier)[1] AS tier, toUInt32(count()) AS n FROM (
        SELECT person_id, argMaxIf(number, version, name = 'tierRank') AS rank, argMaxIf(text, version, name = 'tier') AS tier
        FROM facts_all WHERE name IN ('tier', 'tierRank') AND is_set = 1 AND brand_id IN {brands:Array(UInt32)} GROUP BY person_id)
      WHERE tier != '' GROUP BY rank ORDER BY rank`,
    { brands },
  )
  return found.map(({ rank, tier, n }) => ({ value: String(rank), zh: tier, en: tier, count: n }))
}

/** The most frequent texts of every track property, from a sample of the latest month. */
async function valuesOfProperties(ctx: Ctx): Promise<Map<string, Counted[]>> {
  const { brands } = scopeOf(ctx)
  const own = ofStoresSql(ctx)
  const found = await clickhouse.query<{ name: string; key: string; list: Counted[]; different: number }>(
    `SELECT name, key, ${countedSql(CHOICES_PER_PROPERTY_MAX, 'value')}, uniq(value) AS different FROM (
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
