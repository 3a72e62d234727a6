import { z } from 'zod'
import { isPresence, PRESENCE_ZH, Presence, TextCompare, textCompareZh } from '../compare.ts'
import { FIELDS, type Field, fieldNamesOf } from '../fields.ts'
import { operator } from '../operator.ts'

/** A text fact: city is Shanghai or Hangzhou. `isNot` includes people who have none. */
export const text = operator({
  zh: '文字',
  shape: z.object({ kind: z.literal('text'), field: z.enum(fieldNamesOf('text')), is: z.union([TextCompare, Presence]) }),
  sentence: ({ field, is }) => {
    const choices: readonly { value: string; zh: string }[] = (FIELDS[field] as Field).choices ?? []
    const named = (value: string) => choices.find(choice => choice.value === value)?.zh ?? value
    if (isPresence(is)) return `${FIELDS[field].zh}${PRESENCE_ZH[is.op]}`
    return `${FIELDS[field].zh}${textCompareZh('values' in is ? { ...is, values: is.values.map(named) } : is)}`
  },
})
