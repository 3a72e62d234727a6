import { z } from 'zod'
import { Id } from '../../kernel.ts'
import { type Reader, say } from '../../language.ts'
import { operator } from '../operator.ts'

/** Another segment: a dynamic one means its rule at the same instant, a static one its stored list. */
export const segment = operator({
  zh: '人群',
  shape: z.object({ kind: z.literal('segment'), segmentId: Id, isIn: z.boolean() }),
  sentence: ({ segmentId, isIn }, names) => inSegmentWords(names, names.segment(segmentId), isIn),
})

export function inSegmentWords(reader: Reader, name: string, isIn: boolean): string {
  return say(reader, `${isIn ? '在' : '不在'}人群「${name}」中`, `${isIn ? 'In' : 'Not in'} segment “${name}”`)
}
