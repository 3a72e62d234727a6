/** Template messages of official accounts with their receipts: contract B1. The busiest endpoint: kept light. */

import { pushAccountMessage } from '../callbacks.ts'
import { accountChatKey, putMessage } from '../chats.ts'
import { type Call, jsonAnswer, type RouteTable } from '../origin.ts'
import { PlatformError, type Simulator } from '../simulator.ts'
import { type Account, nextNumber } from '../world.ts'
import { jsonBody, text, withToken } from './envelope.ts'

const FIELD_CHARS_MAX = 20 // longer values are cut in silence since 2023-05
const DEDUPE_MS = 600_000
const DEDUPE_MAX = 200_000
const PER_DAY = 100_000
const FIRST_MSGID = 3_662_956_322_040_000_000n // real ids do not fit a double

/** Message ids by client_msg_id, per world; forgotten with the process, like the platform's ten minutes. */
const sentBefore = new WeakMap<object, Map<string, { msgid: string; atMs: number }>>()

function sendTemplate(call: Call, account: Account) {
  const { sim } = call
  const body = jsonBody(call)
  const openid = text(body.touser)
  const user = sim.directory.userByOpenid(account.appId, openid)
  if (!user) throw new PlatformError(40003, 'invalid openid')
  const template = account.templates.find(one => one.templateId === body.template_id)
  if (!template) throw new PlatformError(40037, 'invalid template_id')
  if (!account.followers.has(openid)) throw new PlatformError(43004, 'require subscribe')
  const data = body.data
  if (data === null || typeof data !== 'object') throw new PlatformError(47003, 'argument invalid! data is empty')

  const repeated = dedupe(sim, account, text(body.client_msg_id))
  if (repeated.isRepeat) return answer(repeated.msgid)
  const { msgid } = repeated
  const values = data as Record<string, { value?: unknown } | undefined>
  const isBlocked = user.blockedAppIds.includes(account.appId)
  const hasFailed = sim.faults.strike('templateFails', `${call.origin} ${call.path}`) !== null
  if (!isBlocked && !hasFailed) {
    const jump = body.miniprogram as { appid?: unknown; pagepath?: unknown } | undefined
    putMessage(sim, user.id, accountChatKey(account.appId), {
      side: 'in',
      kind: 'template',
      title: template.title,
      ...(text(body.url) ? { url: text(body.url) } : {}),
      ...(jump ? { appId: text(jump.appid), page: text(jump.pagepath) } : {}),
      fields: template.fields.map(({ key, label }) => ({ label, value: cut(text(values[key]?.value)) })),
    })
  }
  const status = isBlocked ? 'failed:user block' : hasFailed ? 'failed: system failed' : 'success'
  pushAccountMessage(sim, account, openid, {
    MsgType: 'event',
    Event: 'TEMPLATESENDJOBFINISH',
    MsgID: BigInt(msgid),
    Status: status,
  })
  return answer(msgid)
}

function cut(value: string): string {
  const letters = [...value.replace(/\s*\n\s*/g, '')]
  return letters.length > FIELD_CHARS_MAX ? `${letters.slice(0, FIELD_CHARS_MAX).join('')}…` : letters.join('')
}

/** Written by hand: JSON.stringify has no numbers of 64 bits. */
function answer(msgid: string) {
  return jsonAnswer(`{"errcode":0,"errmsg":"ok","msgid":${msgid}}`)
}

function dedupe(sim: Simulator, account: Account, clientMsgId: string): { msgid: string; isRepeat: boolean } {
  const fresh = () => String(FIRST_MSGID + BigInt(nextNumber(sim.world)))
  if (!clientMsgId) return { msgid: fresh(), isRepeat: false }
  let sent = sentBefore.get(sim.world)
  if (!sent) sentBefore.set(sim.world, (sent = new Map()))
  const key = `${account.appId}|${clientMsgId}`
  const before = sent.get(key)
  if (before && sim.now() - before.atMs < DEDUPE_MS) return { msgid: before.msgid, isRepeat: true }
  if (sent.size >= DEDUPE_MAX) sent.delete(sent.keys().next().value ?? '')
  const msgid = fresh()
  sent.set(key, { msgid, atMs: sim.now() })
  return { msgid, isRepeat: false }
}

function allTemplates(_call: Call, account: Account) {
  const template_list = account.templates.map(template => ({
    template_id: template.templateId,
    title: template.title,
    primary_industry: '消费品',
    deputy_industry: '消费品',
    content: template.fields.map(field => `${field.label}：{{${field.key}.DATA}}`).join('\n'),
    example: template.fields.map(field => `${field.label}：示例`).join('\n'),
  }))
  return { template_list }
}

export const templateMessageRoutes: RouteTable = {
  'POST /cgi-bin/message/template/send': withToken({ kind: 'officialAccount', perDay: PER_DAY }, sendTemplate),
  'GET /cgi-bin/template/get_all_private_template': withToken({ kind: 'officialAccount' }, allTemplates),
}
