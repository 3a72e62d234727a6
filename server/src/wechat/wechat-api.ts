import { refused } from '../core/index.ts'
import { connectionOf } from '../platform/index.ts'
import { WechatClient } from './wechat-client.ts'

const clients = new Map<string, { secret: string; client: WechatClient }>()

/** One client per account and secret: a secret changed in the settings takes effect with the next call. Throws connection.missing. */
export async function wechatClientOf(type: 'miniProgram' | 'officialAccount', appId: string): Promise<WechatClient> {
  const { secrets } = await connectionOf(type, { externalId: appId })
  const secret = secrets.secret ?? ''
  const known = clients.get(appId)
  if (known?.secret === secret) return known.client
  const client = new WechatClient(appId, secret)
  clients.set(appId, { secret, client })
  return client
}

/** Who a mini-program login code belongs to. The session key stays on the platform's side of this function. Throws wechat.codeInvalid. */
export async function code2Session(appId: string, code: string): Promise<{ openid: string; unionid: string | null }> {
  const client = await wechatClientOf('miniProgram', appId)
  const answer = (await client.code2Session(code)) as { openid?: string; unionid?: string }
  if (!answer.openid) throw refused('wechat.codeInvalid')
  return { openid: answer.openid, unionid: answer.unionid || null }
}

/** The phone behind a phone code: costs the brand ¥0.03 to ¥0.04, so ask only when none is known. Throws wechat.codeInvalid. */
export async function phoneOf(appId: string, code: string): Promise<{ phone: string; countryCode: string }> {
  const client = await wechatClientOf('miniProgram', appId)
  const answer = (await client.post('/wxa/business/getuserphonenumber', { code })) as {
    phone_info?: { purePhoneNumber?: string; phoneNumber?: string; countryCode?: string | number }
  }
  const phone = answer.phone_info?.purePhoneNumber ?? answer.phone_info?.phoneNumber
  if (!phone) throw refused('wechat.codeInvalid')
  return { phone, countryCode: String(answer.phone_info?.countryCode ?? '86') }
}

