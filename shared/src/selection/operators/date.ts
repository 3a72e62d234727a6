import { z } from 'zod'
import { say } from '../../language.ts'
import { isPresence, joined, Presence, presenceWords } from '../compare.ts'
import { FieldKey, fieldWord } from '../fields.ts'
import { operator } from '../operator.ts'
import { aheadWords, Window, WindowUnit, windowWords } from '../window.ts'

/** An instant fact: last order in the last 90 days, tier ends within the next 30 days. `notWithin` and `notAhead` include people who have none. */
export const date = operator({
  zh: '时间',
  shape: z.object({
    kind: z.literal('date'),
    field: FieldKey,
    is: z.union([
      z.object({ op: z.enum(['within', 'notWithin']), window: Window }),
      /** [now, now + next). */
      z.object({ op: z.enum(['ahead', 'notAhead']), next: z.int().min(1).max(100_000), unit: WindowUnit }),
      Presence,
    ]),
  }),
  sentence: ({ field, is }, names) => {
    const name = fieldWord(names, field)
    if (isPresence(is)) return presenceWords(names, name, is)
    const isInside = is.op === 'within' || is.op === 'ahead'
    const when = 'window' in is ? windowWords(names, is.window) : aheadWords(names, is.next, is.unit)
    return joined(names, name, say(names, isInside ? '在' : '不在', isInside ? 'is' : 'is not'), when)
  },
})
