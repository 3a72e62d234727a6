import { outbound } from '../core/index.ts'
import { GatewayError } from '../wechat/index.ts'
import { callWecom } from './wecom-client.ts'

/** Customer contact: ways to add, customers, remarks, welcome. Paths and limits: wechat contract C2, C3, C5, C10. */

export type ContactWaySettings = {
  remark: string
  state: string
  userIds: string[]
  isVerifySkipped: boolean
  isExclusive: boolean
}

/** Makes a QR through which customers add staff. A lost config_id cannot be managed any more: keep it in the next transaction. */
export async function addContactWay(corpId: string, settings: ContactWaySettings): Promise<{ configId: string; qrCode: string }> {
  const answer = await callWecom(corpId, {
    path: '/externalcontact/add_contact_way',
    body: { type: 2, scene: 2, ...wayOf(settings), is_exclusive: settings.isExclusive },
  })
  return { configId: String(answer.config_id ?? ''), qrCode: String(answer.qr_code ?? '') }
}

/** Changes staff, remark and so on; the printed code stays valid. Overwrites the whole list of staff, so it is safe to repeat. */
export async function updateContactWay(corpId: string, configId: string, settings: ContactWaySettings): Promise<void> {
  await callWecom(corpId, {
    path: '/externalcontact/update_contact_way',
    body: { config_id: configId, ...wayOf(settings) },
    isRead: true,
  })
}

export async function deleteContactWay(corpId: string, configId: string): Promise<void> {
  await callWecom(corpId, { path: '/externalcontact/del_contact_way', body: { config_id: configId } })
}

export async function getContactWay(
  corpId: string,
  configId: string,
): Promise<{ state: string; userIds: string[]; qrCode: string }> {
  const answer = await callWecom(corpId, {
    path: '/externalcontact/get_contact_way',
    body: { config_id: configId },
    isRead: true,
  })
  const way = answer.contact_way as { state?: string; user?: string[]; qr_code?: string }
  return { state: way.state ?? '', userIds: way.user ?? [], qrCode: way.qr_code ?? '' }
}

/** config_ids of ways made in a period: finds the ones whose answer was lost. */
export async function* listContactWays(corpId: string, from: Date, to: Date): AsyncGenerator<string> {
  let cursor = ''
  for (let page = 0; page < 1000; page++) {
    const answer = await callWecom(corpId, {
      path: '/externalcontact/list_contact_way',
      body: { start_time: seconds(from), end_time: seconds(to), limit: 1000, ...(cursor ? { cursor } : {}) },
      isRead: true,
      concurrency: 2,
    })
    for (const way of (answer.contact_way as { config_id: string }[] | undefined) ?? []) yield way.config_id
    cursor = String(answer.next_cursor ?? '')
    if (!cursor) return
  }
}

export type WelcomeAttachment =
  | { msgtype: 'image'; image: { media_id: string } }
  | { msgtype: 'link'; link: { title: string; url: string; picurl?: string; desc?: string } }
  | { msgtype: 'miniprogram'; miniprogram: { title: string; pic_media_id: string; appid: string; page: string } }

/** Sends the one welcome of a code, within 20 s of the event. Throws wecom.welcomeExpired (41050, 41051), wecom.busy (41096: try again). */
export async function sendWelcome(
  corpId: string,
  welcomeCode: string,
  text: string,
  attachments: WelcomeAttachment[],
): Promise<void> {
  await callWecom(corpId, {
    path: '/externalcontact/send_welcome_msg',
    body: {
      welcome_code: welcomeCode,
      ...(text ? { text: { content: text } } : {}),
      ...(attachments.length > 0 ? { attachments } : {}),
    },
    timeoutMs: 5_000,
  })
}

export type CustomerTag = { id: string | null; name: string; groupName: string; kind: 'corp' | 'personal' | 'strategy' }
export type Follow = {
  userId: string
  remark: string
  description: string
  addedAt: Date
  tags: CustomerTag[]
  tagIds: string[]
  addWay: number
  state: string
  mobiles: string[]
}
export type Customer = {
  externalUserId: string
  name: string
  avatar: string
  gender: 0 | 1 | 2
  /** 1: a WeChat user, 2: a member of another corp. */
  type: number
  unionid: string | null
}

type RawFollow = {
  userid: string
  remark?: string
  description?: string
  createtime?: number
  tags?: { tag_id?: string; tag_name?: string; group_name?: string; type?: number }[]
  tag_id?: string[]
  add_way?: number
  state?: string
  remark_mobiles?: string[]
}
type RawCustomer = { external_userid: string; name?: string; avatar?: string; gender?: number; type?: number; unionid?: string }

