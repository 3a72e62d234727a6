/** Official accounts: following, scanning, leaving, writing. */

import { pushAccountMessage } from '../callbacks.ts'
import { accountChatKey, putMessage } from '../chats.ts'
import { Impossible, type Simulator } from '../simulator.ts'
import { type Account, nextNumber, type SceneQr, type WeChatUser } from '../world.ts'

export type FollowResult = {
  kind: 'officialAccount'
  appId: string
  openid: string
  chatKey: string
  outcome: 'followed' | 'scanned' | 'known'
}

const FIRST_MSG_ID = 24_500_000_000_000_000n

/** A person scans a scene code: follows (`subscribe` with `qrscene_`), or, following already, `SCAN`. */
export function scanSceneQr(sim: Simulator, user: WeChatUser, account: Account, qr: SceneQr): FollowResult {
  if (qr.expiresAtMs !== null && qr.expiresAtMs < sim.now()) throw new Impossible('这个二维码已过期')
  const openid = sim.directory.openid(user.id, account.appId)
  const isFollowing = account.followers.has(openid)
  if (!isFollowing) become(sim, user, account, openid, qr)
  pushAccountMessage(sim, account, openid, {
    MsgType: 'event',
    Event: isFollowing ? 'SCAN' : 'subscribe',
    EventKey: isFollowing ? qr.scene : `qrscene_${qr.scene}`,
    Ticket: qr.ticket,
  })
  return {
    kind: 'officialAccount',
    appId: account.appId,
    openid,
    chatKey: accountChatKey(account.appId),
    outcome: isFollowing ? 'scanned' : 'followed',
  }
}

/** Follows without a code, from search or a card. */
export function follow(sim: Simulator, user: WeChatUser, account: Account): FollowResult {
  const openid = sim.directory.openid(user.id, account.appId)
  const done = (outcome: FollowResult['outcome']): FollowResult => ({
    kind: 'officialAccount',
    appId: account.appId,
    openid,
    chatKey: accountChatKey(account.appId),
    outcome,
  })
  if (account.followers.has(openid)) return done('known')
  become(sim, user, account, openid, null)
  pushAccountMessage(sim, account, openid, { MsgType: 'event', Event: 'subscribe', EventKey: '' })
  return done('followed')
}

function become(sim: Simulator, user: WeChatUser, account: Account, openid: string, qr: SceneQr | null): void {
  account.followers.set(openid, {
    atMs: sim.now(),
    scene: qr ? 'ADD_SCENE_QR_CODE' : 'ADD_SCENE_SEARCH',
    qrScene: qr && !qr.isString ? Number(qr.scene) : 0,
    qrSceneStr: qr?.isString ? qr.scene : '',
    remark: '',
    tagIds: [],
  })
  putMessage(sim, user.id, accountChatKey(account.appId), { side: 'note', kind: 'text', text: `你已关注${account.name}` })
}

export function unfollow(sim: Simulator, user: WeChatUser, account: Account): void {
  const openid = sim.directory.openid(user.id, account.appId)
  if (!account.followers.delete(openid)) throw new Impossible('还没有关注')
  putMessage(sim, user.id, accountChatKey(account.appId), { side: 'note', kind: 'text', text: `你已取消关注${account.name}` })
  pushAccountMessage(sim, account, openid, { MsgType: 'event', Event: 'unsubscribe', EventKey: '' })
}

/** A person writes to an official account. */
export function writeToAccount(sim: Simulator, user: WeChatUser, account: Account, text: string): void {
  const openid = sim.directory.openid(user.id, account.appId)
  if (!account.followers.has(openid)) throw new Impossible('请先关注')
  putMessage(sim, user.id, accountChatKey(account.appId), { side: 'out', kind: 'text', text })
  pushAccountMessage(sim, account, openid, {
    MsgType: 'text',
    Content: text,
    MsgId: FIRST_MSG_ID + BigInt(nextNumber(sim.world)),
  })
}

/** Switches all messages of an app off or on; templates then end as `failed:user block`, subscribe messages as 43101. */
export function setBlocked(sim: Simulator, user: WeChatUser, appId: string, isBlocked: boolean): void {
  user.blockedAppIds = user.blockedAppIds.filter(id => id !== appId)
  if (isBlocked) user.blockedAppIds.push(appId)
  sim.changed()
}
