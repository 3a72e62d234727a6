/** Official accounts: scene codes, followers, menu, custom messages: contract B3 to B6. */
import { accountChatKey, putMessage } from '../chats.ts'
import { derivedText } from '../crypto.ts'
import { type Call, imageAnswer, type RouteTable } from '../origin.ts'
import { qrPng } from '../qr-image.ts'
import { PlatformError } from '../simulator.ts'
import { type Account, nextNumber } from '../world.ts'
import { jsonBody, text, withToken } from './envelope.ts'

const TEMPORARY_SECONDS_MAX = 2_592_000
const PERMANENT_MAX = 100_000
const PAGE = 10_000
const oa = { kind: 'officialAccount' } as const

function createSceneQr(call: Call, account: Account) {
  const { sim } = call
  const body = jsonBody(call)
  const action = text(body.action_name)
  if (!['QR_SCENE', 'QR_STR_SCENE', 'QR_LIMIT_SCENE', 'QR_LIMIT_STR_SCENE'].includes(action))
    throw new PlatformError(40053, 'invalid action info')
  const isPermanent = action.includes('LIMIT')
  const isString = action.includes('STR')
  const info = (body.action_info as { scene?: { scene_id?: unknown; scene_str?: unknown } } | undefined)?.scene ?? {}
  const scene = text(isString ? info.scene_str : info.scene_id)
  if (isString ? scene.length < 1 || scene.length > 64 : !isSceneNumber(scene, isPermanent))
    throw new PlatformError(40053, 'invalid action info')
  const expireSeconds = isPermanent ? null : Number(body.expire_seconds ?? 30)
  if (expireSeconds !== null && !(expireSeconds >= 1 && expireSeconds <= TEMPORARY_SECONDS_MAX))
    throw new PlatformError(40052, 'invalid expire_seconds')

  const serial = isPermanent ? 'permanent' : String(nextNumber(sim.world))
  const ticket = `gQ${derivedText(78, sim.world.seed, account.appId, serial, scene)}==`
  const known = account.sceneQrs.get(ticket)
  if (!known) {
    if (isPermanent && [...account.sceneQrs.values()].filter(qr => qr.isPermanent).length >= PERMANENT_MAX)
      throw new PlatformError(45029, 'qrcode count out of limit')
    account.sceneQrs.set(ticket, {
      ticket,
      url: `http://weixin.qq.com/q/02${derivedText(22, account.appId, ticket)}`,
      scene,
      isString,
      isPermanent,
      expiresAtMs: expireSeconds === null ? null : sim.now() + expireSeconds * 1000,
      createdAtMs: sim.now(),
    })
    sim.changed()
  }
  return { ticket, ...(expireSeconds === null ? {} : { expire_seconds: expireSeconds }), url: account.sceneQrs.get(ticket)?.url }
}

function isSceneNumber(scene: string, isPermanent: boolean): boolean {
  const number = Number(scene)
  return Number.isInteger(number) && number >= 1 && number <= (isPermanent ? 100_000 : 0xffffffff)
}

async function showQr({ sim, query }: Call) {
  const ticket = query.get('ticket') ?? ''
  for (const account of sim.world.accounts.values()) {
    const qr = account.sceneQrs.get(ticket)
    if (qr) return imageAnswer(await qrPng(qr.url))
  }
  return { status: 404, contentType: 'text/html', body: 'ticket not found' }
}

function userInfo(call: Call, account: Account, openid: string) {
  const { sim } = call
  const user = sim.directory.userByOpenid(account.appId, openid)
  if (!user) throw new PlatformError(40003, 'invalid openid')
  const follower = account.followers.get(openid)
  if (!follower) return { subscribe: 0, openid }
  return {
    subscribe: 1,
    openid,
    nickname: '',
    sex: 0,
    language: 'zh_CN',
    city: '',
    province: '',
    country: '',
    headimgurl: '',
    subscribe_time: Math.floor(follower.atMs / 1000),
    ...(user.unionid ? { unionid: user.unionid } : {}),
    remark: follower.remark,
    groupid: 0,
    tagid_list: follower.tagIds,
    subscribe_scene: follower.scene,
    qr_scene: follower.qrScene,
    qr_scene_str: follower.qrSceneStr,
  }
}

