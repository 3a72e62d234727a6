import { createHash, randomBytes } from 'node:crypto'
import { now } from '../core/index.ts'
import { connectionOf } from '../platform/index.ts'
import { sharedToken } from '../wechat/index.ts'
import { callWecom, wecomToken } from './wecom-client.ts'

/** Staff side of WeCom: sign-in, directory, JS-SDK, media, messages to staff. Wechat contract C3, C12, C13, C20. */

export type Member = {
  userId: string
  name: string
  avatar: string
  isActive: boolean
  departmentIds: number[]
  position: string
}

/** Who an OAuth code belongs to. Throws wecom.codeInvalid; `userId` is null for somebody outside the corp. */
export async function userInfoByCode(
  corpId: string,
  code: string,
): Promise<{ userId: string | null; externalUserId: string | null }> {
  const answer = await callWecom(corpId, { path: '/auth/getuserinfo', query: { code } })
  return {
    userId: String(answer.userid ?? answer.UserId ?? '') || null,
    externalUserId: String(answer.external_userid ?? '') || null,
  }
}

/** The members in the app's range. */
export async function listMembers(corpId: string): Promise<Member[]> {
  const departments = await callWecom(corpId, { path: '/department/list', isRead: true, secret: 'directory', concurrency: 2 })
  const ids = ((departments.department as { id: number }[] | undefined) ?? []).map(department => department.id)
  const members = new Map<string, Member>()
  for (const id of ids) {
    const answer = await callWecom(corpId, {
      path: '/user/list',
      query: { department_id: String(id) },
      isRead: true,
      secret: 'directory',
      concurrency: 2,
    })
    for (const raw of (answer.userlist as RawMember[] | undefined) ?? []) members.set(raw.userid, memberOf(raw))
  }
  return [...members.values()]
}

/** One member, or null when he is gone or outside the app's range. */
export async function memberOfId(corpId: string, userId: string): Promise<Member | null> {
  try {
    return memberOf((await callWecom(corpId, { path: '/user/get', query: { userid: userId }, isRead: true })) as RawMember)
  } catch (error) {
    const { errcode } = error as { errcode?: string }
    if (errcode === '60111' || errcode === '46004' || errcode === '60011') return null
    throw error
  }
}

export type JsSignature = { timestamp: number; nonceStr: string; signature: string }

/** Signatures of one page for `wx.config` (the corp's ticket) and `agentConfig` (the app's). The part after # is not signed. */
export async function jsTicketSignature(corpId: string, url: string): Promise<{ config: JsSignature; agentConfig: JsSignature }> {
  const [corpTicket, appTicket] = await Promise.all([ticketOf(corpId, 'corp'), ticketOf(corpId, 'app')])
  return { config: signPage(corpTicket, url), agentConfig: signPage(appTicket, url) }
}

/** `sha1(jsapi_ticket=..&noncestr=..&timestamp=..&url=..)` of the address as the browser sees it, without the part after #. */
export function signPage(
  ticket: string,
  url: string,
  nonceStr = randomBytes(8).toString('hex'),
  timestamp = Math.floor(now().getTime() / 1000),
): JsSignature {
  const page = url.split('#')[0] ?? url
  const signature = createHash('sha1')
    .update(`jsapi_ticket=${ticket}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${page}`)
    .digest('hex')
  return { timestamp, nonceStr, signature }
}

/** Tickets are limited to a few hundred fetches an hour, so they are shared like tokens. */
async function ticketOf(corpId: string, kind: 'corp' | 'app'): Promise<string> {
  return sharedToken({
    key: `wecom:${corpId}:ticket:${kind}`,
    secret: '',
    isFatal: () => false,
    fetch: async () => {
      const answer = await callWecom(
        corpId,
        kind === 'corp'
          ? { path: '/get_jsapi_ticket', isRead: true }
          : { path: '/ticket/get', query: { type: 'agent_config' }, isRead: true },
      )
      return { value: String(answer.ticket ?? ''), expiresInSeconds: Number(answer.expires_in ?? 7200) }
    },
  })
}

export type UploadedMedia = { mediaId: string; expiresAt: Date }
const MEDIA_LIFE_MS = 3 * 86_400_000

/** Uploads a temporary picture; it lives 3 days. Images at most 10 MB, JPG or PNG. */
export async function uploadMedia(
  corpId: string,
  file: { bytes: Buffer; fileName: string; contentType: string },
): Promise<UploadedMedia> {
  const form = new FormData()
  form.append('media', new Blob([new Uint8Array(file.bytes)], { type: file.contentType }), file.fileName)
  const answer = await callWecom(corpId, {
    path: '/media/upload',
    query: { type: 'image' },
    body: form,
    isRead: true,
    timeoutMs: 20_000,
  })
  return { mediaId: String(answer.media_id ?? ''), expiresAt: new Date(now().getTime() + MEDIA_LIFE_MS) }
}

/** A text to staff from the app; answers the userids that cannot be reached (partial success is no error). */
export async function sendAppMessage(corpId: string, userIds: string[], text: string): Promise<{ unreachable: string[] }> {
  const { config } = await connectionOf('wecom', { externalId: corpId })
  const answer = await callWecom(corpId, {
    path: '/message/send',
    body: {
      touser: userIds.join('|'),
      msgtype: 'text',
      agentid: Number(config.agentId ?? 0),
      text: { content: text },
      enable_duplicate_check: 1,
      duplicate_check_interval: 1800,
    },
  })
  return {
    unreachable: String(answer.invaliduser ?? '')
      .split('|')
      .filter(Boolean),
  }
}

/** Proves corp id and secret with a real call. */
export async function proveWecomAccess(corpId: string): Promise<void> {
  await wecomToken(corpId)
}

type RawMember = {
  userid: string
  name?: string
  avatar?: string
  thumb_avatar?: string
  status?: number
  department?: number[]
  position?: string
}

function memberOf(raw: RawMember): Member {
  return {
    userId: raw.userid,
    name: raw.name ?? raw.userid,
    avatar: raw.thumb_avatar ?? raw.avatar ?? '',
    // 1 active, 2 disabled, 4 not yet activated, 5 left
    isActive: raw.status === undefined || Number(raw.status) === 1,
    departmentIds: raw.department ?? [],
    position: raw.position ?? '',
  }
}
