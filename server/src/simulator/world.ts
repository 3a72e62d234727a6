/**
 * The state of the pretend world: plain data in Maps, changed only by the endpoints and by people's actions,
 * written to one JSON snapshot. Everything that can be derived from the seed (openids, external_userids) is derived.
 */
import { derivedText } from './crypto.ts'
import type { AccountDefinition, CorpDefinition, MerchantDefinition, StaffDefinition, WorldDefinition } from './definition.ts'

export type WeChatUser = {
  id: string
  name: string
  phone: string | null
  unionid: string | null
  gender: 0 | 1 | 2
  /** Official accounts and mini programs whose messages this person has switched off. */
  blockedAppIds: string[]
}

export type ChatMessage = {
  id: number
  atMs: number
  /** `in`: to the WeChat user; `out`: by him; `note`: a line of the system between the two. */
  side: 'in' | 'out' | 'note'
  kind: 'text' | 'image' | 'link' | 'miniProgram' | 'template' | 'subscribe' | 'file' | 'payment'
  text?: string
  title?: string
  url?: string
  picUrl?: string
  appId?: string
  page?: string
  fields?: { label: string; value: string }[]
}

/** One chat in a person's WeChat. Keys: `wecom:<corpId>:<userid>`, `oa:<appId>`, `notices`. */
export type Chat = { key: string; title: string; messages: ChatMessage[]; unread: number }

export type ContactWay = {
  config_id: string
  type: number
  scene: number
  style?: number
  remark?: string
  skip_verify: boolean
  state?: string
  qr_code?: string
  user: string[]
  party: number[]
  is_temp: boolean
  expires_in?: number
  chat_expires_in?: number
  unionid?: string
  is_exclusive: boolean
  mark_source: boolean
  conclusions?: unknown
  createdAtMs: number
}

export type Relation = {
  userid: string
  externalUserid: string
  wechatUserId: string
  remark: string
  description: string
  remarkCompany: string
  remarkMobiles: string[]
  createdAtMs: number
  /** Tag ids put on by this staff member: tags belong to the relation, not to the customer. */
  tagIds: string[]
  addWay: number
  state: string
}

/** `isByApp`: made through the API by this app, which may then change and delete it; nobody is told. */
export type Tag = { id: string; name: string; create_time: number; order: number; isByApp?: boolean }
export type TagGroup = {
  group_id: string
  group_name: string
  create_time: number
  order: number
  tag: Tag[]
  isByApp?: boolean
}
export type WelcomeCode = { userid: string; externalUserid: string; issuedAtMs: number; isUsed: boolean }
export type Media = { type: string; name: string; contentType: string; base64: string; expiresAtMs: number }
export type FriendRequest = { id: number; userid: string; wechatUserId: string; configId: string; atMs: number }

export type Corp = CorpDefinition & {
  members: Map<string, StaffDefinition>
  contactWays: Map<string, ContactWay>
  /** Key `userid|external_userid`. */
  relations: Map<string, Relation>
  tagGroupList: TagGroup[]
  welcomeCodes: Map<string, WelcomeCode>
  media: Map<string, Media>
  oauthCodes: Map<string, { userid: string; expiresAtMs: number }>
  friendRequests: FriendRequest[]
  /** App messages sent to staff, newest last. */
  appMessages: { userid: string; atMs: number; msgtype: string; text: string }[]
  tickets: Map<string, { ticket: string; expiresAtMs: number }>
  turn: number
}

export type Follower = { atMs: number; scene: string; qrScene: number; qrSceneStr: string; remark: string; tagIds: number[] }
export type SceneQr = {
  ticket: string
  url: string
  scene: string
  isString: boolean
  isPermanent: boolean
  expiresAtMs: number | null
  createdAtMs: number
}
export type MiniProgramCode = { id: string; scene: string; page: string; createdAtMs: number }
export type OneTimeCode = { wechatUserId: string; expiresAtMs: number; isUsed: boolean; phone?: string }

export type Account = AccountDefinition & {
  followers: Map<string, Follower>
  sceneQrs: Map<string, SceneQr>
  codes: Map<string, MiniProgramCode>
  loginCodes: Map<string, OneTimeCode>
  phoneCodes: Map<string, OneTimeCode>
  /** Sends granted and not yet used, key `openid|templateId`. */
  credits: Map<string, number>
  sessionKeys: Map<string, string>
  menu: unknown
  forcedTokenTimesMs: number[]
}

export type Order = {
  appid: string
  mchid: string
  description: string
  out_trade_no: string
  notify_url: string
  attach?: string
  amount: { total: number; currency: string }
  openid: string
  prepayId: string
  prepayExpiresAtMs: number
  state: 'NOTPAY' | 'SUCCESS' | 'REFUND' | 'CLOSED'
  transactionId?: string
  paidAtMs?: number
  timeExpireMs?: number
}

export type Refund = {
  refund_id: string
  out_refund_no: string
  out_trade_no: string
  transaction_id: string
  reason?: string
  notify_url?: string
  amount: { refund: number; total: number; currency: string }
  status: 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL'
  createdAtMs: number
  successAtMs?: number
}

export type MerchantKeys = {
  merchantPrivateKey: string
  merchantCertificate: string
  merchantSerial: string
  platformPrivateKey: string
  platformCertificate: string
  platformSerial: string
  platformPublicKey: string
  publicKeyId: string
}

export type Merchant = MerchantDefinition & {
  keys: MerchantKeys
  orders: Map<string, Order>
  refunds: Map<string, Refund>
  prepays: Map<string, string>
}