function batchInfo(call: Call, account: Account) {
  const list = jsonBody(call).user_list
  if (!Array.isArray(list) || list.length === 0) throw new PlatformError(47001, 'data format error')
  if (list.length > 100) throw new PlatformError(45029, 'api limit: at most 100 users')
  return { user_info_list: list.map(one => userInfo(call, account, text((one as { openid?: unknown }).openid))) }
}

function followerPage({ query }: Call, account: Account) {
  const all = [...account.followers.keys()]
  const next = query.get('next_openid')
  const from = next ? all.indexOf(next) + 1 : 0
  if (next && from === 0) throw new PlatformError(40003, 'invalid openid')
  const openids = all.slice(from, from + PAGE)
  return {
    total: all.length,
    count: openids.length,
    ...(openids.length ? { data: { openid: openids } } : {}),
    next_openid: openids.at(-1) ?? '',
  }
}

function updateRemark(call: Call, account: Account) {
  const body = jsonBody(call)
  const follower = account.followers.get(text(body.openid))
  if (!follower) throw new PlatformError(40003, 'invalid openid')
  if ([...text(body.remark)].length > 30) throw new PlatformError(40048, 'invalid remark length')
  follower.remark = text(body.remark)
  call.sim.changed()
  return { errcode: 0, errmsg: 'ok' }
}

function sendCustom(call: Call, account: Account) {
  const { sim } = call
  const body = jsonBody(call)
  const openid = text(body.touser)
  const user = sim.directory.userByOpenid(account.appId, openid)
  if (!user) throw new PlatformError(40003, 'invalid openid')
  const key = accountChatKey(account.appId)
  const chat = sim.world.chats.get(user.id)?.find(one => one.key === key)
  const lastSaid = chat?.messages.findLast(message => message.side === 'out')
  if (!lastSaid || sim.now() - lastSaid.atMs > 48 * 3600_000)
    throw new PlatformError(45015, 'response out of time limit or subscription is canceled')
  if (!sim.quotas.take(`custom:${openid}:${lastSaid.id}`, 5, 48 * 3600_000, sim.now()))
    throw new PlatformError(45047, 'out of response count limit')
  const words = text((body.text as { content?: unknown } | undefined)?.content)
  putMessage(sim, user.id, key, { side: 'in', kind: 'text', text: words || `[${text(body.msgtype)}]` })
  return { errcode: 0, errmsg: 'ok' }
}

function createMenu(call: Call, account: Account) {
  const body = jsonBody(call)
  const buttons = body.button
  if (!Array.isArray(buttons) || buttons.length < 1 || buttons.length > 3) throw new PlatformError(40017, 'invalid button size')
  account.menu = body
  call.sim.changed()
  return { errcode: 0, errmsg: 'ok' }
}

export const officialAccountRoutes: RouteTable = {
  'POST /cgi-bin/qrcode/create': withToken(oa, createSceneQr),
  'GET /cgi-bin/showqrcode': showQr,
  'GET /cgi-bin/user/info': withToken(oa, (call, account) => userInfo(call, account, call.query.get('openid') ?? '')),
  'POST /cgi-bin/user/info/batchget': withToken(oa, batchInfo),
  'GET /cgi-bin/user/get': withToken(oa, followerPage),
  'POST /cgi-bin/user/info/updateremark': withToken(oa, updateRemark),
  'POST /cgi-bin/message/custom/send': withToken(oa, sendCustom),
  'POST /cgi-bin/menu/create': withToken(oa, createMenu),
  'GET /cgi-bin/menu/get': withToken(oa, (_call, account) => {
    if (!account.menu) throw new PlatformError(46003, 'menu no exist')
    return { menu: account.menu }
  }),
  'GET /cgi-bin/menu/delete': withToken(oa, (_call, account) => {
    account.menu = null
    return { errcode: 0, errmsg: 'ok' }
  }),
  'GET /cgi-bin/getcallbackip': withToken({}, () => ({ ip_list: ['127.0.0.1'] })),
  'GET /cgi-bin/get_api_domain_ip': withToken({}, () => ({ ip_list: ['127.0.0.1'] })),
}