const SCENE = /^[A-Za-z0-9!#$&'()*+,/:;=?@\-._~]{1,32}$/

export type UnlimitedCode = {
  scene: string
  page: string
  widthPx?: number
  isPageChecked?: boolean
  envVersion?: 'release' | 'trial' | 'develop'
}

/** The picture (JPEG) of a mini-program code. Throws wechat.sceneInvalid, wechat.pageNotPublished. */
export async function unlimitedCode(
  appId: string,
  { scene, page, widthPx = 430, isPageChecked = true, envVersion = 'release' }: UnlimitedCode,
): Promise<Buffer> {
  if (!SCENE.test(scene)) throw refused('wechat.sceneInvalid', { field: 'scene', reason: '1 to 32 visible ASCII characters' })
  const client = await wechatClientOf('miniProgram', appId)
  return client.postForBytes('/wxa/getwxacodeunlimit', {
    scene,
    page: page.replace(/^\//, ''),
    width: widthPx,
    check_path: isPageChecked,
    env_version: envVersion,
  })
}

const TEMPORARY_QR_DAYS_MAX = 30

export type SceneQr = { ticket: string; url: string; expireSeconds: number | null }

/** A QR of the official account that carries a scene. Temporary ones last 30 days at most, permanent ones are limited to 100,000. */
export async function sceneQr(
  appId: string,
  { sceneStr, isPermanent, expireSeconds }: { sceneStr: string; isPermanent: boolean; expireSeconds?: number },
): Promise<SceneQr> {
  if (sceneStr.length < 1 || sceneStr.length > 64)
    throw refused('wechat.sceneInvalid', { field: 'scene', reason: '1 to 64 characters' })
  const client = await wechatClientOf('officialAccount', appId)
  const action = { action_info: { scene: { scene_str: sceneStr } } }
  const lifeSeconds = Math.min(expireSeconds ?? TEMPORARY_QR_DAYS_MAX * 86_400, TEMPORARY_QR_DAYS_MAX * 86_400)
  const answer = (await client.post(
    '/cgi-bin/qrcode/create',
    isPermanent
      ? { ...action, action_name: 'QR_LIMIT_STR_SCENE' }
      : { ...action, action_name: 'QR_STR_SCENE', expire_seconds: lifeSeconds },
  )) as { ticket: string; url: string; expire_seconds?: number }
  return {
    ticket: answer.ticket,
    url: answer.url,
    expireSeconds: isPermanent ? null : Number(answer.expire_seconds ?? lifeSeconds),
  }
}

export type TemplateSend = {
  openid: string
  templateId: string
  data: Record<string, string>
  url?: string
  miniprogram?: { appid: string; pagepath: string }
  /** The platform drops a second send with the same id. */
  clientMsgId?: string
}

/** Sends one template message (service notices only). Throws GatewayError; class `unknown` means it may have been sent. */
export async function sendTemplate(
  appId: string,
  { openid, templateId, data, url, miniprogram, clientMsgId }: TemplateSend,
): Promise<{ msgId: string }> {
  const client = await wechatClientOf('officialAccount', appId)
  const answer = await client.post('/cgi-bin/message/template/send', {
    touser: openid,
    template_id: templateId,
    ...(url ? { url } : {}),
    ...(miniprogram ? { miniprogram } : {}),
    ...(clientMsgId ? { client_msg_id: clientMsgId } : {}),
    data: valuesOf(data),
  })
  return { msgId: String(answer.msgid ?? '') }
}

export type SubscribeSend = {
  openid: string
  templateId: string
  data: Record<string, string>
  page?: string
  state?: 'developer' | 'trial' | 'formal'
}

/** Sends one subscribe message and uses up one credit. errcode 43101: no credit left. `msgId` may be empty. */
export async function sendSubscribe(
  appId: string,
  { openid, templateId, data, page, state = 'formal' }: SubscribeSend,
): Promise<{ msgId: string }> {
  const client = await wechatClientOf('miniProgram', appId)
  const answer = await client.post('/cgi-bin/message/subscribe/send', {
    touser: openid,
    template_id: templateId,
    ...(page ? { page } : {}),
    miniprogram_state: state,
    lang: 'zh_CN',
    data: valuesOf(data),
  })
  return { msgId: String(answer.msgid ?? '') }
}

export type Follower = {
  openid: string
  isFollowing: boolean
  unionid: string | null
  followedAt: Date | null
  scene: string | null
}

/** What an official account knows of a follower; names and avatars are no longer given. */
export async function userInfo(appId: string, openid: string): Promise<Follower> {
  const client = await wechatClientOf('officialAccount', appId)
  return followerOf((await client.getUser({ openid, lang: 'zh_CN' })) as RawFollower)
}

/** All followers' openids, page by page of up to 10,000. */
export async function* listFollowers(appId: string): AsyncGenerator<string[]> {
  const client = await wechatClientOf('officialAccount', appId)
  let next = ''
  for (let page = 0; page < 10_000; page++) {
    const answer = (await client.getFollowers(next)) as { count: number; data?: { openid: string[] }; next_openid?: string }
    if (answer.data && answer.data.openid.length > 0) yield answer.data.openid
    if (!answer.next_openid || answer.count < 10_000) return
    next = answer.next_openid
  }
}

/** Up to 100 followers at once. */
export async function userInfos(appId: string, openids: string[]): Promise<Follower[]> {
  const client = await wechatClientOf('officialAccount', appId)
  const answer = (await client.batchGetUsers(openids)) as { user_info_list: RawFollower[] }
  return answer.user_info_list.map(followerOf)
}

/** The templates of an official account, for the picker. */
export async function listTemplates(
  appId: string,
): Promise<{ templateId: string; title: string; content: string; example: string }[]> {
  const client = await wechatClientOf('officialAccount', appId)
  const answer = (await client.getAllPrivateTemplate()) as {
    template_list?: { template_id: string; title: string; content: string; example?: string }[]
  }
  return (answer.template_list ?? []).map(item => ({
    templateId: item.template_id,
    title: item.title,
    content: item.content,
    example: item.example ?? '',
  }))
}

/** Proves appid and secret with a real call (a token) without touching anything. */
export async function proveAccess(type: 'miniProgram' | 'officialAccount', appId: string): Promise<void> {
  await (await wechatClientOf(type, appId)).getAccessToken()
}

type RawFollower = { subscribe: number; openid: string; unionid?: string; subscribe_time?: number; qr_scene_str?: string }

function followerOf(raw: RawFollower): Follower {
  return {
    openid: raw.openid,
    isFollowing: Number(raw.subscribe) === 1,
    unionid: raw.unionid || null,
    followedAt: raw.subscribe_time ? new Date(Number(raw.subscribe_time) * 1000) : null,
    scene: raw.qr_scene_str || null,
  }
}

function valuesOf(data: Record<string, string>): Record<string, { value: string }> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, { value }]))
}
