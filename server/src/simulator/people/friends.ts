/** Customers and staff: adding by a contact way, accepting, deleting. Each act makes the callbacks that the real one makes. */

import { pushCorpEvent } from '../callbacks.ts'
import { corpChatKey, putMessage } from '../chats.ts'
import { randomText } from '../crypto.ts'
import { Impossible, type Simulator } from '../simulator.ts'
import { type ContactWay, type Corp, nextNumber, type Relation, relationKey, type WeChatUser } from '../world.ts'

const CONTACTS_OF_STAFF_MAX = 5000
const HALF_TO_FULL_MS = 300
const BY_QR = 1

export type AddResult = {
  kind: 'friend'
  corpId: string
  userid: string
  externalUserid: string
  chatKey: string
  outcome: 'added' | 'known' | 'waiting'
}

/** A person scans a contact way. Picks one of its staff as WeCom does: those who have left or are full are passed over. */
export function scanContactWay(sim: Simulator, user: WeChatUser, corp: Corp, way: ContactWay): AddResult {
  const externalUserid = sim.directory.external(user.id, corp.corpId)
  const mine = [...corp.relations.values()].filter(relation => relation.externalUserid === externalUserid)
  const expiresAtMs = way.is_temp ? way.createdAtMs + (way.expires_in ?? 604_800) * 1000 : Number.POSITIVE_INFINITY
  if (sim.now() > expiresAtMs) throw new Impossible('这个二维码已过期')

  const known = mine.find(relation => way.is_exclusive || staffOf(corp, way).includes(relation.userid))
  if (known) return result(corp, known.userid, externalUserid, 'known')
  const userid = pick(sim, corp, way)
  if (!userid) throw new Impossible('这个二维码暂时没有可以添加的员工')
  if (mine.length === 0 && contactCount(corp) >= corp.contactScale)
    throw new Impossible('对方企业的客户数量已达上限，暂时无法添加')
  if (!way.skip_verify) {
    corp.friendRequests.push({
      id: nextNumber(sim.world),
      userid,
      wechatUserId: user.id,
      configId: way.config_id,
      atMs: sim.now(),
    })
    sim.changed()
    return result(corp, userid, externalUserid, 'waiting')
  }
  addFriend(sim, corp, user, userid, way.state ?? '')
  return result(corp, userid, externalUserid, 'added')
}

function result(corp: Corp, userid: string, externalUserid: string, outcome: AddResult['outcome']): AddResult {
  return { kind: 'friend', corpId: corp.corpId, userid, externalUserid, chatKey: corpChatKey(corp.corpId, userid), outcome }
}

function staffOf(corp: Corp, way: ContactWay): string[] {
  const ofParties = way.party.length
    ? [...corp.members.values()]
        .filter(member => member.departmentIds?.some(id => way.party.includes(id)))
        .map(member => member.userid)
    : []
  return [...new Set([...way.user, ...ofParties])]
}

function pick(sim: Simulator, corp: Corp, way: ContactWay): string | undefined {
  const free = staffOf(corp, way).filter(userid => {
    const member = corp.members.get(userid)
    return member && !member.hasLeft && contactsOf(corp, userid) + (member.contactsElsewhere ?? 0) < CONTACTS_OF_STAFF_MAX
  })
  corp.turn += 1
  sim.changed()
  return free[corp.turn % Math.max(1, free.length)]
}

function contactsOf(corp: Corp, userid: string): number {
  let count = 0
  for (const relation of corp.relations.values()) if (relation.userid === userid) count += 1
  return count
}

/** Distinct customers of the corp: what the paid scale counts. */
export function contactCount(corp: Corp): number {
  return new Set([...corp.relations.values()].map(relation => relation.externalUserid)).size
}

