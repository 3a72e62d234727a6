import type { z } from 'zod'
import type { Reader } from '../language.ts'

/** The language of a sentence, and the names of things that it mentions by id; whoever shows the sentence knows them. */
export type RuleNames = Reader & {
  tag(id: number): string
  segment(id: number): string
  track(name: string): string
  property(track: string, property: string): string
}

/** One kind of condition: its shape, and how a person reads it. Its SQL stands under the same file name in the server. */
export type RuleOperator<S extends z.ZodType> = {
  zh: string
  shape: S
  sentence: (condition: z.output<S>, names: RuleNames) => string
}

export function operator<S extends z.ZodType>(of: RuleOperator<S>): RuleOperator<S> {
  return of
}
