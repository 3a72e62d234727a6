import { z } from 'zod'
import { isPresence, PRESENCE_ZH, Presence } from '../compare.ts'
import { FIELDS, fieldNamesOf } from '../fields.ts'
import { operator } from '../operator.ts'
import { WINDOW_UNIT_ZH, Window, WindowUnit, windowZh } from '../window.ts'

/** An instant fact: last order in the last 90 days, tier ends within the next 30 days. `notWithin` and `notAhead` include people who have none. */
export const date = operator({
  zh: '时间',
  shape: z.object({
    kind: z.literal('date'),
    field: z.enum(fieldNamesOf('instant')),
    is: z.union([
      z.object({ op: z.enum(['within', 'notWithin']), window: Window }),
      /** [now, now + next). */
      z.object({ op: z.enum(['ahead', 'notAhead']), next: z.int().min(1).max(100_000), unit: WindowUnit }),
      Presence,
    ]),
  }),
  sentence: ({ field, is }) => {
    const name = FIELDS[field].zh
    if (isPresence(is)) return `${name}${PRESENCE_ZH[is.op]}`
    if ('window' in is) return `${name}${is.op === 'within' ? '在' : '不在'}${windowZh(is.window)}`
    return `${name}${is.op === 'ahead' ? '在' : '不在'}未来 ${is.next} ${WINDOW_UNIT_ZH[is.unit]}内`
  },
})
