import { conditionsOf, isGroup, type Rule } from '@banyan/shared'
import { clickhouse, type Lane } from '../core/index.ts'
import { movedSince, movesInTime } from './moved-since.ts'
import { readsOf } from './operators.ts'
import { conditionWriter, populationReads } from './rule-writer.ts'
import type { Scope } from './scope.ts'
import type { State, Wanted } from './set-states.ts'
import { kindOf } from './subject-kind.ts'
import { nextMidnight } from './window-range.ts'

export const CHANGES_AT_ONCE_MAX = 100_000
/** Beyond this share of its people (and this many) a set is built anew: its changes cost as much to read as the set. */
const CHANGED_SHARE_MAX = 0.03
const CHANGED_MIN = 200_000
/** `changed` forgets after three days. */
const UP_TO_MAX_MS = 2.5 * 86_400_000

/** For each set, whoever may have changed since it was written: by what came in, or by time alone. More than can be followed: as many as are too many. */
export async function changedSince(wanted: readonly Wanted[], scope: Scope, lane: Lane): Promise<number[][]> {
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
export function isInTime({ rule, state }: Wanted, scope: Scope): boolean {
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

export function canFollow(state: State, changed: number): boolean {
  return state.changes + changed <= Math.max(CHANGED_MIN, state.people * CHANGED_SHARE_MAX)
}
