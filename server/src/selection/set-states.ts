import type { Rule } from '@banyan/shared'
import { clickhouse, type Lane } from '../core/index.ts'
import type { StoredSet } from './rule-writer.ts'

/** What is stored of a condition: up to which change, and for which instant, in milliseconds. */
export type State = StoredSet & { people: number; changes: number; upTo: number; at: number }
export type Wanted = { rule: Rule; state: State }

/** A row counts as changed when its insert began; it is visible a moment later. */
export const INSERT_MS = 10_000

export async function statesOf(keys: readonly string[], lane: Lane): Promise<Map<string, State>> {
  const found = await clickhouse.query<State & { up_to: number }>(
    `SELECT key, generation, revision, parts, people, changes, toUnixTimestamp64Milli(up_to) AS up_to, toUnixTimestamp64Milli(at) AS at
      FROM stored_set_states WHERE key IN {keys:Array(String)} ORDER BY written DESC LIMIT 1 BY key`,
    { keys },
    { lane },
  )
  return new Map(found.map(({ up_to, ...state }) => [state.key, { ...state, upTo: up_to }]))
}

export async function writeStates(states: readonly State[]): Promise<void> {
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

export async function clockOfClickhouse(lane: Lane): Promise<number> {
  const [found] = await clickhouse.query<{ at: number }>('SELECT toUnixTimestamp64Milli(now64(3)) AS at', {}, { lane })
  return found?.at ?? 0
}

/** Safe as a JavaScript number. */
export function newId(): number {
  return 1 + Math.floor(Math.random() * (Number.MAX_SAFE_INTEGER - 1))
}
