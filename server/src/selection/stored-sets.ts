import { type Condition, conditionsOf, isGroup, type Rule } from '@banyan/shared'
import { clickhouse, type Lane } from '../core/index.ts'
import { apartOf, compile } from './compile.ts'
import { idArray } from './id-list.ts'
import { EVERYBODY, type StoredSets } from './rule-writer.ts'
import { type Scope, withAliases } from './scope.ts'
import { CHANGES_AT_ONCE_MAX, canFollow, changedSince, isInTime } from './set-changes.ts'
import { type Measured, setKey, shapeOf, valuesKey } from './set-key.ts'
import { clockOfClickhouse, INSERT_MS, newId, type State, statesOf, type Wanted, writeStates } from './set-states.ts'
import { countsOf, writeValueChanges, writeValues } from './stored-values.ts'
import { IN_ORDER } from './track-people.ts'

/**
 * Conditions kept as bitmaps. A stored set is never guessed to be fresh: before it is read, whoever may have changed since it was written is asked again by the same
 * query, and written beside it. `all` of nothing is the population, which every rule reads.
 */
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

/**
 * The stored sets and values that these rules can be read from now, brought up to date. Keys of conditions that must be computed are in `missing`.
 */
export async function freshSets(
  rules: readonly Rule[],
  scope: Scope,
  lane: Lane = 'read',
): Promise<{ sets: StoredSets; missing: string[] }> {
  if (scope.candidates) return { sets: new Map(), missing: [] }
  const wanted = storableIn(rules, scope)
  const never = rules.flatMap(conditionsOf).flatMap(condition => (isStorable(condition) ? [] : [setKey(condition, scope)]))
  const sets = await freshOf(wanted, scope, lane, follow)
  const open = [...wanted].filter(([key]) => !sets.has(key))
  const shapes = new Map(
    open.flatMap(([, rule]) => {
      const shape = isGroup(rule) ? null : shapeOf(rule)
      return shape ? [[valuesKey(shape, scope), shape] as const] : []
    }),
  )
  const values =
    shapes.size > 0 ? await stillThere(await freshOf(shapes, scope, lane, followValues), lane) : new Map<string, State>()
  const missing = open.flatMap(([key, rule]) => {
    const shape = isGroup(rule) ? null : shapeOf(rule)
    return shape && values.has(valuesKey(shape, scope)) ? [] : [key]
  })
  return { sets: new Map([...sets, ...values]), missing: [...missing, ...never] }
}

/** A column that was lost must not read as an empty one. */
async function stillThere(values: Map<string, State>, lane: Lane): Promise<Map<string, State>> {
  const counts = await countsOf([...values.values()], lane)
  return new Map([...values].filter(([key, state]) => (counts.get(key) ?? 0) === state.people))
}

type Follow = (stale: readonly Wanted[], people: number[], scope: Scope, lane: Lane) => Promise<Map<string, State>>

/** Of what is stored under these keys, what is true now, after whoever may have changed has been asked again. */
async function freshOf(
  wanted: ReadonlyMap<string, Rule>,
  scope: Scope,
  lane: Lane,
  followAll: Follow,
): Promise<Map<string, State>> {
  const states = await statesOf([...wanted.keys()], lane)
  const usable = [...states.values()]
    .map((state): Wanted => ({ state, rule: wanted.get(state.key) as Rule }))
    .filter(one => isInTime(one, scope))
  const changed = usable.length > 0 ? await changedSince(usable, scope, lane) : []
  const stale = usable.filter((one, at) => changed[at] && changed[at].length > 0 && canFollow(one.state, changed[at].length))
  const people = [...new Set(stale.flatMap(one => changed[usable.indexOf(one)] ?? []))]
  const isFew = people.length > 0 && people.length <= CHANGES_AT_ONCE_MAX
  const followed = isFew ? await followAll(stale, people, scope, lane) : new Map<string, State>()
  const fresh = usable.flatMap(({ state }, at): [string, State][] => {
    const now = changed[at]?.length === 0 ? state : followed.get(state.key)
    return now ? [[state.key, now]] : []
  })
  return new Map(fresh)
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
      SELECT ${bind(key, 'String')}, ${bind(generation, 'UInt64')}, toUInt16(bitShiftRight(id, 20)) AS part, groupBitmapState(id) AS members
      FROM (SELECT arrayJoin(bitmapToArray(everybody)) AS id FROM (${compiled.withClause} SELECT ${compiled.root} AS everybody FROM ${compiled.from()}))
      GROUP BY part${IN_ORDER}`,
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

/** Measures an aggregate for everybody of the scope's brands and stores it. Answers of how many there is a value. */
export async function buildValues(shape: Measured, scope: Scope): Promise<number> {
  const whole: Scope = { ...scope, stores: [], candidates: null }
  const upTo = (await clockOfClickhouse('build')) - INSERT_MS
  const [key, generation] = [valuesKey(shape, whole), newId()]
  const people = await writeValues(shape, whole, key, generation)
  await writeStates([{ key, generation, revision: 0, parts: 0, people, changes: 0, upTo, at: whole.now.getTime() }])
  return people
}

/** Forgets every stored set, after the tables that they were computed from were written anew. */
export async function forgetStoredSets(): Promise<void> {
  for (const table of ['stored_set_states', ...KEPT_IN.map(([table]) => table)])
    await clickhouse.command(`TRUNCATE TABLE IF EXISTS ${table}`, {}, { lane: 'build' })
}

/** Tables with what is stored, and the column that says which writing of it. */
const KEPT_IN = [
  ['stored_sets', 'generation'],
  ['stored_set_changes', 'revision'],
  ['stored_values', 'generation'],
  ['stored_value_changes', 'revision'],
] as const

/** Drops generations and revisions that no query reads any more, and every set that is not among `kept`. */
export async function dropOldSets(kept: readonly string[] | null = null): Promise<void> {
  const idle = kept ? ' OR key NOT IN {kept:Array(String)}' : ''
  for (const [table, column] of KEPT_IN)
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
  const from = among.from([`bitmapBuild(${idArray(people, bind)}) AS asked`])
  // One statement a set: what they share is small, and each is written by itself.
  for (const select of selects)
    await clickhouse.command(
      `INSERT INTO stored_set_changes (key, revision, changed, inside) ${among.withClause} ${select} FROM ${from}`,
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

async function followValues(stale: readonly Wanted[], people: number[], scope: Scope, lane: Lane): Promise<Map<string, State>> {
  const upTo = (await clockOfClickhouse(lane)) - INSERT_MS
  const around: Scope = { ...scope, stores: [], candidates: people }
  const states: State[] = []
  for (const { rule, state } of stale) {
    const revision = newId()
    const changes = await writeValueChanges(rule as Measured, around, state.key, { before: state.revision, revision }, lane)
    states.push({ ...state, revision, upTo, at: scope.now.getTime(), changes })
  }
  await writeStates(states)
  return new Map(states.map(state => [state.key, state]))
}
