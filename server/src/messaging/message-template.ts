import {
  type ChannelShape,
  fieldKindOf,
  fieldLengthOf,
  type InputOf,
  MESSAGE_CHANNELS,
  type MessageChannel,
  type MessagePurpose,
  type messaging,
  type TemplateField,
  type MessageTemplate as View,
} from '@banyan/shared'
import type { CreationOptional, InferAttributes, InferCreationAttributes } from '../core/index.ts'
import {
  bool,
  brandOf,
  brandScope,
  type Ctx,
  findIn,
  id,
  instant,
  isDuplicate,
  json,
  Model,
  Op,
  orderOf,
  ref,
  refused,
  rows,
  savepoint,
  say,
  sql,
  table,
  text,
} from '../core/index.ts'
import { connectionById } from '../platform/index.ts'

/** A template of a platform, with its purpose and its fields' lengths. */
export class MessageTemplate extends Model<InferAttributes<MessageTemplate>, InferCreationAttributes<MessageTemplate>> {
  declare id: CreationOptional<number>
  declare brandId: number
  declare channel: MessageChannel
  declare connectionId: number
  declare appId: string
  declare templateId: string
  declare purpose: MessagePurpose
  declare title: string
  declare fields: TemplateField[]
  declare places: View['places']
  declare isActive: CreationOptional<boolean>
  declare createdAt: Date
}
MessageTemplate.init(
  {
    id: id(),
    brandId: ref(),
    channel: text(20),
    connectionId: ref(),
    appId: text(64),
    templateId: text(64),
    purpose: text(12),
    title: text(60),
    fields: json(),
    places: json(),
    isActive: bool({ default: true }),
    createdAt: instant(),
  },
  table('message_templates'),
)

type Draft = InputOf<(typeof messaging)['messageTemplates.create']>

const SORTS = ['title', 'channel', 'purpose', 'createdAt'] as const

export async function listTemplates(ctx: Ctx, input: InputOf<(typeof messaging)['messageTemplates.list']>) {
  const scope = brandScope(ctx)
  const where = {
    ...(scope ? { brandId: { [Op.in]: scope } } : {}),
    ...(input.channel ? { channel: input.channel } : {}),
    ...(input.purpose ? { purpose: input.purpose } : {}),
    ...(input.isActive === undefined ? {} : { isActive: input.isActive }),
    ...(input.search ? { title: { [Op.like]: `%${input.search}%` } } : {}),
  }
  const { rows: found, count } = await MessageTemplate.findAndCountAll({
    where,
    order: [orderOf(input.sort, SORTS, '-createdAt'), ['id', 'DESC']],
    limit: input.pageSize,
    offset: (input.page - 1) * input.pageSize,
  })
  return { items: await templateViews(found), total: count }
}

/** Registers a template. Throws message.marketingByTemplate, message.noConnection, message.badField, message.templateExists. */
export async function createTemplate(ctx: Ctx, input: Draft): Promise<View> {
  const brandId = brandOf(ctx)
  mustBeLawful(input.channel, input.purpose)
  const appId = await appIdOf(input.channel, input.connectionId, brandId)
  try {
    const template = await savepoint(() =>
      MessageTemplate.create({ ...input, brandId, appId, fields: fieldsOf(input.channel, input.fields), createdAt: ctx.now }),
    )
    return viewOf(template)
  } catch (error) {
    if (isDuplicate(error)) throw refused('message.templateExists', { field: 'templateId' })
    throw error
  }
}

export async function updateTemplate(ctx: Ctx, input: InputOf<(typeof messaging)['messageTemplates.update']>): Promise<View> {
  const template = await findIn(ctx, MessageTemplate, input.id)
  const channel = input.channel ?? template.channel
  mustBeLawful(channel, input.purpose ?? template.purpose)
  // What waits to be sent was written under the old purpose's rules.
  if (input.purpose && input.purpose !== template.purpose && (await usedTemplates([template.id])).has(template.id))
    throw refused('message.templateUsed', { field: 'purpose' })
  const connectionId = input.connectionId ?? template.connectionId
  const appId = await appIdOf(channel, connectionId, template.brandId)
  const { id: _, fields, ...rest } = input
  await template.update({ ...rest, channel, connectionId, appId, ...(fields ? { fields: fieldsOf(channel, fields) } : {}) })
  return viewOf(template)
}

