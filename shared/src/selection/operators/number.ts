import { z } from 'zod'
import { isPresence, NumberCompare, numberCompareZh, PRESENCE_ZH, Presence } from '../compare.ts'
import { FIELDS, fieldNamesOf, fieldNumberZh } from '../fields.ts'
import { operator } from '../operator.ts'

/** A number fact: points at least 100. Every ordering on a missing number is false; `!=` is true of it. */
export const number = operator({
  zh: '数值',
  shape: z.object({ kind: z.literal('number'), field: z.enum(fieldNamesOf('number')), is: z.union([NumberCompare, Presence]) }),
  sentence: ({ field, is }) => {
    if (isPresence(is)) return `${FIELDS[field].zh}${PRESENCE_ZH[is.op]}`
    return `${FIELDS[field].zh}${numberCompareZh(is, value => fieldNumberZh(field, value))}`
  },
})
