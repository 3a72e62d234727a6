import { z } from 'zod'
import { FIELDS } from '../fields.ts'
import { operator } from '../operator.ts'

/** A day that returns every year, matched by month and day in the brand's zone; 29 February falls on the 28th in other years. */
export const AnniversaryField = z.enum(['birthday', 'joinedAt', 'firstPaidAt'])

export const anniversary = operator({
  zh: '生日与纪念日',
  shape: z.object({
    kind: z.literal('anniversary'),
    field: AnniversaryField,
    is: z.discriminatedUnion('op', [
      /** From `fromDays` to `toDays` days after today, both included: 0 and 0 is today, 7 and 7 is in a week. */
      z.object({ op: z.literal('inDays'), fromDays: z.int().min(-180).max(180), toDays: z.int().min(-180).max(180) }),
      z.object({ op: z.literal('thisMonth') }),
      z.object({ op: z.literal('months'), months: z.array(z.int().min(1).max(12)).min(1).max(12) }),
    ]),
  }),
  sentence: ({ field, is }) => {
    const name = field === 'birthday' ? '生日' : `${FIELDS[field].zh}的周年`
    if (is.op === 'thisMonth') return `${name}在本月`
    if (is.op === 'months') return `${name}在 ${is.months.join('、')} 月`
    if (is.fromDays === is.toDays) return is.fromDays === 0 ? `${name}是今天` : `${name}在${dayZh(is.fromDays)}`
    return `${name}在${dayZh(is.fromDays)}到${dayZh(is.toDays)}`
  },
})

function dayZh(days: number): string {
  if (days === 0) return '今天'
  return days > 0 ? ` ${days} 天后` : ` ${-days} 天前`
}