/** The friendship comes about; the event carries a welcome code that lives for 20 seconds. */
export function addFriend(sim: Simulator, corp: Corp, user: WeChatUser, userid: string, state: string): Relation {
  const externalUserid = sim.directory.external(user.id, corp.corpId)
  const relation: Relation = {
    userid,
    externalUserid,
    wechatUserId: user.id,
    remark: user.name,
    description: '',
    remarkCompany: '',
    remarkMobiles: [],
    createdAtMs: sim.now(),
    tagIds: [],
    addWay: BY_QR,
    state,
  }
  corp.relations.set(relationKey(userid, externalUserid), relation)
  const key = corpChatKey(corp.corpId, userid)
  putMessage(sim, user.id, key, {
    side: 'note',
    kind: 'text',
    text: `你已添加了${corp.members.get(userid)?.name ?? userid}，现在可以开始聊天了。`,
  })
  sim.changed()

  const welcomeCode = randomText(43)
  corp.welcomeCodes.set(welcomeCode, { userid, externalUserid, issuedAtMs: sim.now(), isUsed: false })
  forgetOldCodes(sim, corp)
  const fields = { UserID: userid, ExternalUserID: externalUserid, ...(state ? { State: state } : {}) }
  if (!sim.faults.strike('halfThenFull', 'wecom add_external_contact')) {
    pushCorpEvent(sim, corp, 'change_external_contact', {
      ChangeType: 'add_external_contact',
      ...fields,
      WelcomeCode: welcomeCode,
    })
    return relation
  }
  // The half event already brings the code; the full one has none when the welcome has gone out by then.
  pushCorpEvent(sim, corp, 'change_external_contact', {
    ChangeType: 'add_half_external_contact',
    ...fields,
    WelcomeCode: welcomeCode,
  })
  setTimeout(() => {
    const isWelcomed = corp.welcomeCodes.get(welcomeCode)?.isUsed
    pushCorpEvent(sim, corp, 'change_external_contact', {
      ChangeType: 'add_external_contact',
      ...fields,
      ...(isWelcomed ? {} : { WelcomeCode: welcomeCode }),
    })
  }, HALF_TO_FULL_MS).unref()
  return relation
}

function forgetOldCodes(sim: Simulator, corp: Corp): void {
  if (corp.welcomeCodes.size < 2000) return
  for (const [code, { issuedAtMs }] of corp.welcomeCodes) if (sim.now() - issuedAtMs > 60_000) corp.welcomeCodes.delete(code)
}

/** A staff member accepts a waiting friend request. */
export function acceptRequest(sim: Simulator, corp: Corp, requestId: number): void {
  const request = corp.friendRequests.find(one => one.id === requestId)
  if (!request) throw new Impossible('这个好友申请已处理')
  corp.friendRequests = corp.friendRequests.filter(one => one !== request)
  const user = sim.world.users.get(request.wechatUserId)
  const way = corp.contactWays.get(request.configId)
  if (user) addFriend(sim, corp, user, request.userid, way?.state ?? '')
}

/** Either side ends the friendship. By the customer: `del_follow_user`; by staff: `del_external_contact`. */
export function endFriendship(
  sim: Simulator,
  corp: Corp,
  userid: string,
  externalUserid: string,
  by: 'customer' | 'staff',
): void {
  const relation = corp.relations.get(relationKey(userid, externalUserid))
  if (!relation) throw new Impossible('他们不是好友')
  corp.relations.delete(relationKey(userid, externalUserid))
  putMessage(sim, relation.wechatUserId, corpChatKey(corp.corpId, userid), {
    side: 'note',
    kind: 'text',
    text: by === 'customer' ? '你已删除了这位联系人。' : '对方已将你从联系人中删除。',
  })
  pushCorpEvent(sim, corp, 'change_external_contact', {
    ChangeType: by === 'customer' ? 'del_follow_user' : 'del_external_contact',
    UserID: userid,
    ExternalUserID: externalUserid,
  })
}

/** Staff changes remark or corp tags by hand in the client, which (unlike the API) makes a callback. */
export function editByHand(
  sim: Simulator,
  corp: Corp,
  userid: string,
  externalUserid: string,
  change: { remark?: string; tagIds?: string[] },
): void {
  const relation = corp.relations.get(relationKey(userid, externalUserid))
  if (!relation) throw new Impossible('他们不是好友')
  if (change.remark !== undefined) relation.remark = [...change.remark].slice(0, 20).join('')
  if (change.tagIds) relation.tagIds = change.tagIds
  sim.changed()
  pushCorpEvent(sim, corp, 'change_external_contact', {
    ChangeType: 'edit_external_contact',
    UserID: userid,
    ExternalUserID: externalUserid,
    ...(relation.state ? { State: relation.state } : {}),
  })
}
