/** Inside a mini program: login and phone codes, the subscribe pop-up. */
import { pushAccountMessage } from '../callbacks.ts'
import { randomText } from '../crypto.ts'
import { Impossible, type Simulator } from '../simulator.ts'
import { creditKey } from '../weixin/mini-program.ts'
import type { Account, OneTimeCode, WeChatUser } from '../world.ts'

const CODE_LIFETIME_MS = 300_000
const CODES_MAX = 5000
const CREDITS_MAX = 1000
const TEMPLATES_A_TAP_MAX = 3

function putCode(
  sim: Simulator,
  codes: Map<string, OneTimeCode>,
  entry: Omit<OneTimeCode, 'expiresAtMs' | 'isUsed'>,
  length: number,
): string {
  const code = randomText(length)
  codes.set(code, { ...entry, expiresAtMs: sim.now() + CODE_LIFETIME_MS, isUsed: false })
  if (codes.size > CODES_MAX) codes.delete(codes.keys().next().value ?? '')
  sim.changed()
  return code
}

/** wx.login: a code for jscode2session, once, for five minutes. */
export function loginCode(sim: Simulator, user: WeChatUser, account: Account): { code: string } {
  return { code: putCode(sim, account.loginCodes, { wechatUserId: user.id }, 32) }
}

/** The phone button: a code for getuserphonenumber. A person may type another number than his WeChat's. */
export function phoneCode(sim: Simulator, user: WeChatUser, account: Account, typed?: string): { code: string } {
  const phone = typed ?? user.phone
  if (!phone) throw new Impossible('这个微信没有绑定手机号，请输入一个')
  if (!/^1[3-9]\d{9}$/.test(phone)) throw new Impossible('手机号格式不正确')
  return { code: putCode(sim, account.phoneCodes, { wechatUserId: user.id, phone }, 64) }
}

/** wx.requestSubscribeMessage: each accepted template is one send. Tells the product, and the page as the real call does. */
export function chooseSubscriptions(
  sim: Simulator,
  user: WeChatUser,
  account: Account,
  choices: { templateId: string; accept: boolean }[],
): Record<string, string> {
  if (choices.length === 0 || choices.length > TEMPLATES_A_TAP_MAX) throw new Impossible('一次最多三个模板')
  const known = new Set(account.templates.map(template => template.templateId))
  if (choices.some(choice => !known.has(choice.templateId))) throw new Impossible('没有这个订阅消息模板')
  const openid = sim.directory.openid(user.id, account.appId)
  for (const { templateId, accept } of choices) {
    if (!accept) continue
    const key = creditKey(openid, templateId)
    account.credits.set(key, Math.min(CREDITS_MAX, (account.credits.get(key) ?? 0) + 1))
  }
  sim.changed()
  pushAccountMessage(sim, account, openid, {
    MsgType: 'event',
    Event: 'subscribe_msg_popup_event',
    SubscribeMsgPopupEvent: {
      List: choices.map(({ templateId, accept }) => ({
        TemplateId: templateId,
        SubscribeStatusString: accept ? 'accept' : 'reject',
        PopupScene: '0',
      })),
    },
  })
  return Object.fromEntries([
    ['errMsg', 'requestSubscribeMessage:ok'],
    ...choices.map(({ templateId, accept }) => [templateId, accept ? 'accept' : 'reject']),
  ])
}

/** In the settings of the mini program a person takes back a template: its credits are gone. */
export function refuseSubscription(sim: Simulator, user: WeChatUser, account: Account, templateId: string): void {
  const openid = sim.directory.openid(user.id, account.appId)
  account.credits.delete(creditKey(openid, templateId))
  sim.changed()
  pushAccountMessage(sim, account, openid, {
    MsgType: 'event',
    Event: 'subscribe_msg_change_event',
    SubscribeMsgChangeEvent: { List: { TemplateId: templateId, SubscribeStatusString: 'reject' } },
  })
}

/** Credits left, by template. */
export function creditsOf(
  sim: Simulator,
  user: WeChatUser,
  account: Account,
): { templateId: string; title: string; count: number }[] {
  const openid = sim.directory.openid(user.id, account.appId)
  return account.templates.map(({ templateId, title }) => ({
    templateId,
    title,
    count: account.credits.get(creditKey(openid, templateId)) ?? 0,
  }))
}
