/** The WeCom desktop of staff. */
import { z } from 'zod'
import { pushCorpEvent } from '../callbacks.ts'
import { corpChatKey, findChat, putMessage } from '../chats.ts'
import { acceptRequest, contactCount, editByHand, endFriendship } from '../people/friends.ts'
import { Impossible } from '../simulator.ts'
import { staffCode } from '../weixin/sign-in-page.ts'
import { relationKey } from '../world.ts'
import { act, corpOf, simUser, userOf, words } from './act.ts'

const corpId = z.string().optional()
const simStaff = z.string().min(1).max(64)
const APP_MESSAGES_SHOWN = 30
const CUSTOMERS_SHOWN = 100

export const staffActs = {
  'staff.list': act({ corpId }, (sim, input) => {
    const corp = corpOf(sim, input.corpId)
    const counts = new Map<string, number>()
    for (const relation of corp.relations.values()) counts.set(relation.userid, (counts.get(relation.userid) ?? 0) + 1)
    return {
      corpId: corp.corpId,
      name: corp.name,
      contactCount: contactCount(corp),
      contactScale: corp.contactScale,
      staff: [...corp.members.values()].map(member => ({
        userid: member.userid,
        name: member.name,
        position: member.position ?? '',
        hasLeft: member.hasLeft ?? false,
        contactCount: (counts.get(member.userid) ?? 0) + (member.contactsElsewhere ?? 0),
      })),
    }
  }),
  /** The administrator deletes him from the directory; his customers stay in his name until they are handed over. */
  'staff.leave': act({ corpId, simStaff }, (sim, input) => {
    const corp = corpOf(sim, input.corpId)
    const member = corp.members.get(input.simStaff)
    if (!member || member.hasLeft) throw new Impossible(`没有这位员工: ${input.simStaff}`)
    corp.members.set(member.userid, { ...member, hasLeft: true })
    sim.changed()
    pushCorpEvent(sim, corp, 'change_contact', { ChangeType: 'delete_user', UserID: member.userid })
  }),
  /** Chats of one staff member, the newest first, with waiting friend requests and messages of the app. */
  'staff.chats': act({ corpId, simStaff }, (sim, input) => {
    const corp = corpOf(sim, input.corpId)
    const key = corpChatKey(corp.corpId, input.simStaff)
    const relations = [...corp.relations.values()].filter(relation => relation.userid === input.simStaff)
    const customers = relations.map(relation => {
      const last = findChat(sim, relation.wechatUserId, key)?.messages.at(-1) ?? null
      return {
        simUser: relation.wechatUserId,
        externalUserid: relation.externalUserid,
        name: sim.world.users.get(relation.wechatUserId)?.name ?? '',
        remark: relation.remark,
        state: relation.state,
        tagIds: relation.tagIds,
        addedAtMs: relation.createdAtMs,
        last,
      }
    })
    customers.sort((a, b) => (b.last?.atMs ?? b.addedAtMs) - (a.last?.atMs ?? a.addedAtMs))
    return {
      total: customers.length,
      customers: customers.slice(0, CUSTOMERS_SHOWN),
      requests: corp.friendRequests
        .filter(request => request.userid === input.simStaff)
        .map(request => ({ ...request, name: sim.world.users.get(request.wechatUserId)?.name ?? '' })),
      appMessages: corp.appMessages.filter(message => message.userid === input.simStaff).slice(-APP_MESSAGES_SHOWN),
      tagGroups: corp.tagGroupList,
    }
  }),
  'staff.chat': act({ corpId, simStaff, simUser }, (sim, input) => {
    const corp = corpOf(sim, input.corpId)
    const chat = findChat(sim, userOf(sim, input.simUser).id, corpChatKey(corp.corpId, input.simStaff))
    const relation = corp.relations.get(relationKey(input.simStaff, sim.directory.external(input.simUser, corp.corpId)))
    return { isFriend: relation !== undefined, messages: chat?.messages.slice(-100) ?? [] }
  }),
  'staff.write': act({ corpId, simStaff, simUser, text: words }, (sim, input) => {
    const corp = corpOf(sim, input.corpId)
    if (!corp.relations.has(relationKey(input.simStaff, sim.directory.external(input.simUser, corp.corpId))))
      throw new Impossible('对方已不是你的好友，消息发不出去')
    putMessage(sim, userOf(sim, input.simUser).id, corpChatKey(corp.corpId, input.simStaff), {
      side: 'in',
      kind: 'text',
      text: input.text,
    })
  }),
  /** What sendChatMessage of the JS-SDK puts into the open chat: a text, a link or a mini-program card. */
  'staff.sendChatMessage': act(
    {
      corpId,
      simStaff,
      simUser,
      message: z.discriminatedUnion('msgtype', [
        z.object({ msgtype: z.literal('text'), content: words }),
        z.object({
          msgtype: z.literal('link'),
          title: words,
          desc: z.string().max(500).default(''),
          url: z.string().max(1000),
          imgUrl: z.string().max(1000).default(''),
        }),
        z.object({
          msgtype: z.literal('miniprogram'),
          title: words,
          appid: z.string(),
          page: z.string().max(1024),
          imgUrl: z.string().max(1000).default(''),
        }),
      ]),
    },
    (sim, input) => {
      const key = corpChatKey(corpOf(sim, input.corpId).corpId, input.simStaff)
      const { message } = input
      if (message.msgtype === 'text') putMessage(sim, input.simUser, key, { side: 'in', kind: 'text', text: message.content })
      if (message.msgtype === 'link')
        putMessage(sim, input.simUser, key, {
          side: 'in',
          kind: 'link',
          title: message.title,
          text: message.desc,
          url: message.url,
          picUrl: message.imgUrl,
        })
      if (message.msgtype === 'miniprogram')
        putMessage(sim, input.simUser, key, {
          side: 'in',
          kind: 'miniProgram',
          title: message.title,
          appId: message.appid,
          page: message.page,
          picUrl: message.imgUrl,
        })
    },
  ),
  'staff.edit': act(
    { corpId, simStaff, simUser, remark: z.string().max(100).optional(), tagIds: z.array(z.string()).max(100).optional() },
    (sim, input) => {
      const corp = corpOf(sim, input.corpId)
      editByHand(sim, corp, input.simStaff, sim.directory.external(input.simUser, corp.corpId), {
        ...(input.remark === undefined ? {} : { remark: input.remark }),
        ...(input.tagIds ? { tagIds: input.tagIds } : {}),
      })
    },
  ),
  'staff.remove': act({ corpId, simStaff, simUser }, (sim, input) => {
    const corp = corpOf(sim, input.corpId)
    endFriendship(sim, corp, input.simStaff, sim.directory.external(input.simUser, corp.corpId), 'staff')
  }),
  'staff.accept': act({ corpId, requestId: z.int() }, (sim, input) =>
    acceptRequest(sim, corpOf(sim, input.corpId), input.requestId),
  ),
  /** The OAuth code that WeCom puts into the address when staff open the sidebar. */
  'staff.code': act({ corpId, simStaff }, (sim, input) => {
    const corp = corpOf(sim, input.corpId)
    const member = corp.members.get(input.simStaff)
    if (!member || member.hasLeft) throw new Impossible(`没有这位员工: ${input.simStaff}`)
    return { code: staffCode(sim, corp, input.simStaff), corpId: corp.corpId }
  }),
  /** getCurExternalContact: the customer whose chat is open. Accepts a WeChat user or an external_userid. */
  'staff.contact': act({ corpId, simStaff: simStaff.optional(), simContact: z.string().min(1).max(64) }, (sim, input) => {
    const corp = corpOf(sim, input.corpId)
    const user = sim.directory.userByExternal(corp.corpId, input.simContact) ?? userOf(sim, input.simContact)
    return {
      externalUserId: sim.directory.external(user.id, corp.corpId),
      corpId: corp.corpId,
      simUser: user.id,
      name: user.name,
    }
  }),
}
