import { populationSize } from './estimate-people.ts'
import type { Scope } from './scope.ts'

const SURELY_FEW = 1_000
const SHARE_MIN = 500

/** Whom to ask about one by one; null where asking about everybody is cheaper (measured): beyond two in a thousand of the population. */
export async function fewOf(people: readonly number[] | null, scope: Scope): Promise<readonly number[] | null> {
  if (!people || people.length <= SURELY_FEW) return people
  return people.length * SHARE_MIN > (await populationSize(scope)).people ? null : people
}
