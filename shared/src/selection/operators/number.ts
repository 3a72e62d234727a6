import { z } from 'zod'
import { isPresence, joined, NumberCompare, numberCompareWords, Presence, presenceWords } from '../compare.ts'
import { FieldKey, fieldNumberWords, fieldWord } from '../fields.ts'
import { operator } from '../operator.ts'

/** A number fact: points at least 100. Every ordering on a missing number is false; `!=` is true of it. */
export const number = operator({
  zh: '数值',
  shape: z.object({ kind: z.literal('number'), field: FieldKey, is: z.union([NumberCompare, Presence]) }),
  sentence: ({ field, is }, names) => {
    const name = fieldWord(names, field)
    if (isPresence(is)) return presenceWords(names, name, is)
    return joined(
      names,
      name,
      numberCompareWords(names, is, value => fieldNumberWords(names, field, value)),
    )
  },
})
