/** Mini-program codes and subscribe messages: contract A3, A4. */

import { pushAccountMessage } from '../callbacks.ts'
import { NOTICES, putMessage } from '../chats.ts'
import { derivedText } from '../crypto.ts'
import { type Call, imageAnswer, type RouteTable } from '../origin.ts'
import { qrPng } from '../qr-image.ts'
import { PlatformError, type Simulator } from '../simulator.ts'
import { type Account, nextNumber } from '../world.ts'
import { jsonBody, text, withToken } from './envelope.ts'
import { wrongValue } from './template-values.ts'

const SCENE = /^[A-Za-z0-9!#$&'()*+,/:;=?@\-._~]{1,32}$/
const DAILY = 30_000_000

/** What the picture holds; the simulator's phone understands it. */
export function miniProgramCodeText(account: Account, codeId: string): string {
  return `https://mp.weixin.qq.com/a/~~${account.appId}~${codeId}`
}

async function unlimitedCode(call: Call, account: Account) {
  const { sim } = call
  const body = jsonBody(call)
  const scene = text(body.scene)
  const page = text(body.page)
  if (!scene || scene.length > 32) throw new PlatformError(40169, 'invalid length for scene, or the data is not json string')
  if (!SCENE.test(scene)) throw new PlatformError(40097, 'invalid args hint: scene')
  if (page.startsWith('/') || page.includes('?')) throw new PlatformError(40097, 'invalid args hint: page')
  const width = body.width === undefined ? 430 : Number(body.width)
  if (!(width >= 280 && width <= 1280)) throw new PlatformError(40097, 'invalid args hint: width')
  if (body.check_path !== false && page && account.pages && !account.pages.includes(page))
    throw new PlatformError(41030, 'invalid page')

  const id = derivedText(16, sim.world.seed, account.appId, scene, page)
  if (!account.codes.has(id)) {
    account.codes.set(id, { id, scene, page, createdAtMs: sim.now() })
    sim.changed()
  }
  return imageAnswer(await qrPng(miniProgramCodeText(account, id), Math.round(width), '#1F7A4D'))
}

export const creditKey = (openid: string, templateId: string) => `${openid}|${templateId}`

function sendSubscribe(call: Call, account: Account) {
  const { sim } = call
  const body = jsonBody(call)
  const openid = text(body.touser)
  const user = sim.directory.userByOpenid(account.appId, openid)
  if (!user) throw new PlatformError(40003, 'invalid openid')
  const template = account.templates.find(one => one.templateId === body.template_id)
  if (!template) throw new PlatformError(40037, 'invalid template_id')
  const data = (body.data ?? {}) as Record<string, { value?: unknown } | undefined>
  const fields = template.fields.map(field => {
    const value = text(data[field.key]?.value)
    if (!value || wrongValue(field.key, value))
      throw new PlatformError(47003, `argument invalid! data.${field.key}.value invalid`)
    return { label: field.label, value }
  })
  const page = text(body.page)
  const path = page.split('?')[0] ?? ''
  if (page && account.pages && !account.pages.includes(path)) throw new PlatformError(41030, 'invalid page')
  const key = creditKey(openid, template.templateId)
  const credits = account.credits.get(key) ?? 0
  if (credits <= 0 || user.blockedAppIds.includes(account.appId)) throw new PlatformError(43101, 'user refuse to accept the msg')
  account.credits.set(key, credits - 1)
  const msgid = nextMsgId(sim)
  putMessage(sim, user.id, NOTICES, { side: 'in', kind: 'subscribe', title: template.title, appId: account.appId, page, fields })
  pushAccountMessage(sim, account, openid, {
    MsgType: 'event',
    Event: 'subscribe_msg_sent_event',
    SubscribeMsgSentEvent: { List: { TemplateId: template.templateId, MsgID: msgid, ErrorCode: '0', ErrorStatus: 'success' } },
  })
  return { errcode: 0, errmsg: 'ok', msgid: Number(msgid) }
}

/** Subscribe messages: ids as decimal text; they stay within 53 bits here. */
function nextMsgId(sim: Simulator): string {
  return String(2_100_000_000_000 + nextNumber(sim.world))
}

function privateTemplates(_call: Call, account: Account) {
  const data = account.templates.map(template => ({
    priTmplId: template.templateId,
    title: template.title,
    content: template.fields.map(field => `${field.label}:{{${field.key}.DATA}}\n`).join(''),
    example: template.fields.map(field => `${field.label}:示例\n`).join(''),
    type: 2,
  }))
  return { errcode: 0, errmsg: 'ok', data }
}

export const miniProgramRoutes: RouteTable = {
  'POST /wxa/getwxacodeunlimit': withToken({ kind: 'miniProgram', perMinute: 5000 }, unlimitedCode),
  'POST /cgi-bin/message/subscribe/send': withToken({ kind: 'miniProgram', perDay: DAILY }, sendSubscribe),
  'GET /wxaapi/newtmpl/gettemplate': withToken({ kind: 'miniProgram' }, privateTemplates),
}
