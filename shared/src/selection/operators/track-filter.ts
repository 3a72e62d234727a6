import { z } from 'zod'
import type { Reader } from '../../language.ts'
import {
  isPresence,
  isTextCompare,
  joined,
  NumberCompare,
  numberCompareWords,
  Presence,
  presenceWords,
  TextCompare,
  textCompareWords,
} from '../compare.ts'

export const TrackProperty = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,59}$/)

/** One filter on a track's property. Negation is over that track: `isNot` is true of a track without the property. */
export const TrackFilter = z.object({ property: TrackProperty, is: z.union([TextCompare, NumberCompare, Presence]) })
export type TrackFilter = z.output<typeof TrackFilter>

export function filterWords(reader: Reader, { is }: TrackFilter, property: string): string {
  if (isPresence(is)) return presenceWords(reader, property, is)
  return joined(reader, property, isTextCompare(is) ? textCompareWords(reader, is) : numberCompareWords(reader, is))
}
