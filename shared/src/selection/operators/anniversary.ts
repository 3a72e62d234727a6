import { z } from 'zod'
import { many, type Reader, say } from '../../language.ts'
import { joined } from '../compare.ts'
import { FieldKey, fieldWord } from '../fields.ts'
import { operator } from '../operator.ts'

/** A day that returns every year (of a day or an instant field), matched by month and day in the brand's zone; 29 February falls on the 28th in other years. */
export const anniversary = operator({
  zh: '生日与纪念日',
  shape: z.object({
    kind: z.literal('anniversary'),
    field: FieldKey,
    is: z.discriminatedUnion('op', [
      /** From `fromDays` to `toDays` days after today, both included: 0 and 0 is today, 7 and 7 is in a week. */
      z.object({ op: z.literal('inDays'), fromDays: z.int().min(-180).max(180), toDays: z.int().min(-180).max(180) }),
      z.object({ op: z.literal('thisMonth') }),
      z.object({ op: z.literal('months'), months: z.array(z.int().min(1).max(12)).min(1).max(12) }),
    ]),
  }),
  sentence: ({ field, is }, names) => {
    const word = fieldWord(names, field)
    const name = field === 'birthday' ? word : say(names, `${word}的周年`, `Anniversary of ${word}`)
    if (is.op === 'thisMonth') return joined(names, name, say(names, '在本月', 'is this month'))
    if (is.op === 'months')
      return joined(names, name, say(names, `在 ${is.months.join('、')} 月`, `is in month ${is.months.join(', ')}`))
    const [from, to] = [dayWords(names, is.fromDays), dayWords(names, is.toDays)]
    if (is.fromDays === 0 && is.toDays === 0) return joined(names, name, say(names, '是今天', 'is today'))
    if (is.fromDays === is.toDays) return joined(names, name, say(names, `在${from}`, `is ${from}`))
    return joined(names, name, say(names, `在${from}到${to}`, `is between ${from} and ${to}`))
  },
})

function dayWords(reader: Reader, days: number): string {
  if (days === 0) return say(reader, '今天', 'today')
  return days > 0
    ? say(reader, ` ${days} 天后`, `in ${many(days, 'day')}`)
    : say(reader, ` ${-days} 天前`, `${many(-days, 'day')} ago`)
}
