import { z } from 'zod'
import { type Reader, say, type Words } from '../language.ts'

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
  return compare.op in TEXT_OP
}

const NUMBER_OP: Record<NumberOp | 'between' | 'notBetween', Words> = {
  '=': ['等于', 'equal to'],
  '!=': ['不等于', 'other than'],
  '<': ['少于', 'less than'],
  '<=': ['至多', 'at most'],
  '>': ['多于', 'more than'],
  '>=': ['至少', 'at least'],
  between: ['介于', 'between'],
  notBetween: ['不在区间', 'not between'],
}
const TEXT_OP: Record<TextCompare['op'], Words> = {
  is: ['是', 'is'],
  isNot: ['不是', 'is not'],
  contains: ['包含', 'contains'],
  doesNotContain: ['不包含', 'does not contain'],
  startsWith: ['开头是', 'begins with'],
}
const PRESENCE: Record<Presence['op'], Words> = { isSet: ['有值', 'is known'], isNotSet: ['没有值', 'is not known'] }

/** `subject` with what is asked of it: "城市有值", "City is known". */
export function presenceWords(reader: Reader, subject: string, { op }: Presence): string {
  return joined(reader, subject, say(reader, ...PRESENCE[op]))
}

/** `format` writes a number with its unit. */
export function numberCompareWords(reader: Reader, compare: NumberCompare, format: (value: number) => string = String): string {
  const op = say(reader, ...NUMBER_OP[compare.op])
  if ('value' in compare) return `${op} ${format(compare.value)}`
  return `${op} ${format(compare.from)} ${say(reader, '到', 'and')} ${format(compare.to)}`
}

export function textCompareWords(reader: Reader, compare: TextCompare): string {
  const op = say(reader, ...TEXT_OP[compare.op])
  const quoted = (value: string) => say(reader, `「${value}」`, `“${value}”`)
  if ('value' in compare) return joined(reader, op, quoted(compare.value))
  const shown = compare.values
    .slice(0, 3)
    .map(quoted)
    .join(say(reader, '或', ' or '))
  const more = compare.values.length - 3
  return joined(reader, op, shown) + (more > 0 ? say(reader, ` 等 ${compare.values.length} 个`, ` and ${more} more`) : '')
}

/** Chinese sets words side by side, English puts a space between. */
export function joined(reader: Reader, ...words: string[]): string {
  return words.join(say(reader, '', ' '))
}
