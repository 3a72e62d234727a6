import { z } from 'zod'
import { say } from '../../language.ts'
import { FieldKey, fieldWord } from '../fields.ts'
import { operator } from '../operator.ts'

/** Yes or no. Nothing known means no. */
export const flag = operator({
  zh: '是否',
  shape: z.object({ kind: z.literal('flag'), field: FieldKey, isTrue: z.boolean() }),
  sentence: ({ field, isTrue }, names) => {
    const word = fieldWord(names, field)
    return isTrue ? word : say(names, `不满足“${word}”`, `Not: ${word}`)
  },
})
