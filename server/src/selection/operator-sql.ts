import type { ConditionOf, OperatorKind } from '@banyan/shared'
import type { Bitmap, Writer } from './sql-parts.ts'
import type { SubjectKind, SubjectKinds } from './subject-kind.ts'

/**
 * When time alone may change the answer: at the next midnight of the brand's zone, or at the earliest instant (milliseconds, `at`) that
 * `sql` lists. Windows of months move unevenly from day to day, so they are looked at again at midnight, too.
 */
export type NextChange = { isMidnight: boolean; sql: string | null }
export const NEVER: NextChange = { isMidnight: false, sql: null }
export const MIDNIGHT: NextChange = { isMidnight: true, sql: null }

/** One kind of condition in SQL. Its shape stands under the same file name in shared. */
export type OperatorSql<K extends OperatorKind> = {
  /** What it reads: `fact:points`, `track:order_paid`, `tag:3`, `segment:5`. A change of these may change the answer. */
  reads: (condition: ConditionOf<K>, kind: SubjectKind, kinds: SubjectKinds) => string[]
  /** The people of whom it is true. People outside the population may be among them; the root takes them out. */
  bitmap: (condition: ConditionOf<K>, w: Writer) => Bitmap
  nextChange?: (condition: ConditionOf<K>, w: Writer) => NextChange
}
