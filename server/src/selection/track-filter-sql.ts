import { isPresence, isTextCompare, type NumberCompare, type TextCompare, type TrackFilter } from '@banyan/shared'
import { numberSql, positiveOf, textSql, type Writer } from './sql-parts.ts'

/** One filter over one track; negation is over that track, so a track without the property passes it. */
export function filterSql({ property, is }: TrackFilter, w: Writer): string {
  const key = w.bind(property, 'String')
  if (isPresence(is)) {
    const there = `(mapContains(numbers, ${key}) OR mapContains(texts, ${key}))`
    return is.op === 'isSet' ? there : `NOT ${there}`
  }
  const { positive, isNegated } = positiveOf(is as NumberCompare | TextCompare)
  const test = isTextCompare(positive)
    ? `(mapContains(texts, ${key}) AND ${textSql(`texts[${key}]`, positive, w.bind)})`
    : `(mapContains(numbers, ${key}) AND ${numberSql(`numbers[${key}]`, positive as NumberCompare, w.bind)})`
  return isNegated ? `NOT ${test}` : test
}
