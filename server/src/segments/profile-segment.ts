import { createHash } from 'node:crypto'
import type { FieldWords, InputOf, ProfileAttribute, segments } from '@banyan/shared'
import { fieldNumberWords } from '@banyan/shared'
import { type Ctx, dayIn, redis, refused, say } from '../core/index.ts'
import {
  AGES,
  type FactProfile,
  type FactShares,
  type KindField,
  PEOPLE,
  profileFacts,
  type SubjectKind,
  type SubjectKinds,
  subjectKinds,
} from '../selection/index.ts'
import { tagsById } from '../tags/index.ts'
import { wordsOfValues } from './field-choices.ts'
import { memberSets } from './member-sets.ts'
import { asking } from './resolve-rule.ts'
import { type SegmentRow, scopeOfSegment, segmentOfId } from './segment.ts'

type Segments = typeof segments
type Kept = { at: string; tookMs: number; profile: Omit<FactProfile, 'facts' | 'values'> & { facts: Facts[]; values: Values[] } }
type Facts = [string, FactProfile['facts'] extends Map<string, infer F> ? F : never]
type Values = [string, FactProfile['values'] extends Map<string, infer V> ? V : never]

const KEPT_MS = 6 * 3_600_000
/** Asked again sooner than this, the answer is the same. */
const AGAIN_MS = 10_000
const LOCK_MS = 60_000
const ATTRIBUTES_MAX = 30
const VALUES_SHOWN = 8
const TAGS_SHOWN = 12

/**
 * How the members of a segment differ from everybody else of their kind in the segment's brand; of an operator of single stores, among his people only.
 * Members are those of the last refresh. Kept for six hours; lost with Redis, it is computed again. Throws segment.notBuilt, selection.tooSlow.
 */
export async function profileSegment(ctx: Ctx, { segmentId, isAgain }: InputOf<Segments['segments.profile']>) {
  const segment = await segmentOfId(ctx, segmentId)
  if (segment.is_built !== 1) throw refused('segment.notBuilt', { segmentId })
  const kinds = await subjectKinds(ctx)
  const kind = kinds.get(Number(segment.type_id)) ?? PEOPLE
  const { at, tookMs, profile } = await keptProfile(ctx, segment, kinds, isAgain)
  const people = { inside: profile.people.inside, all: profile.people.all }
  const whole: FactProfile = { ...profile, facts: new Map(profile.facts), values: new Map(profile.values) }
  const attributes = [...(await attributesOf(ctx, segment, kind, whole)), ...(await tagsOf(ctx, segment, kind, whole))]
    .filter(one => one.values.length > 0 && people.inside > 0)
    .sort((a, b) => b.distance - a.distance || (a.key < b.key ? -1 : 1))
  return {
    insideCount: people.inside,
    outsideCount: people.all - people.inside,
    isSample: profile.isSample,
    at: new Date(at),
    tookMs,
    attributes: attributes.slice(0, ATTRIBUTES_MAX),
  }
}

/** Without words: they are said in the reader's language when they are read. */
async function keptProfile(ctx: Ctx, segment: SegmentRow, kinds: SubjectKinds, isAgain: boolean): Promise<Kept> {
  const scope = asking(scopeOfSegment(ctx, segment), { typeId: Number(segment.type_id), kinds })
  // Who sees other people is answered with another profile; and a changed rule makes another segment.
  const whose = JSON.stringify([scope.brands, scope.stores, segment.rule])
  const key = `segments.profile:${segment.id}:${createHash('sha256').update(whose).digest('base64url').slice(0, 22)}`
  const youngerThan = isAgain ? AGAIN_MS : KEPT_MS
  const read = async () => {
    const kept = JSON.parse((await redis.get(key)) ?? 'null') as Kept | null
    return kept && ctx.now.getTime() - Date.parse(kept.at) < youngerThan ? kept : null
  }
  return (
    (await read()) ??
    redis.lock(key, LOCK_MS, async () => {
      const meanwhile = await read()
      if (meanwhile) return meanwhile
      const began = Date.now()
      const { columns, params } = memberSets(ctx, [segment.id])
      const { facts, values, ...profile } = await profileFacts(scope, { sql: `(SELECT s0 FROM (SELECT ${columns}))`, params })
      const kept: Kept = {
        at: ctx.now.toISOString(),
        tookMs: Date.now() - began,
        profile: { ...profile, facts: [...facts], values: [...values] },
      }
      await redis.set(key, JSON.stringify(kept), { ttlMs: KEPT_MS })
      return kept
    })
  )
}