/** The customer and every staff member who knows him. Throws wecom.noRelation when nobody does any more. */
export async function externalContact(
  corpId: string,
  externalUserId: string,
): Promise<{ customer: Customer; follows: Follow[] }> {
  const follows: Follow[] = []
  let customer: Customer | null = null
  let cursor = ''
  for (let page = 0; page < 200; page++) {
    const answer = await callWecom(corpId, {
      path: '/externalcontact/get',
      query: { external_userid: externalUserId, ...(cursor ? { cursor } : {}) },
      isRead: true,
    })
    customer ??= customerOf(answer.external_contact as RawCustomer)
    follows.push(...((answer.follow_user as RawFollow[] | undefined) ?? []).map(followOf))
    cursor = String(answer.next_cursor ?? '')
    if (!cursor) break
  }
  return { customer: customer as Customer, follows }
}

/** All customers of up to 100 staff members, page by page: the nightly reconcile. */
export async function* batchByUser(corpId: string, userIds: string[]): AsyncGenerator<{ customer: Customer; follow: Follow }[]> {
  let cursor = ''
  for (let page = 0; page < 100_000; page++) {
    const answer = await callWecom(corpId, {
      path: '/externalcontact/batch/get_by_user',
      body: { userid_list: userIds, limit: 100, ...(cursor ? { cursor } : {}) },
      isRead: true,
      concurrency: 2,
    })
    const list = (answer.external_contact_list as { external_contact: RawCustomer; follow_info: RawFollow }[] | undefined) ?? []
    yield list.map(item => ({ customer: customerOf(item.external_contact), follow: followOf(item.follow_info) }))
    cursor = String(answer.next_cursor ?? '')
    if (!cursor) return
  }
}

/** Members who may have customers. */
export async function followUsers(corpId: string): Promise<string[]> {
  const answer = await callWecom(corpId, { path: '/externalcontact/get_follow_user_list', isRead: true, concurrency: 2 })
  return (answer.follow_user as string[] | undefined) ?? []
}

/** Changes what one staff member noted; only what is given. Remark at most 20 characters, description 150. */
export async function remark(
  corpId: string,
  userId: string,
  externalUserId: string,
  change: { remark?: string; description?: string },
): Promise<void> {
  await callWecom(corpId, {
    path: '/externalcontact/remark',
    body: { userid: userId, external_userid: externalUserId, ...change },
    isRead: true,
  })
}

/** The customer behind a unionid of our mini program; null when he is none, or the developer id is not bound. */
export async function unionidToExternalUserid(corpId: string, unionid: string, openid: string): Promise<string | null> {
  try {
    const answer = await callWecom(corpId, {
      path: '/externalcontact/unionid_to_external_userid',
      body: { unionid, openid },
      isRead: true,
    })
    return String(answer.external_userid ?? '') || null
  } catch (error) {
    if ((error as { code?: string }).code === 'wecom.noRelation') return null
    throw error
  }
}

function wayOf({ remark: note, state, userIds, isVerifySkipped }: ContactWaySettings) {
  return { remark: note.slice(0, 30), state, user: userIds, skip_verify: isVerifySkipped }
}

function customerOf(raw: RawCustomer): Customer {
  return {
    externalUserId: raw.external_userid,
    name: raw.name ?? '',
    avatar: raw.avatar ?? '',
    gender: raw.gender === 1 ? 1 : raw.gender === 2 ? 2 : 0,
    type: Number(raw.type ?? 1),
    unionid: raw.unionid || null,
  }
}

const TAG_KINDS: Record<number, CustomerTag['kind']> = { 1: 'corp', 2: 'personal', 3: 'strategy' }

function followOf(raw: RawFollow): Follow {
  const tags = (raw.tags ?? []).map(tag => ({
    id: tag.tag_id || null,
    name: tag.tag_name ?? '',
    groupName: tag.group_name ?? '',
    kind: TAG_KINDS[tag.type ?? 1] ?? 'corp',
  }))
  return {
    userId: raw.userid,
    remark: raw.remark ?? '',
    description: raw.description ?? '',
    addedAt: new Date(Number(raw.createtime ?? 0) * 1000),
    tags,
    tagIds: raw.tag_id ?? tags.flatMap(tag => (tag.id ? [tag.id] : [])),
    addWay: Number(raw.add_way ?? 0),
    state: raw.state ?? '',
    mobiles: raw.remark_mobiles ?? [],
  }
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000)
}

/** The picture behind a contact way's `qr_code` address. The address is the platform's own, so it is called as it is. */
export async function fetchQrPicture(address: string): Promise<Buffer> {
  const { status, body } = await outbound('wecom:pictures', { timeoutMs: 8_000, retries: 2 })(address)
  if (status !== 200)
    throw new GatewayError('wecom', 'wecom.unavailable', 'retry', `http${status}`, 'the picture of the code cannot be read')
  return body
}
