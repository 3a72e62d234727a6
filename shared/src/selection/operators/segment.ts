import { z } from 'zod'
import { Id } from '../../kernel.ts'
import { operator } from '../operator.ts'

/** Another segment: a dynamic one means its rule at the same instant, a static one its stored list. */
export const segment = operator({
  zh: '人群',
  shape: z.object({ kind: z.literal('segment'), segmentId: Id, isIn: z.boolean() }),
  sentence: ({ segmentId, isIn }, names) => `${isIn ? '在' : '不在'}人群「${names.segment(segmentId)}」中`,
})