export async function removeTemplate(ctx: Ctx, { id: templateId }: { id: number }): Promise<{ id: number }> {
  const template = await findIn(ctx, MessageTemplate, templateId)
  if ((await usedTemplates([template.id])).has(template.id)) throw refused('message.templateUsed')
  await template.destroy()
  return { id: templateId }
}

/** Marketing through an official-account template message is a breach of the platform's rules, whatever the text says. */
export function mustBeLawful(channel: MessageChannel, purpose: MessagePurpose): void {
  const shape: ChannelShape = MESSAGE_CHANNELS[channel]
  if (!shape.purposes.includes(purpose)) throw refused('message.marketingByTemplate', { field: 'purpose' })
}

async function appIdOf(channel: MessageChannel, connectionId: number, brandId: number): Promise<string> {
  const connection = await connectionById(connectionId)
  const fits =
    connection &&
    connection.type === MESSAGE_CHANNELS[channel].connectionType &&
    (connection.brandId === null || connection.brandId === brandId)
  if (!fits) throw refused('message.noConnection', { field: 'connectionId' })
  return connection.externalId
}

function fieldsOf(channel: MessageChannel, given: Draft['fields']): TemplateField[] {
  const keys = given.map(field => field.key)
  if (new Set(keys).size !== keys.length) throw refused('message.badField', { field: 'fields' })
  return given.map(field => {
    const longest = fieldLengthOf(channel, field.key)
    return {
      key: field.key,
      label: field.label,
      kind: field.kind ?? fieldKindOf(field.key),
      maxLength: Math.min(field.maxLength ?? longest, longest),
    }
  })
}

async function viewOf(template: MessageTemplate): Promise<View> {
  const [view] = await templateViews([template])
  return view as View
}

export async function templateViews(templates: readonly MessageTemplate[]): Promise<View[]> {
  const used = await usedTemplates(templates.map(template => template.id))
  const names = new Map<number, string>()
  for (const connectionId of new Set(templates.map(template => template.connectionId)))
    names.set(connectionId, (await connectionById(connectionId))?.name ?? '')
  return templates.map(
    ({ id: templateRow, brandId, channel, connectionId, templateId, purpose, title, fields, places, isActive, createdAt }) => ({
      id: templateRow,
      brandId,
      channel,
      connectionId,
      connectionName: names.get(connectionId) ?? '',
      templateId,
      purpose,
      title,
      fields,
      places,
      isActive,
      isUsed: used.has(templateRow),
      createdAt,
    }),
  )
}

async function usedTemplates(ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set()
  const used = await rows<{ id: number }>(
    sql`SELECT DISTINCT template_id AS id FROM campaigns WHERE template_id IN (${[...ids]}) UNION SELECT DISTINCT template_id AS id FROM notice_settings WHERE template_id IN (${[...ids]})`,
  )
  return new Set(used.map(row => Number(row.id)))
}

/** Shapes of the channels for the editor. */
export async function listChannels(ctx: Ctx) {
  return {
    items: (Object.keys(MESSAGE_CHANNELS) as MessageChannel[]).map(channel => {
      const shape: ChannelShape = MESSAGE_CHANNELS[channel]
      return {
        channel,
        name: say(ctx, ...shape.name),
        purposes: [...shape.purposes],
        rules: shape.rules.map(rule => say(ctx, ...rule)),
        connectionType: shape.connectionType,
        fieldKinds: shape.fieldKinds.map(kind => ({ ...kind, name: say(ctx, ...kind.name) })),
      }
    }),
  }
}
