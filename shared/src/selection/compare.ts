import { z } from 'zod'

/** A number against one or two others. `!=` and `notBetween` are the exact complements of `=` and `between`. */
export const NumberOp = z.enum(['=', '!=', '<', '<=', '>', '>='])
export type NumberOp = z.output<typeof NumberOp>

export const NumberCompare = z.discriminatedUnion('op', [
  z.object({ op: NumberOp, value: z.number() }),
  /** Both ends included. */
  z.object({ op: z.literal('between'), from: z.number(), to: z.number() }),
  z.object({ op: z.literal('notBetween'), from: z.number(), to: z.number() }),
])
export type NumberCompare = z.output<typeof NumberCompare>

/** A text against a list: `is` means one of them. Letters' case counts. */
export const TextCompare = z.discriminatedUnion('op', [
  z.object({ op: z.enum(['is', 'isNot']), values: z.array(z.string().max(300)).min(1).max(500) }),
  z.object({ op: z.enum(['contains', 'doesNotContain', 'startsWith']), value: z.string().min(1).max(300) }),
])
export type TextCompare = z.output<typeof TextCompare>

/** Is there a value at all? */
export const Presence = z.object({ op: z.enum(['isSet', 'isNotSet']) })

export type Presence = z.output<typeof Presence>

export function isPresence(compare: { op: string }): compare is Presence {
  return compare.op === 'isSet' || compare.op === 'isNotSet'
}

export function isTextCompare(compare: { op: string }): compare is TextCompare {
  return compare.op in TEXT_OP_ZH
}

export const NUMBER_OP_ZH: Record<NumberOp | 'between' | 'notBetween', string> = {
  '=': '等于',
  '!=': '不等于',
  '<': '少于',
  '<=': '至多',
  '>': '多于',
  '>=': '至少',
  between: '介于',
  notBetween: '不在区间',
}
export const TEXT_OP_ZH: Record<TextCompare['op'], string> = {
  is: '是',
  isNot: '不是',
  contains: '包含',
  doesNotContain: '不包含',
  startsWith: '开头是',
}
export const PRESENCE_ZH = { isSet: '有值', isNotSet: '没有值' } as const

/** `format` writes a number with its unit. */
export function numberCompareZh(compare: NumberCompare, format: (value: number) => string = String): string {
  const op = NUMBER_OP_ZH[compare.op]
  if ('value' in compare) return `${op} ${format(compare.value)}`
  return `${op} ${format(compare.from)} 到 ${format(compare.to)}`
}

export function textCompareZh(compare: TextCompare): string {
  const op = TEXT_OP_ZH[compare.op]
  if ('value' in compare) return `${op}「${compare.value}」`
  const shown = compare.values.slice(0, 3).map(value => `「${value}」`)
  return `${op}${shown.join('或')}${compare.values.length > 3 ? ` 等 ${compare.values.length} 个` : ''}`
}
