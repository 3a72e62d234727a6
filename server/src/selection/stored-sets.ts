import { type Condition, conditionsOf, isGroup, type Rule } from '@banyan/shared'
import { clickhouse, type Lane } from '../core/index.ts'
import { apartOf, compile } from './compile.ts'
import { movedSince, movesInTime } from './moved-since.ts'
import { readsOf } from './operators.ts'
import { conditionWriter, EVERYBODY, populationReads, type StoredSet, type StoredSets } from './rule-writer.ts'
import { type Scope, withAliases } from './scope.ts'
import { setKey } from './set-key.ts'
import { kindOf } from './subject-kind.ts'
import { nextMidnight } from './window-range.ts'

/**
 * Conditions kept as bitmaps. A stored set is never guessed to be fresh: before it is read, whoever may have changed since it was written is asked again by the same
 * query, and written beside it. `all` of nothing is the population, which every rule reads.
 */
const CHANGES_AT_ONCE_MAX = 100_000
/** Beyond this share of its people (and this many) a set is built anew: its changes cost as much to read as the set. */
const CHANGED_SHARE_MAX = 0.03
const CHANGED_MIN = 200_000
/** A row counts as changed when its insert began; it is visible a moment later. */
const INSERT_MS = 10_000
/** `changed` forgets after three days. */
const UP_TO_MAX_MS = 2.5 * 86_400_000

type State = StoredSet & { people: number; changes: number; upTo: number; at: number }
type Wanted = { rule: Rule; state: State }

/** The conditions of these rules that may be stored, every one once. */
export function storableIn(rules: readonly Rule[], scope: Scope): Map<string, Rule> {
  const found = new Map<string, Rule>()
  const add = (rule: Rule) => found.set(setKey(rule, scope), rule)
  for (const rule of rules)
    for (const condition of conditionsOf(rule)) {
      if (!isStorable(condition)) continue
      const apart = apartOf(condition)
      for (const part of apart ? apart.rules : [condition]) add(part)
    }
  return add(EVERYBODY)
}

/** What changes about a related subject says nothing of whom it changes: such a condition cannot be followed. */
const isStorable = (condition: Condition) => condition.kind !== 'related'

/** The stored sets that these rules can be read from now, brought up to date. The others' keys are in `missing`. */
export async function freshSets(
  rules: readonly Rule[],
  scope: Scope,
  lane: Lane = 'read',
): Promise<{ sets: StoredSets; missing: string[] }> {
  if (scope.candidates) return { sets: new Map(), missing: [] }
  const wanted = storableIn(rules, scope)
  const never = rules.flatMap(conditionsOf).flatMap(condition => (isStorable(condition) ? [] : [setKey(condition, scope)]))
  const states = await statesOf([...wanted.keys()], lane)
  const usable = [...states.values()]
    .map((state): Wanted => ({ state, rule: wanted.get(state.key) as Rule }))
    .filter(one => isInTime(one, scope))
  const changed = usable.length > 0 ? await changedSince(usable, scope, lane) : []
  const stale = usable.filter((one, at) => changed[at] && changed[at].length > 0 && canFollow(one.state, changed[at].length))
  const people = [...new Set(stale.flatMap(one => changed[usable.indexOf(one)] ?? []))]
  const followed =
    people.length > 0 && people.length <= CHANGES_AT_ONCE_MAX
      ? await follow(stale, people, scope, lane)
      : new Map<string, State>()
  const sets = new Map<string, StoredSet>()
  for (const [at, { state }] of usable.entries()) {
    const fresh = changed[at]?.length === 0 ? state : followed.get(state.key)
    if (fresh) sets.set(state.key, fresh)
  }
  return { sets, missing: [...[...wanted.keys()].filter(key => !sets.has(key)), ...never] }
}

/** Computes a condition for everybody of the scope's brands and stores it. Answers how many people. */
export async function buildSet(rule: Rule, scope: Scope): Promise<number> {
  const whole: Scope = { ...scope, stores: [], candidates: null }
  const key = setKey(rule, whole)
  const upTo = (await clockOfClickhouse('build')) - INSERT_MS
  const stored = key === setKey(EVERYBODY, whole) ? new Map() : (await freshSets([EVERYBODY], whole, 'build')).sets
  const compiled = compile(rule, whole, stored)
  const generation = newId()
  const { bind } = compiled
  await clickhouse.command(
    `INSERT INTO stored_sets (key, generation, part, members)
      ${compiled.withClause},
      ${compiled.root} AS everybody
      SELECT ${bind(key, 'String')}, ${bind(generation, 'UInt64')}, number AS part,
        bitmapSubsetInRange(everybody, toUInt32(bitShiftLeft(number, 20)), toUInt32(least(bitShiftLeft(number + 1, 20), 4294967295))) AS members
      FROM numbers(toUInt64(if(bitmapCardinality(everybody) = 0, 0, bitShiftRight(bitmapMax(everybody), 20) + 1))) WHERE bitmapCardinality(members) > 0`,
    compiled.params,
    { lane: 'build' },
  )
  const [written] = await clickhouse.query<{ parts: number; people: number }>(
    `SELECT count() AS parts, toUInt32(sum(bitmapCardinality(members))) AS people FROM stored_sets WHERE key = {key:String} AND generation = {generation:UInt64}`,
    { key, generation },
    { lane: 'build' },
  )
  const { parts = 0, people = 0 } = written ?? {}
  await writeStates([{ key, generation, revision: 0, parts, people, changes: 0, upTo, at: whole.now.getTime() }])
  return people
}

