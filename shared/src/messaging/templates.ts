import { z } from 'zod'
import { command, Id, Instant, Page, pageOf, query } from '../kernel.ts'
import { MessageChannel } from './channels.ts'
import { MessageContent, TemplateField, Variable } from './content.ts'
import { NoticeKey } from './notices.ts'
import { MessagePurpose } from './purposes.ts'

/** What a message looks like: the platforms' templates. */

/** Where in the mini-program a tap may ask for credits, and for which templates (3 at most per tap). */
export const SubscribePlace = z.enum(['join', 'couponClaimed', 'purchasePaid', 'home', 'messages'])

export const MessageTemplate = z.object({
  id: Id,
  brandId: Id,
  channel: MessageChannel,
  connectionId: Id,
  connectionName: z.string(),
  templateId: z.string(),
  purpose: MessagePurpose,
  title: z.string(),
  fields: z.array(TemplateField),
  /** Subscribe templates: where the mini-program asks for credits; empty means everywhere. */
  places: z.array(SubscribePlace),
  isActive: z.boolean(),
  /** True when campaigns or notices use it, so that it cannot be removed. */
  isUsed: z.boolean(),
  createdAt: Instant,
})
export type MessageTemplate = z.output<typeof MessageTemplate>

const TemplateDraft = z.object({
  channel: MessageChannel,
  connectionId: Id,
  templateId: z.string().trim().min(1).max(64),
  purpose: MessagePurpose,
  title: z.string().trim().min(1).max(60),
  /** `kind` decides the length where it is left out: see `fieldLengthOf`. */
  fields: z
    .array(TemplateField.partial({ maxLength: true, kind: true }))
    .min(1)
    .max(10),
  places: z.array(SubscribePlace).max(10).default([]),
  isActive: z.boolean().default(true),
})

export const templates = {
  'messageChannels.list': query({
    access: 'operator',
    input: z.object({}),
    output: z.object({
      items: z.array(
        z.object({
          channel: MessageChannel,
          name: z.string(),
          purposes: z.array(MessagePurpose),
          rules: z.array(z.string()),
          connectionType: z.string(),
          fieldKinds: z.array(z.object({ kind: z.string(), name: z.string(), maxLength: z.int() })),
        }),
      ),
    }),
    summary: 'Message channels, what each allows, and its field lengths',
  }),
  'messageVariables.list': query({
    access: 'operator',
    input: z.object({ notice: NoticeKey.optional() }),
    output: z.object({ items: z.array(Variable) }),
    summary: 'Variables that a message may use',
  }),
  'messageTemplates.list': query({
    access: 'operator',
    input: Page.extend({
      channel: MessageChannel.optional(),
      purpose: MessagePurpose.optional(),
      isActive: z.boolean().optional(),
    }),
    output: pageOf(MessageTemplate),
    summary: 'Message templates',
  }),
  'messageTemplates.create': command({
    access: 'operator',
    input: TemplateDraft,
    output: MessageTemplate,
    summary: 'Register a platform template; marketing through a template message is refused',
  }),
  'messageTemplates.update': command({
    access: 'operator',
    input: TemplateDraft.partial().extend({ id: Id }),
    output: MessageTemplate,
    summary: 'Change a template; the purpose of one in use stays',
  }),
  'messageTemplates.remove': command({
    access: 'operator',
    input: z.object({ id: Id }),
    output: z.object({ id: Id }),
    summary: 'Remove a template that nothing uses',
  }),
  'messageTemplates.preview': query({
    access: 'operator',
    input: z.object({ templateId: Id, content: MessageContent, personId: Id.optional() }),
    output: z.object({
      fields: z.array(
        z.object({
          key: z.string(),
          label: z.string(),
          value: z.string(),
          length: z.int(),
          maxLength: z.int(),
          isCut: z.boolean(),
        }),
      ),
      problems: z.array(z.object({ key: z.string(), text: z.string() })),
    }),
    summary: 'What a reader would see, with the places where the platform would cut',
  }),
}
