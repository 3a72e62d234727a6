import type { Rule } from '@banyan/shared'
import { compile } from './compile.ts'
import { populationSize, rangesOver } from './estimate-people.ts'
import type { Scope } from './scope.ts'
import { ask } from './select-people.ts'
import { freshSets } from './stored-sets.ts'

/** Of more people a sample is first looked for in half a million of them at equal distances. */
const WHOLE_MAX = 200_000

/** Some of whom a rule selects: they look taken at random, and are the same again for the same salt as long as they are in. Throws selection.tooSlow. */
export async function samplePeople(
  rule: Rule,
  scope: Scope,
  { count, salt }: { count: number; salt: string },
): Promise<number[]> {
  const { idMin, idMax, people } = await populationSize(scope)
  if (people > WHOLE_MAX) {
    const found = await sampleIn(rule, { ...scope, ranges: rangesOver(idMin, idMax - idMin + 1) }, { count, salt })
    if (found.length === count) return found
  }
  return sampleIn(rule, scope, { count, salt })
}

async function sampleIn(rule: Rule, scope: Scope, { count, salt }: { count: number; salt: string }): Promise<number[]> {
  const { sets } = await freshSets([rule], scope)
  const compiled = compile(rule, scope, sets)
  const [answer] = await ask<{ ids: number[] }>(
    compiled,
    `arraySlice(arrayPartialSort(id -> cityHash64(id, ${compiled.bind(salt, 'String')}), ${count}, bitmapToArray(${compiled.root})), 1, ${count}) AS ids`,
    'read',
  )
  return answer?.ids ?? []
}
