import { rows, sql } from '../core/index.ts'
import { scopesInUse } from './find-people.ts'
import { keyOf } from './identifier.ts'
import { rulebook } from './identifier-types.ts'
import { normalise } from './normalise.ts'

/** An identifier as a list names it. Without a scope (an openid of which nobody says the account) every scope in use is looked through. */
export type NamedIdentifier = { type: string; scope?: string; value: string }

const KEYS_AT_ONCE = 5_000

/** Who holds each of these identifiers, in the order given; nobody is made and nothing is remembered. More than one: the value is used in several scopes. */
export async function peopleByIdentifiers(given: readonly NamedIdentifier[]): Promise<number[][]> {
  const { blocks } = await rulebook()
  const inUse = await scopesInUse()
  const keys = given.map(({ type, scope, value }) => {
    const read = normalise(type, value, blocks)
    if (!('value' in read)) return []
    const scopes = scope === undefined ? inUse.flatMap(one => (one.type === type ? [one.scope] : [])) : [scope]
    return scopes.map(one => keyOf(type, one, read.value))
  })
  const holders = new Map<string, number>()
  const all = [...new Set(keys.flat())]
  for (let from = 0; from < all.length; from += KEYS_AT_ONCE) {
    const found = await rows<{ key_hash: string; person_id: number }>(
      sql`SELECT key_hash, person_id FROM identifiers WHERE key_hash IN (${all.slice(from, from + KEYS_AT_ONCE)}) AND person_id > 0`,
    )
    for (const one of found) holders.set(one.key_hash, Number(one.person_id))
  }
  return keys.map(list => [...new Set(list.flatMap(key => holders.get(key) ?? []))])
}
