import { type RawRequest, raw, refused } from '../core/index.ts'
import { findConnection } from '../platform/index.ts'
import {
  answerCallback,
  answerCheck,
  type CallbackAccount,
  type CallbackFact,
  callbackAccountOf,
  fact,
  textOf,
  type XmlNode,
} from '../wechat/index.ts'
import {
  wecomContactAdded,
  wecomContactEdited,
  wecomContactRemoved,
  wecomStaffChanged,
  wecomTagChanged,
  wecomTransferFailed,
} from './events.ts'

const BODY_MAX_BYTES = 512 * 1024

export const rawRoutes = [
  raw({
    method: 'GET',
    path: '/callbacks/wecom/:corpId',
    name: 'wecom.callbackCheck',
    handler: request => answerCheck('wecom', request, accountOf),
  }),
  raw({
    method: 'POST',
    path: '/callbacks/wecom/:corpId',
    name: 'wecom.callback',
    bodyLimitBytes: BODY_MAX_BYTES,
    handler: request => answerCallback('wecom', request, accountOf, wecomFactOf),
  }),
]

async function accountOf({ params }: RawRequest): Promise<CallbackAccount> {
  const connection = await findConnection('wecom', { externalId: params.corpId ?? '' })
  if (!connection) throw refused('callback.unknownAccount')
  // one corp may serve several brands, so its events belong to none; staff and store decide later
  return callbackAccountOf(connection)
}

const STAFF_CHANGES: Record<string, 'create' | 'update' | 'delete'> = {
  create_user: 'create',
  update_user: 'update',
  delete_user: 'delete',
}

/** What a WeCom callback says, or null when we have no word for it. */
export function wecomFactOf(corpId: string, node: XmlNode): CallbackFact | null {
  const createdAt = new Date(Number(textOf(node, 'CreateTime') || 0) * 1000)
  const change = textOf(node, 'ChangeType')
  switch (textOf(node, 'Event')) {
    case 'change_external_contact':
      return contactFactOf(corpId, createdAt, change, node)
    case 'change_external_tag':
      return fact(wecomTagChanged, { corpId, change, tagId: textOf(node, 'Id'), tagType: textOf(node, 'TagType'), createdAt })
    case 'change_contact': {
      const kind = STAFF_CHANGES[change]
      const userId = textOf(node, 'UserID')
      if (!kind || !userId) return null
      return fact(
        wecomStaffChanged,
        { corpId, change: kind, userId, newUserId: textOf(node, 'NewUserID') || null, createdAt },
        `staff:${userId}`,
      )
    }
    default:
      return null
  }
}

function contactFactOf(corpId: string, createdAt: Date, change: string, node: XmlNode): CallbackFact | null {
  const userId = textOf(node, 'UserID')
  const externalUserId = textOf(node, 'ExternalUserID')
  if (!userId || !externalUserId) return null
  const base = { corpId, userId, externalUserId, createdAt }
  const subject = `contact:${externalUserId}`
  const state = textOf(node, 'State')
  switch (change) {
    case 'add_external_contact':
    case 'add_half_external_contact':
      return fact(
        wecomContactAdded,
        { ...base, state, welcomeCode: textOf(node, 'WelcomeCode') || null, isHalf: change === 'add_half_external_contact' },
        subject,
      )
    case 'edit_external_contact':
      return fact(wecomContactEdited, { ...base, state }, subject)
    case 'del_external_contact':
      return fact(
        wecomContactRemoved,
        { ...base, by: 'staff', isTransfer: textOf(node, 'Source') === 'DELETE_BY_TRANSFER' },
        subject,
      )
    case 'del_follow_user':
      return fact(wecomContactRemoved, { ...base, by: 'person', isTransfer: false }, subject)
    case 'transfer_fail':
      return fact(wecomTransferFailed, { ...base, reason: textOf(node, 'FailReason') }, subject)
    default:
      return null
  }
}