/** Forgets every stored set, after the tables that they were computed from were written anew. */
export async function forgetStoredSets(): Promise<void> {
  for (const table of ['stored_set_states', 'stored_sets', 'stored_set_changes'])
    await clickhouse.command(`TRUNCATE TABLE IF EXISTS ${table}`, {}, { lane: 'build' })
}

/** Drops generations and revisions that no query reads any more, and every set that is not among `kept`. */
export async function dropOldSets(kept: readonly string[] | null = null): Promise<void> {
  const idle = kept ? ' OR key NOT IN {kept:Array(String)}' : ''
  for (const [table, column] of [
    ['stored_sets', 'generation'],
    ['stored_set_changes', 'revision'],
  ])
    await clickhouse.command(
      `DELETE FROM ${table} WHERE written < now() - INTERVAL 30 MINUTE
        AND ((key, ${column}) NOT IN (SELECT key, argMax(${column}, written) FROM stored_set_states GROUP BY key)${idle})`,
      kept ? { kept } : {},
      { lane: 'build' },
    )
  if (kept)
    await clickhouse.command(
      'DELETE FROM stored_set_states WHERE written < now() - INTERVAL 30 MINUTE AND key NOT IN {kept:Array(String)}',
      { kept },
      { lane: 'build' },
    )
}

/** Asks again who may have changed, and writes the outcome as a new revision of every set. */
async function follow(sets: readonly Wanted[], people: number[], scope: Scope, lane: Lane): Promise<Map<string, State>> {
  const upTo = (await clockOfClickhouse(lane)) - INSERT_MS
  const among = compile(
    { kind: 'any', rules: sets.map(one => one.rule) },
    await withAliases({ ...scope, stores: [], candidates: people }),
  )
  const { bind } = among
  const candidates = bind(people, 'Array(UInt32)')
  const next = sets.map(({ rule, state }) => ({
    state: { ...state, revision: newId(), upTo, at: scope.now.getTime() },
    before: state,
    inside: `bitmapAnd(${among.population}, ${among.nodes.get(rule)})`,
  }))
  const selects = next.map(({ state, before, inside }) => {
    const old = (column: string) =>
      `(SELECT groupBitmapMergeState(${column}) FROM stored_set_changes WHERE key = ${bind(state.key, 'String')} AND revision = ${bind(before.revision, 'UInt64')})`
    return `SELECT ${bind(state.key, 'String')} AS key, ${bind(state.revision, 'UInt64')} AS revision, bitmapOr(${old('changed')}, asked) AS changed,
      bitmapOr(bitmapAndnot(${old('inside')}, asked), ${inside}) AS inside`
  })
  const withClause = `${among.withClause}, (SELECT groupBitmapState(person_id) FROM (SELECT toUInt32(arrayJoin(${candidates})) AS person_id)) AS asked`
  // One statement a set: what they share is small, and each is written by itself.
  for (const select of selects)
    await clickhouse.command(
      `INSERT INTO stored_set_changes (key, revision, changed, inside) ${withClause} ${select}`,
      among.params,
      { lane },
    )
  const counts = await clickhouse.query<{ key: string; n: number }>(
    `SELECT key, toUInt32(bitmapCardinality(changed)) AS n FROM stored_set_changes WHERE (key, revision) IN (${next.map(({ state }) => `(${bind(state.key, 'String')}, ${bind(state.revision, 'UInt64')})`).join(', ')})`,
    among.params,
    { lane },
  )
  const changes = new Map(counts.map(row => [row.key, row.n]))
  const states = next.map(({ state }): State => ({ ...state, changes: changes.get(state.key) ?? 0 }))
  await writeStates(states)
  return new Map(states.map(state => [state.key, state]))
}

