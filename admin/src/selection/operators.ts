import { anniversary } from './operators/anniversary.tsx'
import { consent } from './operators/consent.tsx'
import { date } from './operators/date.tsx'
import { flag } from './operators/flag.tsx'
import { list } from './operators/list.tsx'
import { location } from './operators/location.tsx'
import { number } from './operators/number.tsx'
import { related } from './operators/related.tsx'
import { segment } from './operators/segment.tsx'
import { sequence } from './operators/sequence.tsx'
import { tag } from './operators/tag.tsx'
import { text } from './operators/text.tsx'
import { tracks } from './operators/tracks.tsx'
import type { OperatorFace, OperatorKind } from './types.ts'

/** The catalogue of condition faces: a kind without one is a type error. */
export const faces: { [K in OperatorKind]: OperatorFace<K> } = {
  tracks,
  sequence,
  related,
  text,
  number,
  date,
  anniversary,
  flag,
  list,
  location,
  tag,
  segment,
  consent,
}