async function attributesOf(ctx: Ctx, segment: SegmentRow, kind: SubjectKind, profile: FactProfile): Promise<ProfileAttribute[]> {
  const words: FieldWords = { language: ctx.language, field: key => kind.fields.get(key) }
  const list: ProfileAttribute[] = []
  for (const [key, field] of kind.fields) {
    const known = profile.facts.get(field.fact)
    const found = profile.values.get(field.fact) ?? []
    if (!known || found.length === 0) continue
    // A fact of a brand, asked in several, may say several things of one person.
    const isMany = field.kind === 'list' || (field.scope === 'brand' && segment.brand_id === null)
    const nameOf = await wordsOfValues(ctx, kind, key, field)
    const labelled = found.map(one => ({ ...one, label: labelOf(ctx, words, key, field, one, nameOf) }))
    const isNumber = field.kind === 'number' || field.kind === 'instant'
    list.push({
      key,
      name: say(ctx, field.zh, field.en || field.zh),
      kind: isMany ? 'many' : isNumber ? 'number' : field.kind === 'flag' ? 'flag' : field.kind === 'day' ? 'age' : 'choice',
      ...(field.kind === 'flag' ? flagValues(ctx, profile, labelled) : valuesOf(ctx, profile, known, labelled, isMany)),
      isInRule: isAsked(segment, field),
      insideMedian: isNumber ? medianOf(words, key, field, known.insideMedian) : null,
      outsideMedian: isNumber ? medianOf(words, key, field, known.outsideMedian) : null,
    })
  }
  return list
}

/** Tags that say nothing but that they are there. */
async function tagsOf(ctx: Ctx, segment: SegmentRow, kind: SubjectKind, profile: FactProfile): Promise<ProfileAttribute[]> {
  const valued = new Set([...kind.fields.values()].map(field => field.fact))
  const found = [...profile.facts].filter(([fact]) => fact.startsWith('tag:') && !valued.has(fact))
  const tags = await tagsById(
    ctx,
    found.map(([fact]) => Number(fact.slice(4))),
  )
  const names = new Map(tags.map(tag => [`tag:${tag.id}`, tag.groupName ? `${tag.groupName} · ${tag.name}` : tag.name]))
  const values = found
    .flatMap(([fact, shares]) => {
      const label = names.get(fact)
      return label ? [{ ...sharesOf(profile, shares), value: fact.slice(4), label, isRest: false }] : []
    })
    .sort((a, b) => differenceOf(b) - differenceOf(a))
    .slice(0, TAGS_SHOWN)
  return [
    {
      key: 'tags',
      name: say(ctx, '标签', 'Tags'),
      kind: 'many',
      distance: Math.max(0, ...values.map(differenceOf)),
      isInRule: values.some(one => readsOf(segment).includes(`tag:${one.value}`)),
      insideMedian: null,
      outsideMedian: null,
      values,
    },
  ]
}

type Labelled = FactShares & { value: string; label: string; low: number }

