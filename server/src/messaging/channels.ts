import type { MessageChannel } from '@banyan/shared'
import type { ChannelBehavior } from './channels/behavior.ts'
import { subscribe } from './channels/subscribe.ts'
import { template } from './channels/template.ts'

/** Every channel of the contract must be here: forgetting one is a type error. */
export const channels: { [K in MessageChannel]: ChannelBehavior } = { template, subscribe }
