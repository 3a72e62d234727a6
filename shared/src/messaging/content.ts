import { z } from 'zod'

/** What is written into a template. */

/** One field of a platform template: `key` is the platform's (thing1, amount2), `value` a Liquid text of ours. */
export const TemplateField = z.object({
  key: z
    .string()
    .regex(/^[A-Za-z_]+[A-Za-z0-9_]*$/)
    .max(40),
  label: z.string().trim().min(1).max(40),
  kind: z.string().max(30),
  /** Longest text the platform takes, in characters. */
  maxLength: z.int().min(1).max(200),
})
export type TemplateField = z.output<typeof TemplateField>

/** What is filled into the fields of a template; each value is Liquid: `{{ person.name }}`, `{{ coupon.name }}`. */
export const MessageContent = z.object({
  values: z.record(z.string(), z.string().max(500)),
  /** Where a tap leads: a mini-program page (`pages/coupons/index`) or an https address; clicks are counted. */
  page: z.string().trim().max(300).default(''),
})
export type MessageContent = z.output<typeof MessageContent>

/** What may be used in a value, for the editor's menu. */
export const Variable = z.object({ name: z.string(), label: z.string(), example: z.string() })
