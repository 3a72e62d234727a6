import { z } from 'zod'
import { FIELDS, fieldNamesOf } from '../fields.ts'
import { operator } from '../operator.ts'

/** Yes or no. Nothing known means no. */
export const flag = operator({
  zh: '是否',
  shape: z.object({ kind: z.literal('flag'), field: z.enum(fieldNamesOf('flag')), isTrue: z.boolean() }),
  sentence: ({ field, isTrue }) => (isTrue ? FIELDS[field].zh : `不满足“${FIELDS[field].zh}”`),
})
