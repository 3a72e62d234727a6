import type { Condition, OperatorKind } from '@banyan/shared'
import type { NextChange, OperatorSql } from './operator-sql.ts'
import { NEVER } from './operator-sql.ts'
import { anniversary } from './operators/anniversary.ts'
import { consent } from './operators/consent.ts'
import { date } from './operators/date.ts'
import { flag } from './operators/flag.ts'
import { list } from './operators/list.ts'
import { location } from './operators/location.ts'
import { number } from './operators/number.ts'
import { related } from './operators/related.ts'
import { segment } from './operators/segment.ts'
import { sequence } from './operators/sequence.ts'
import { tag } from './operators/tag.ts'
import { text } from './operators/text.ts'
import { tracks } from './operators/tracks.ts'
import type { Bitmap, Writer } from './sql-parts.ts'
import { PEOPLE, type SubjectKind, type SubjectKinds } from './subject-kind.ts'

/** The catalogue: leaving one out is a type error. */
const operatorSql: { [K in OperatorKind]: OperatorSql<K> } = {
  text,
  number,
  date,
  anniversary,
  flag,
  list,
  location,
  tag,
  tracks,
  sequence,
  related,
  segment,
  consent,
}

function of(condition: Condition): OperatorSql<never> {
  return operatorSql[condition.kind] as unknown as OperatorSql<never>
}

export function bitmapOf(condition: Condition, w: Writer): Bitmap {
  return of(condition).bitmap(condition as never, w)
}

export function readsOf(condition: Condition, kind: SubjectKind = PEOPLE, kinds: SubjectKinds = new Map()): string[] {
  return of(condition).reads(condition as never, kind, kinds)
}

export function nextChangeOf(condition: Condition, w: Writer): NextChange {
  return of(condition).nextChange?.(condition as never, w) ?? NEVER
}
