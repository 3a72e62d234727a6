import type { EventDef } from '../core/index.ts'
import {
  wechatFollowed,
  wechatMenuClicked,
  wechatMessage,
  wechatScanned,
  wechatSubscribeChoice,
  wechatSubscribeSent,
  wechatTemplateFinished,
  wechatUnfollowed,
} from './events.ts'
import { nodeOf, nodesOf, textOf, type XmlNode } from './xml.ts'

/** A verified callback in our words. `subject` keeps facts of one customer in order. */
export type CallbackFact = { event: EventDef<never>; payload: unknown; subject?: string | undefined }

export function fact<T>(event: EventDef<T>, payload: T, subject?: string): CallbackFact {
  return { event: event as unknown as EventDef<never>, payload, subject }
}

const MENU_EVENTS = new Set(['CLICK', 'VIEW', 'view_miniprogram'])

/** What a callback of an official account or mini program says, or null when we have no word for it. */
export function wechatFactOf(appId: string, node: XmlNode): CallbackFact | null {
  const openid = textOf(node, 'FromUserName')
  if (!openid) return null
  const createdAt = new Date(Number(textOf(node, 'CreateTime') || 0) * 1000)
  const base = { appId, openid, createdAt }
  const subject = `openid:${openid}`
  const msgType = textOf(node, 'MsgType')
  if (msgType !== 'event') {
    return msgType
      ? fact(wechatMessage, { ...base, msgId: textOf(node, 'MsgId'), msgType, content: textOf(node, 'Content') }, subject)
      : null
  }
  const name = textOf(node, 'Event')
  const key = textOf(node, 'EventKey')
  if (MENU_EVENTS.has(name)) return fact(wechatMenuClicked, { ...base, key, kind: name }, subject)
  switch (name) {
    case 'subscribe':
      return fact(wechatFollowed, { ...base, scene: key.startsWith('qrscene_') ? key.slice('qrscene_'.length) : null }, subject)
    case 'SCAN':
      return fact(wechatScanned, { ...base, scene: key || null }, subject)
    case 'unsubscribe':
      return fact(wechatUnfollowed, base, subject)
    case 'TEMPLATESENDJOBFINISH':
      return fact(
        wechatTemplateFinished,
        { ...base, msgId: textOf(node, 'MsgID') || textOf(node, 'MsgId'), status: textOf(node, 'Status') },
        subject,
      )
    case 'subscribe_msg_popup_event':
    case 'subscribe_msg_change_event':
      return fact(
        wechatSubscribeChoice,
        { ...base, from: name === 'subscribe_msg_popup_event' ? 'popup' : 'settings', list: choicesOf(node, name) },
        subject,
      )
    case 'subscribe_msg_sent_event':
      return fact(wechatSubscribeSent, { ...base, list: receiptsOf(node) }, subject)
    default:
      return null
  }
}

/** In XML the items stand in a wrapper; in JSON a top-level `List` may be an array or one object. */
function itemsOf(node: XmlNode, wrapper: string): XmlNode[] {
  const wrapped = nodeOf(node, wrapper)
  return nodesOf(wrapped ?? node, 'List')
}

function choicesOf(node: XmlNode, name: string) {
  const wrapper = name === 'subscribe_msg_popup_event' ? 'SubscribeMsgPopupEvent' : 'SubscribeMsgChangeEvent'
  return itemsOf(node, wrapper)
    .map(item => ({
      templateId: textOf(item, 'TemplateId'),
      choice: textOf(item, 'SubscribeStatusString') === 'accept' ? ('accept' as const) : ('reject' as const),
    }))
    .filter(item => item.templateId !== '')
}

function receiptsOf(node: XmlNode) {
  return itemsOf(node, 'SubscribeMsgSentEvent').map(item => ({
    templateId: textOf(item, 'TemplateId'),
    msgId: textOf(item, 'MsgID'),
    errorCode: textOf(item, 'ErrorCode'),
    errorStatus: textOf(item, 'ErrorStatus'),
  }))
}
