import { z } from 'zod'
import { say } from '../../language.ts'
import { isPresence, Presence, presenceWords } from '../compare.ts'
import { FieldKey, fieldWord } from '../fields.ts'
import { operator } from '../operator.ts'

/** A place: within so many kilometres of a point, over the great circle. `notNear` includes those whose place is not known. */
export const location = operator({
  zh: '位置',
  shape: z.object({
    kind: z.literal('location'),
    field: FieldKey,
    is: z.union([
      z.object({
        op: z.enum(['near', 'notNear']),
        latitude: z.number().min(-90).max(90),
        longitude: z.number().min(-180).max(180),
        kilometres: z.number().positive().max(20_000),
      }),
      Presence,
    ]),
  }),
  sentence: ({ field, is }, names) => {
    const name = fieldWord(names, field)
    if (isPresence(is)) return presenceWords(names, name, is)
    const point = `${is.latitude}, ${is.longitude}`
    return say(
      names,
      `${name}距（${point}）${is.op === 'near' ? '不超过' : '不在'} ${is.kilometres} 公里${is.op === 'near' ? '' : '内'}`,
      `${name} is ${is.op === 'near' ? '' : 'not '}within ${is.kilometres} km of ${point}`,
    )
  },
})