/** An access token handed out. `owner` is an appId or `corpId:app` / `corpId:contacts`. */
export type Grant = { owner: string; kind: 'classic' | 'stable' | 'corp'; expiresAtMs: number; isSuperseded: boolean }

export type World = {
  seed: string
  openPlatform: string
  startedAtMs: number
  sequence: number
  users: Map<string, WeChatUser>
  corps: Map<string, Corp>
  accounts: Map<string, Account>
  merchants: Map<string, Merchant>
  grants: Map<string, Grant>
  /** Chats by WeChat user. */
  chats: Map<string, Chat[]>
  settings: {
    payRetryFactor: number
    callbackRetryDelayMs: number
    refundDelayMs: number
    /** How long a list call is under way: concurrent ones can meet and be refused. */
    listTakesMs: number
  }
}

/** A fresh world of this definition; the keys of merchants are made by the caller, since that takes a while. */
export function createWorld(definition: WorldDefinition, keys: Map<string, MerchantKeys>, nowMs: number): World {
  const world: World = {
    seed: definition.seed,
    openPlatform: definition.openPlatform,
    startedAtMs: nowMs,
    sequence: 0,
    users: new Map(),
    corps: new Map(),
    accounts: new Map(),
    merchants: new Map(),
    grants: new Map(),
    chats: new Map(),
    settings: { payRetryFactor: 0.05, callbackRetryDelayMs: 500, refundDelayMs: 300, listTakesMs: 5 },
  }
  adoptDefinition(world, definition, keys, nowMs)
  addPeople(world, definition.people)
  return world
}

/** Takes a changed definition into a kept world: secrets, addresses and staff follow the definition, play stays. */
export function adoptDefinition(world: World, definition: WorldDefinition, keys: Map<string, MerchantKeys>, nowMs: number): void {
  for (const corp of definition.corps) {
    const old = world.corps.get(corp.corpId)
    world.corps.set(corp.corpId, { ...(old ?? freshCorp(world, corp, nowMs)), ...corp, members: membersOf(corp, old) })
  }
  for (const account of definition.accounts) {
    world.accounts.set(account.appId, { ...(world.accounts.get(account.appId) ?? freshAccount(account)), ...account })
  }
  for (const merchant of definition.merchants) {
    const merchantKeys = keys.get(merchant.mchid)
    if (!merchantKeys) throw new Error(`no keys for merchant ${merchant.mchid}`)
    const old = world.merchants.get(merchant.mchid)
    const state = old ?? { orders: new Map(), refunds: new Map(), prepays: new Map() }
    world.merchants.set(merchant.mchid, {
      ...state,
      ...merchant,
      keys: merchantKeys,
      serialMode: old?.serialMode ?? merchant.serialMode,
    })
  }
}

function membersOf(corp: CorpDefinition, old: Corp | undefined): Map<string, StaffDefinition> {
  const members = new Map(old?.members)
  for (const staff of corp.staff) members.set(staff.userid, { ...members.get(staff.userid), ...staff })
  return members
}

function freshCorp(world: World, corp: CorpDefinition, nowMs: number): Corp {
  const createTime = Math.floor(nowMs / 1000)
  const tagGroupList = corp.tagGroups.map((group, order) => ({
    group_id: `et${derivedText(30, world.seed, corp.corpId, 'group', group.name)}`,
    group_name: group.name,
    create_time: createTime,
    order: corp.tagGroups.length - order,
    tag: group.tags.map((name, index) => ({
      id: `et${derivedText(30, world.seed, corp.corpId, 'tag', group.name, name)}`,
      name,
      create_time: createTime,
      order: group.tags.length - index,
    })),
  }))
  return {
    ...corp,
    members: new Map(),
    contactWays: new Map(),
    relations: new Map(),
    tagGroupList,
    welcomeCodes: new Map(),
    media: new Map(),
    oauthCodes: new Map(),
    friendRequests: [],
    appMessages: [],
    tickets: new Map(),
    turn: 0,
  }
}

function freshAccount(account: AccountDefinition): Account {
  return {
    ...account,
    followers: new Map(),
    sceneQrs: new Map(),
    codes: new Map(),
    loginCodes: new Map(),
    phoneCodes: new Map(),
    credits: new Map(),
    sessionKeys: new Map(),
    menu: null,
    forcedTokenTimesMs: [],
  }
}

export type NewPerson = { id?: string; name: string; phone?: string | null; hasUnionid?: boolean; gender?: 0 | 1 | 2 }

/** Adds WeChat users; one with a known id is changed instead. Returns them in the order given. */
export function addPeople(world: World, people: NewPerson[]): WeChatUser[] {
  return people.map(person => {
    const id = person.id ?? `u${nextNumber(world)}` // never twice, also after a fresh start: ids derive from it
    const user: WeChatUser = {
      id,
      name: person.name,
      phone: person.phone ?? null,
      unionid: person.hasUnionid === false ? null : `o6_${derivedText(25, world.seed, world.openPlatform, id)}`,
      gender: person.gender ?? 0,
      blockedAppIds: world.users.get(id)?.blockedAppIds ?? [],
    }
    world.users.set(id, user)
    return user
  })
}

/** The openid of this person in this app: 28 characters, the same in every run. */
export function openidOf(world: World, userId: string, appId: string): string {
  return `o${derivedText(27, world.seed, 'openid', appId, userId)}`
}

export function externalUseridOf(world: World, userId: string, corpId: string): string {
  return `wm${derivedText(30, world.seed, 'external', corpId, userId)}`
}

export function nextNumber(world: World): number {
  world.sequence += 1
  return world.sequence
}

export function relationKey(userid: string, externalUserid: string): string {
  return `${userid}|${externalUserid}`
}