/** For each set, whoever may have changed since it was written: by what came in, or by time alone. More than can be followed: as many as are too many. */
async function changedSince(wanted: readonly Wanted[], scope: Scope, lane: Lane): Promise<number[][]> {
  const writer = conditionWriter(scope)
  const { bind } = writer
  const brands = scope.brands ? ` AND brand_id IN ${bind([0, ...scope.brands], 'Array(UInt32)')}` : ''
  const columns = wanted.map(({ rule, state }, at) => {
    const reads = bind(readsOfRule(rule, scope), 'Array(String)')
    const came = `SELECT person_id FROM changed WHERE read IN ${reads}${brands} AND at >= ${bind(new Date(state.upTo), 'DateTime64(3)')}`
    const moved = isGroup(rule) ? null : movedSince(rule, new Date(state.at), writer)
    const homes = moved && moved !== 'unknown' ? `${came} UNION ALL ${moved}` : came
    return `(SELECT groupUniqArray(${CHANGES_AT_ONCE_MAX + 1})(person_id) FROM (${homes})) AS c${at}`
  })
  const [found] = await clickhouse.query<Record<string, number[]>>(`SELECT ${columns.join(', ')}`, writer.binder.params, { lane })
  const lists = wanted.map((_, at) => found?.[`c${at}`] ?? [])
  const all = [...new Set(lists.flat())]
  if (all.length === 0) return lists
  // Tracks are kept under the home; whoever it answers to now is the one to ask about, and the home itself is nobody.
  const aliases = await clickhouse.query<{ home_id: number; person_id: number }>(
    'SELECT home_id, person_id FROM person_aliases FINAL WHERE person_id != home_id AND home_id IN {homes:Array(UInt32)}',
    { homes: all.slice(0, CHANGES_AT_ONCE_MAX * 2) },
    { lane },
  )
  const survivor = new Map(aliases.map(alias => [alias.home_id, alias.person_id]))
  return lists.map(list => list.flatMap(home => (survivor.has(home) ? [home, survivor.get(home) as number] : [home])))
}

function readsOfRule(rule: Rule, scope: Scope): string[] {
  const reads = conditionsOf(rule).flatMap(condition => readsOf(condition, kindOf(scope), scope.kinds))
  return [...new Set([...populationReads(scope), ...reads])]
}

/** Whether the state can be followed up to the scope's instant at all. */
function isInTime({ rule, state }: Wanted, scope: Scope): boolean {
  if (state.upTo < Date.now() - UP_TO_MAX_MS) return false
  if (isGroup(rule)) return true
  const writer = conditionWriter(scope)
  if (!movesInTime(rule, writer) || state.at === scope.now.getTime()) return true
  if (state.at > scope.now.getTime()) return false
  if (movedSince(rule, new Date(state.at), writer) !== 'unknown') return true
  return isMidnightOnly(rule, scope) && scope.now < nextMidnight(new Date(state.at), scope.zone)
}

function isMidnightOnly(rule: Rule, scope: Scope): boolean {
  return conditionsOf(rule).every(
    condition => condition.kind === 'anniversary' || !movesInTime(condition, conditionWriter(scope)),
  )
}

function canFollow(state: State, changed: number): boolean {
  return state.changes + changed <= Math.max(CHANGED_MIN, state.people * CHANGED_SHARE_MAX)
}

async function statesOf(keys: readonly string[], lane: Lane): Promise<Map<string, State>> {
  const found = await clickhouse.query<State & { up_to: number }>(
    `SELECT key, generation, revision, parts, people, changes, toUnixTimestamp64Milli(up_to) AS up_to, toUnixTimestamp64Milli(at) AS at
      FROM stored_set_states WHERE key IN {keys:Array(String)} ORDER BY written DESC LIMIT 1 BY key`,
    { keys },
    { lane },
  )
  return new Map(found.map(({ up_to, ...state }) => [state.key, { ...state, upTo: up_to }]))
}

async function writeStates(states: readonly State[]): Promise<void> {
  await clickhouse.insert(
    'stored_set_states',
    states.map(({ key, generation, revision, parts, people, changes, upTo, at }) => ({
      key,
      generation,
      revision,
      parts,
      people,
      changes,
      up_to: new Date(upTo).toISOString(),
      at: new Date(at).toISOString(),
    })),
  )
}

async function clockOfClickhouse(lane: Lane): Promise<number> {
  const [found] = await clickhouse.query<{ at: number }>('SELECT toUnixTimestamp64Milli(now64(3)) AS at', {}, { lane })
  return found?.at ?? 0
}

/** Safe as a JavaScript number. */
function newId(): number {
  return 1 + Math.floor(Math.random() * (Number.MAX_SAFE_INTEGER - 1))
}
