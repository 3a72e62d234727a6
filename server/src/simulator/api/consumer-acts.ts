/** The consumer's phone. */
import { z } from 'zod'
import { chatsOf, findChat, putMessage } from '../chats.ts'
import { listCodes } from '../people/code-tray.ts'
import { follow, setBlocked, unfollow, writeToAccount } from '../people/followers.ts'
import { endFriendship } from '../people/friends.ts'
import { chooseSubscriptions, creditsOf, loginCode, phoneCode, refuseSubscription } from '../people/mini-program-visits.ts'
import { populate, withIds } from '../people/populate.ts'
import { scan } from '../people/scan.ts'
import { openPaySheet, pay } from '../people/wallet.ts'
import { Impossible } from '../simulator.ts'
import { accountOf, act, corpOf, simUser, userOf, words } from './act.ts'

const code = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['contactWay', 'officialAccount', 'miniProgram']), id: z.string().min(1).max(200) }),
  z.object({ kind: z.literal('text'), text: words }),
])
const paymentParams = {
  appId: z.string(),
  timeStamp: z.string(),
  nonceStr: z.string(),
  package: z.string(),
  signType: z.string(),
  paySign: z.string(),
}
const PEOPLE_LISTED = 50

export const consumerActs = {
  user: act({ id: simUser }, (sim, { id }) => {
    const { name, phone, unionid, blockedAppIds } = userOf(sim, id)
    return { id, name, phone: phone ?? '', unionid, blockedAppIds }
  }),
  'people.list': act({ search: z.string().max(64).default('') }, (sim, { search }) => {
    const wanted = search.trim()
    const found = [...sim.world.users.values()].filter(
      user => !wanted || user.name.includes(wanted) || user.phone?.includes(wanted) || user.id === wanted,
    )
    return {
      total: found.length,
      items: found
        .slice(-PEOPLE_LISTED)
        .reverse()
        .map(({ id, name, phone, unionid }) => ({ id, name, phone: phone ?? '', hasUnionid: unionid !== null })),
    }
  }),
  'people.add': act(
    {
      name: z.string().trim().min(1).max(32),
      phone: z
        .string()
        .regex(/^1[3-9]\d{9}$/)
        .nullable()
        .default(null),
      hasUnionid: z.boolean().default(true),
    },
    (sim, person) => populate(sim, [person])[0],
  ),
  'people.ids': act({ simUser }, (sim, input) => withIds(sim, userOf(sim, input.simUser))),
  'people.chats': act({ simUser }, (sim, input) =>
    chatsOf(sim, userOf(sim, input.simUser).id).map(({ key, title, unread, messages }) => ({
      key,
      title,
      unread,
      last: messages.at(-1) ?? null,
    })),
  ),
  'people.chat': act({ simUser, key: z.string() }, (sim, input) => {
    const chat = findChat(sim, userOf(sim, input.simUser).id, input.key)
    if (!chat) return { key: input.key, title: '', messages: [] }
    chat.unread = 0
    return { key: chat.key, title: chat.title, messages: chat.messages.slice(-100) }
  }),
  'people.story': act({ simUser }, (sim, input) => {
    const user = userOf(sim, input.simUser)
    const accounts = [...sim.world.accounts.values()]
    const messages = (sim.world.chats.get(user.id) ?? []).flatMap(chat =>
      chat.messages.map(message => ({ ...message, chat: chat.key })),
    )
    const openidIn = (appId: string) => sim.directory.openid(user.id, appId)
    const relations = [...sim.world.corps.values()].flatMap(corp =>
      [...corp.relations.values()].filter(relation => relation.wechatUserId === user.id),
    )
    return {
      codes: listCodes(sim).length,
      friends: relations.map(({ userid, externalUserid }) => ({ userid, externalUserid })),
      isWelcomed: messages.some(message => message.side === 'in' && message.chat.startsWith('wecom:')),
      hasCard: messages.some(message => message.kind === 'miniProgram'),
      hasVisited: accounts.some(account => account.sessionKeys.has(openidIn(account.appId))),
      hasGivenPhone: accounts.some(account =>
        [...account.phoneCodes.values()].some(one => one.wechatUserId === user.id && one.isUsed),
      ),
      hasPaid: [...sim.world.merchants.values()].some(merchant =>
        [...merchant.orders.values()].some(order => order.openid === openidIn(order.appid) && order.transactionId),
      ),
      isFollowing: accounts.some(account => account.followers.has(openidIn(account.appId))),
      hasNotice: messages.some(message => message.kind === 'template' || message.kind === 'subscribe'),
    }
  }),

  'codes.list': act({ search: z.string().max(64).default('') }, (sim, { search }) => listCodes(sim, search)),
  scan: act({ simUser, code }, (sim, input) => scan(sim, userOf(sim, input.simUser), input.code)),
  /** Several people scan one code within the same second. */
  scanTogether: act({ simUsers: z.array(simUser).min(1).max(100), code }, (sim, input) =>
    input.simUsers.map(id => {
      const result = scan(sim, userOf(sim, id), input.code)
      if (sim.faults.list().every(rule => rule.kind !== 'sameSecond'))
        sim.faults.add({ kind: 'sameSecond', remaining: input.simUsers.length - 1 })
      return result
    }),
  ),
  follow: act({ simUser, appId: z.string() }, (sim, input) =>
    follow(sim, userOf(sim, input.simUser), accountOf(sim, input.appId)),
  ),
  unfollow: act({ simUser, appId: z.string() }, (sim, input) =>
    unfollow(sim, userOf(sim, input.simUser), accountOf(sim, input.appId)),
  ),
  block: act({ simUser, appId: z.string(), isBlocked: z.boolean() }, (sim, input) =>
    setBlocked(sim, userOf(sim, input.simUser), accountOf(sim, input.appId).appId, input.isBlocked),
  ),
  deleteStaff: act({ simUser, corpId: z.string().optional(), userid: z.string() }, (sim, input) => {
    const corp = corpOf(sim, input.corpId)
    endFriendship(sim, corp, input.userid, sim.directory.external(userOf(sim, input.simUser).id, corp.corpId), 'customer')
  }),
  write: act({ simUser, key: z.string(), text: words }, (sim, input) => {
    const user = userOf(sim, input.simUser)
    const [kind, first = ''] = input.key.split(':')
    if (kind === 'oa') return writeToAccount(sim, user, accountOf(sim, first), input.text)
    if (kind !== 'wecom') throw new Impossible('这里不能回复')
    // What customers and staff write to each other reaches the product only through the archive, so nothing is called back.
    putMessage(sim, user.id, input.key, { side: 'out', kind: 'text', text: input.text })
  }),

  'mini.app': act({ simUser: simUser.nullish() }, sim => {
    const account = [...sim.world.accounts.values()].find(one => one.kind === 'miniProgram')
    if (!account) throw new Impossible('没有小程序')
    return { appId: account.appId, name: account.name }
  }),
  'mini.login': act({ simUser, appId: z.string() }, (sim, input) =>
    loginCode(sim, userOf(sim, input.simUser), accountOf(sim, input.appId)),
  ),
  'mini.phoneCode': act({ simUser, appId: z.string(), phone: z.string().optional() }, (sim, input) =>
    phoneCode(sim, userOf(sim, input.simUser), accountOf(sim, input.appId), input.phone),
  ),
  'mini.subscribe': act(
    { simUser, appId: z.string(), choices: z.record(z.string(), z.enum(['accept', 'reject'])) },
    (sim, input) =>
      chooseSubscriptions(
        sim,
        userOf(sim, input.simUser),
        accountOf(sim, input.appId),
        Object.entries(input.choices).map(([templateId, choice]) => ({ templateId, accept: choice === 'accept' })),
      ),
  ),
  'mini.refuse': act({ simUser, appId: z.string(), templateId: z.string() }, (sim, input) =>
    refuseSubscription(sim, userOf(sim, input.simUser), accountOf(sim, input.appId), input.templateId),
  ),
  'mini.credits': act({ simUser, appId: z.string() }, (sim, input) =>
    creditsOf(sim, userOf(sim, input.simUser), accountOf(sim, input.appId)),
  ),
  'mini.openPay': act({ simUser, ...paymentParams }, (sim, { simUser: id, ...params }) =>
    openPaySheet(sim, userOf(sim, id), params),
  ),
  'mini.pay': act({ simUser, ...paymentParams }, (sim, { simUser: id, ...params }) => pay(sim, userOf(sim, id), params)),
}
