import { z } from 'zod'
import type { ChannelShape } from './channels/shape.ts'
import { subscribe } from './channels/subscribe.ts'
import { template } from './channels/template.ts'

export type { ChannelShape } from './channels/shape.ts'

/** The catalogue of message channels. A new one is a file beside these two, then the compiler lists what is owed. */
export const MESSAGE_CHANNELS = { template, subscribe } satisfies Record<string, ChannelShape>

export const MessageChannel = z.enum(['template', 'subscribe'])
export type MessageChannel = z.output<typeof MessageChannel>

/** The platform names the kind in the key: `thing1` is a `thing`, `character_string2` a `character_string`. */
export function fieldKindOf(key: string): string {
  return key.replace(/\d+$/, '')
}

/** Longest text the platform takes for this field, in characters. */
export function fieldLengthOf(channel: MessageChannel, key: string): number {
  const shape: ChannelShape = MESSAGE_CHANNELS[channel]
  const kind = fieldKindOf(key)
  return shape.fieldKinds.find(one => one.kind === kind)?.maxLength ?? shape.maxLengthDefault
}

/** Characters as the platforms count them: what one sees, not UTF-16 units. */
export function lengthOf(text: string): number {
  return [...text].length
}

/** Cuts a text to what the platform takes, with an ellipsis in place of the last character. */
export function cutTo(text: string, maxLength: number): string {
  const characters = [...text]
  return characters.length <= maxLength ? text : `${characters.slice(0, Math.max(0, maxLength - 1)).join('')}…`
}