function valuesOf(ctx: Ctx, profile: FactProfile, known: FactShares, found: Labelled[], isMany: boolean) {
  const values = found.map(one => ({ ...sharesOf(profile, one), value: one.value, label: one.label, isRest: false }))
  const shown = values.slice(0, VALUES_SHOWN)
  if (isMany) return { values: shown, distance: Math.max(0, ...values.map(differenceOf)) }
  const sum = (list: readonly { inside: number; outside: number }[]) => ({
    inside: list.reduce((all, one) => all + one.inside, 0),
    all: list.reduce((all, one) => all + one.inside + one.outside, 0),
  })
  const missing = { inside: profile.people.inside - known.inside, all: profile.people.all - known.all }
  const rest = { inside: known.inside - sum(shown).inside, all: known.all - sum(shown).all }
  const others = [
    ...(rest.all > 0 ? [{ ...sharesOf(profile, rest), value: null, label: say(ctx, '其他', 'Others'), isRest: true }] : []),
    ...(missing.all > 0
      ? [{ ...sharesOf(profile, missing), value: null, label: say(ctx, '没有记录', 'Not known'), isRest: false }]
      : []),
  ]
  const whole = [...shown, ...others]
  return { values: whole, distance: Math.min(1, whole.reduce((all, one) => all + differenceOf(one), 0) / 2) }
}

/** A flag that is not set is a no. */
function flagValues(ctx: Ctx, profile: FactProfile, found: readonly Labelled[]) {
  const yes = found.find(one => one.value === '1') ?? { inside: 0, all: 0 }
  const no = { inside: profile.people.inside - yes.inside, all: profile.people.all - yes.all }
  const values = [
    { ...sharesOf(profile, yes), value: '1', label: say(ctx, '是', 'Yes'), isRest: false },
    { ...sharesOf(profile, no), value: '0', label: say(ctx, '否', 'No'), isRest: false },
  ]
  return { values, distance: Math.max(...values.map(differenceOf)) }
}

function sharesOf({ people }: FactProfile, { inside, all }: FactShares) {
  const outside = all - inside
  const share = (count: number, of: number) => (of > 0 ? count / of : 0)
  const [insideShare, outsideShare] = [share(inside, people.inside), share(outside, people.all - people.inside)]
  return { inside, outside, insideShare, outsideShare, lift: outsideShare > 0 ? insideShare / outsideShare : null }
}

const differenceOf = (of: { insideShare: number; outsideShare: number }) => Math.abs(of.insideShare - of.outsideShare)

function labelOf(
  ctx: Ctx,
  words: FieldWords,
  key: string,
  field: KindField,
  { value, low, high }: { value: string; low: number; high: number },
  nameOf: (value: string) => string,
): string {
  if (field.kind === 'day') return ageWords(ctx, Number(value))
  if (field.kind === 'number' || field.kind === 'instant') {
    const [from, to] = [numberWords(words, key, field, low), numberWords(words, key, field, high)]
    // Two days of one year name it once.
    const end = field.kind === 'instant' && from.slice(0, 5) === to.slice(0, 5) ? to.slice(5) : to
    return from === to ? from : `${from} – ${end}`
  }
  return nameOf(value)
}

function ageWords(ctx: Ctx, band: number): string {
  const [from, to] = [AGES[band - 1], AGES[band]]
  if (from === undefined) return say(ctx, `${to} 岁以下`, `under ${to}`)
  return to === undefined ? say(ctx, `${from} 岁以上`, `${from} and over`) : say(ctx, `${from}–${to - 1} 岁`, `${from}–${to - 1}`)
}

function medianOf(words: FieldWords, key: string, field: KindField, value: number | null): string | null {
  return value === null || Number.isNaN(value) ? null : numberWords(words, key, field, value)
}

function numberWords(words: FieldWords, key: string, field: KindField, value: number): string {
  if (field.kind === 'instant') return dayIn(new Date(value))
  return fieldNumberWords(words, key, Math.round(value * 100) / 100)
}

const readsOf = (segment: SegmentRow) => JSON.parse(segment.reads_from) as string[]
const isAsked = (segment: SegmentRow, { fact, group }: KindField) =>
  readsOf(segment).includes(group === 'tag' ? fact : `fact:${fact}`)
