import { z } from 'zod'
import { say } from '../../language.ts'
import { isPresence, joined, Presence, presenceWords } from '../compare.ts'
import { FieldKey, fieldOf, fieldWord } from '../fields.ts'
import { operator } from '../operator.ts'

/** A field that holds several values: options have 天窗 or 拖钩. `none` includes those that hold nothing. */
export const list = operator({
  zh: '多选',
  shape: z.object({
    kind: z.literal('list'),
    field: FieldKey,
    is: z.union([
      z.object({ op: z.enum(['any', 'all', 'none']), values: z.array(z.string().min(1).max(60)).min(1).max(50) }),
      Presence,
    ]),
  }),
  sentence: ({ field, is }, names) => {
    const name = fieldWord(names, field)
    if (isPresence(is)) return presenceWords(names, name, is)
    const choices = fieldOf(names, field)?.choices ?? []
    const quoted = is.values.map(value => {
      const choice = choices.find(one => one.value === value)
      const word = choice ? say(names, choice.zh, choice.en) : value
      return say(names, `「${word}」`, `“${word}”`)
    })
    const values = quoted.join(say(names, '、', ', '))
    const held = {
      any: say(names, `有${values}之一`, `has any of ${values}`),
      all: say(names, `同时有${values}`, `has all of ${values}`),
      none: say(names, `没有${values}`, `has none of ${values}`),
    }[is.op]
    return joined(names, name, held)
  },
})
