import type { z } from 'zod'
import type { FieldWords } from './fields.ts'

/** The language of a sentence, and the names of things that it mentions by id; whoever shows the sentence knows them. */
export type RuleNames = FieldWords & {
  tag(id: number): string
  segment(id: number): string
  track(name: string): string
  property(track: string, property: string): string
  /** A relation of a subject type, with the names for rules about whom it leads to. */
  related?: (relation: { typeId: number; relation: string; end: 'out' | 'in' }) => { zh: string; en: string; names: RuleNames }
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
