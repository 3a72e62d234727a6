import type { Ctx } from './ctx.ts'

/**
 * What a module does with its rows when two people turn out to be one. Every module with a person id exports one;
 * app hands the list to identity and consent, because a merge must carry all of them in one transaction.
 */
export type Carrier = {
  name: string
  /** Every table and column of this module that holds a person id. A test fails when one is missing. */
  columns: readonly { table: string; column: string }[]
  /** What would happen, in numbers and conflicts, for the dry run. Keys are shown by the faces. */
  preview: (ctx: Ctx, merge: { fromId: number; toId: number }) => Promise<Record<string, unknown>>
  merge: (ctx: Ctx, merge: { fromId: number; toId: number; mergeId: number }) => Promise<void>
  /** Restores what `merge` did; later facts stay with the survivor unless they came by an identifier of `fromId`. */
  unmerge: (ctx: Ctx, merge: { fromId: number; toId: number; mergeId: number }) => Promise<void>
  /** Everything this module knows about a person, for his data export. */
  export: (ctx: Ctx, personId: number) => Promise<Record<string, unknown>>
  /** Removes or anonymises what the law does not make us keep. */
  erase: (ctx: Ctx, personId: number) => Promise<void>
}
