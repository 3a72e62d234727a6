import {
  cutTo,
  MESSAGE_PURPOSES,
  type MessageChannel,
  type MessageContent,
  type MessagePurpose,
  type TemplateField,
} from '@banyan/shared'
import { Liquid, type Template } from 'liquidjs'
import { refused } from '../core/index.ts'
import { channels } from './channels.ts'
import { offerIn } from './rules.ts'

/**
 * Liquid for the fields of a message. Nothing but text comes in and out: no files, no own properties beyond the facts, and limits on time and
 * memory, since operators write it.
 */
const engine = new Liquid({
  cache: 500,
  ownPropertyOnly: true,
  strictFilters: true,
  parseLimit: 20_000,
  renderLimit: 50,
  memoryLimit: 100_000,
  root: [],
  partials: [],
  layouts: [],
})

const parsed = new Map<string, Template[]>()

function parse(text: string): Template[] {
  let template = parsed.get(text)
  if (!template) {
    template = engine.parse(text)
    if (parsed.size > 2000) parsed.clear()
    parsed.set(text, template)
  }
  return template
}

export type Facts = Record<string, Record<string, string | number | null>>

/** The variables that a content uses, `person.name`. Throws message.badLiquid on the field that cannot be read. */
export function variablesOf(content: MessageContent): { key: string; variable: string }[] {
  return Object.entries(content.values).flatMap(([key, text]) => {
    try {
      return engine.globalFullVariablesSync(parse(text)).map(variable => ({ key, variable }))
    } catch (error) {
      throw refused('message.badLiquid', {
        field: `content.values.${key}`,
        reason: error instanceof Error ? error.message.split('\n')[0] : '',
      })
    }
  })
}

export type RenderedField = { key: string; label: string; value: string; full: string; maxLength: number }

/** Fills the fields; each is cut to what the platform takes, and an empty one says so with a dash since the platforms refuse empty fields. */
export function renderFields(
  channel: MessageChannel,
  fields: readonly TemplateField[],
  content: MessageContent,
  facts: Facts,
): RenderedField[] {
  return fields.map(field => {
    const raw = String(engine.renderSync(parse(content.values[field.key] ?? ''), facts))
    const full = channels[channel].clean(raw) || '-'
    return { key: field.key, label: field.label, full, value: cutTo(full, field.maxLength), maxLength: field.maxLength }
  })
}

export type ContentRules = {
  fields: readonly TemplateField[]
  purpose: MessagePurpose
  variables: readonly string[]
  content: MessageContent
}

/**
 * Throws when a content cannot be sent by this template: a field without text, a variable that does not exist, a page that is none, or an
 * offer in what is no marketing.
 */
export function checkContent({ fields, purpose, variables, content }: ContentRules): void {
  for (const field of fields)
    if (!content.values[field.key]?.trim())
      throw refused('message.missingValue', { field: `content.values.${field.key}`, reason: field.label })
  for (const { key, variable } of variablesOf(content))
    if (!variables.includes(variable))
      throw refused('message.unknownVariable', { field: `content.values.${key}`, reason: variable })
  if (!MESSAGE_PURPOSES[purpose].mayOffer) {
    for (const [key, text] of Object.entries(content.values)) {
      const word = offerIn(text)
      if (word) throw refused('message.offerInService', { field: `content.values.${key}`, reason: word })
    }
  }
  const { page } = content
  const isPage = /^[A-Za-z0-9_\-/]+(\?[^\s#]*)?$/.test(page)
  const isAddress = page.startsWith('https://') && URL.canParse(page)
  if (page !== '' && !isPage && !isAddress) throw refused('message.badPage', { field: 'content.page' })
}
