import type { Condition, OperatorKind } from '@banyan/shared'
import type { NextChange, OperatorSql } from './operator-sql.ts'
import { NEVER } from './operator-sql.ts'
import { anniversary } from './operators/anniversary.ts'
import { consent } from './operators/consent.ts'
import { date } from './operators/date.ts'
import { flag } from './operators/flag.ts'
import { number } from './operators/number.ts'
import { segment } from './operators/segment.ts'
import { tag } from './operators/tag.ts'
import { text } from './operators/text.ts'
import { tracks } from './operators/tracks.ts'
import type { Bitmap, Writer } from './sql-parts.ts'

/** The catalogue: leaving one out is a type error. */
const operatorSql: { [K in OperatorKind]: OperatorSql<K> } = {
  text,
  number,
  date,
  anniversary,
  flag,
  tag,
  tracks,
  segment,
  consent,
}

function of(condition: Condition): OperatorSql<never> {
  return operatorSql[condition.kind] as unknown as OperatorSql<never>
}

export function bitmapOf(condition: Condition, w: Writer): Bitmap {
  return of(condition).bitmap(condition as never, w)
}

export function readsOf(condition: Condition): string[] {
  return of(condition).reads(condition as never)
}

export function nextChangeOf(condition: Condition, w: Writer): NextChange {
  return of(condition).nextChange?.(condition as never, w) ?? NEVER
}
