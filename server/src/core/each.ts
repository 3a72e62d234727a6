import { Refusal } from './errors.ts'
import { savepoint } from './stores/database.ts'

/**
 * Does something with each of many in the command's transaction. A refusal is about its own only: what that one wrote is taken back and
 * the others hold. Anything else ends them all. Ids are done in order, so that two callers do not wait for each other; each once.
 */
export async function eachByItself(
  ids: readonly number[],
  act: (id: number) => Promise<unknown>,
): Promise<{ items: { id: number; error: string | null }[]; doneCount: number }> {
  const errors = new Map<number, string | null>()
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    try {
      await savepoint(() => act(id))
      errors.set(id, null)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      errors.set(id, error.code)
    }
  }
  return outcomesOf(ids, id => errors.get(id) ?? null)
}

/** What became of each, in the order given, each once. */
export function outcomesOf(ids: readonly number[], errorOf: (id: number) => string | null) {
  const items = [...new Set(ids)].map(id => ({ id, error: errorOf(id) }))
  return { items, doneCount: items.filter(one => one.error === null).length }
}
