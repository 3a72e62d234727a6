import { z } from 'zod'

/** What an attribute of a subject may hold. Money is whole fen, a date is a day, a time an instant in ISO 8601. */
export const AttributeKind = z.enum([
  'text',
  'number',
  'money',
  'date',
  'time',
  'boolean',
  'choice',
  'list',
  'location',
  /** Kept encrypted, shown masked; the one kind that a message can be sent to. */
  'phone',
])
export type AttributeKind = z.output<typeof AttributeKind>

export const ATTRIBUTE_KIND_WORDS: Record<AttributeKind, { zh: string; en: string }> = {
  text: { zh: '文字', en: 'Text' },
  number: { zh: '数字', en: 'Number' },
  money: { zh: '金额', en: 'Money' },
  date: { zh: '日期', en: 'Date' },
  time: { zh: '时间', en: 'Time' },
  boolean: { zh: '是否', en: 'Yes or no' },
  choice: { zh: '单选', en: 'Choice' },
  list: { zh: '多选', en: 'List' },
  location: { zh: '位置', en: 'Location' },
  phone: { zh: '电话', en: 'Phone' },
}

/** `lastServiceAt`: starts with a small letter; unique within its type. */
export const AttributeKey = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/)

const Label = z.string().trim().max(40)
const Choices = z.array(z.object({ value: z.string().trim().min(1).max(60), zh: z.string().trim().min(1).max(30) })).max(200)
const Unit = z.string().trim().max(10)

export const Attribute = z.object({
  key: AttributeKey,
  zh: z.string().trim().min(1).max(20),
  en: Label,
  kind: AttributeKind,
  /** For `choice` and `list`: what may be chosen. Empty lets anything in. */
  choices: Choices,
  /** No two subjects of the type hold the same value; a subject can be found and put by it. Text, choice, number and phone only. */
  isUnique: z.boolean(),
  isRequired: z.boolean(),
  /** Shown after a number: km, ㎡, 台. */
  unit: Unit,
})
export type Attribute = z.output<typeof Attribute>

/** As it is sent: what is left out is empty or no. */
export const AttributeInput = Attribute.extend({
  en: Label.default(''),
  choices: Choices.default([]),
  isUnique: z.boolean().default(false),
  isRequired: z.boolean().default(false),
  unit: Unit.default(''),
})

export const Location = z.object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
export type Location = z.output<typeof Location>

/** One value as it is sent; null takes it away. */
export const AttributeValue = z.union([
  z.string().max(1000),
  z.number(),
  z.boolean(),
  z.array(z.string().max(60)).max(50),
  Location,
  z.null(),
])
export type AttributeValue = z.output<typeof AttributeValue>
export const AttributeValues = z.record(AttributeKey, AttributeValue)
export type AttributeValues = z.output<typeof AttributeValues>

export const ATTRIBUTES_MAX = 100
