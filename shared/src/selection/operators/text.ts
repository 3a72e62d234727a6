import { z } from 'zod'
import { say } from '../../language.ts'
import { isPresence, joined, Presence, presenceWords, TextCompare, textCompareWords } from '../compare.ts'
import { FieldKey, fieldOf, fieldWord } from '../fields.ts'
import { operator } from '../operator.ts'

/** A text fact: city is Shanghai or Hangzhou. `isNot` includes people who have none. */
export const text = operator({
  zh: '文字',
  shape: z.object({ kind: z.literal('text'), field: FieldKey, is: z.union([TextCompare, Presence]) }),
  sentence: ({ field, is }, names) => {
    const name = fieldWord(names, field)
    if (isPresence(is)) return presenceWords(names, name, is)
    const choices = fieldOf(names, field)?.choices ?? []
    const named = (value: string) => {
      const choice = choices.find(one => one.value === value)
      return choice ? say(names, choice.zh, choice.en) : value
    }
    return joined(names, name, textCompareWords(names, 'values' in is ? { ...is, values: is.values.map(named) } : is))
  },
})
