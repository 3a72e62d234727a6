import {
  type ChannelShape,
  type InputOf,
  MESSAGE_CHANNELS,
  type messaging,
  REACH_REASON_WORDS,
  type Reach,
  type ReachReason,
} from '@banyan/shared'
import { type Ctx, type Reader, say, storeScope } from '../core/index.ts'
import { typeOfSegment } from '../segments/index.ts'
import { audienceOf, mustSeeSegment } from './audience.ts'
import { templateFor } from './manage-campaigns.ts'
import type { MessageTemplate } from './message-template.ts'
import { passGate } from './pass-gate.ts'
import { reachSettings } from './settings.ts'
import { contactsOfSegment } from './things.ts'

/** Beyond this many people the preview is projected from those it looked at; the send itself always looks at everybody. */
const LOOKED_AT_MAX = 200_000

/** How many can be reached now, how many not, and why: the same gate as the send, for people instead of messages. */
export async function reachOf(
  ctx: Ctx,
  { segmentId, templateId }: InputOf<(typeof messaging)['campaigns.reach']>,
): Promise<Reach> {
  const template = await templateFor(ctx, templateId)
  await mustSeeSegment(ctx, template.brandId, segmentId)
  const reasons = new Map<ReachReason, number>()
  let audience = 0
  let lookedAt = 0
  const of = { ...ctx, brandId: template.brandId }
  const areThings = (await typeOfSegment(of, segmentId)) !== 0
  const behind = areThings ? await contactsOfSegment(of, segmentId, storeScope(ctx)) : null
  const pages = behind
    ? inParts(
        behind.recipients.map(one => one.personId),
        1_000,
      )
    : audienceOf(of, segmentId)
  for await (const personIds of pages) {
    audience += personIds.length
    if (lookedAt >= LOOKED_AT_MAX) continue
    lookedAt += personIds.length
    for (const [reason, count] of await reasonsFor(ctx, template, personIds))
      reasons.set(reason, (reasons.get(reason) ?? 0) + count)
  }
  const scale = lookedAt === 0 ? 1 : audience / lookedAt
  const byReason = [...reasons]
    .map(([reason, count]) => ({ reason, text: say(ctx, ...REACH_REASON_WORDS[reason]), count: Math.round(count * scale) }))
    .sort((a, b) => b.count - a.count)
  const { largeSendMin, holdSeconds } = await reachSettings(template.brandId)
  return {
    audience,
    reachable: audience - byReason.reduce((sum, one) => sum + one.count, 0),
    byReason,
    things: behind ? { count: behind.thingCount, withoutContact: behind.withoutContact } : null,
    advice: adviceFor(ctx, template, new Map(byReason.map(one => [one.reason, one.count])), scale > 1),
    holdSeconds: audience >= largeSendMin ? holdSeconds : 0,
  }
}

function inParts(list: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size))
}

async function reasonsFor(ctx: Ctx, template: MessageTemplate, personIds: readonly number[]): Promise<Map<ReachReason, number>> {
  const shape: ChannelShape = MESSAGE_CHANNELS[template.channel]
  const verdicts = await passGate(
    ctx,
    {
      brandId: template.brandId,
      channel: template.channel,
      purpose: template.purpose,
      appId: template.appId,
      templateId: template.templateId,
      needsCredit: shape.needsCredit,
    },
    personIds.map(personId => ({ id: personId, personId, isTest: false, campaignId: null })),
  )
  const counts = new Map<ReachReason, number>()
  for (const verdict of verdicts.values()) {
    // Quiet hours end: they delay a message, they do not make somebody unreachable.
    if (verdict.pass || verdict.reason === 'quietHours') continue
    counts.set(verdict.reason, (counts.get(verdict.reason) ?? 0) + 1)
  }
  return counts
}

function adviceFor(
  reader: Reader,
  template: MessageTemplate,
  counts: ReadonlyMap<ReachReason, number>,
  isProjected: boolean,
): string[] {
  const advice: string[] = []
  const add = (zh: string, en: string) => advice.push(say(reader, zh, en))
  const has = (reason: ReachReason) => (counts.get(reason) ?? 0) > 0
  if (has('noCredit'))
    add(
      '在领券、支付、签到等页面引导客户点击“允许”，积累订阅额度；其余客户可改用企业微信群发任务或短信',
      'Ask for “allow” where people claim, pay or check in, to gather credits; reach the others by a WeCom staff task or SMS',
    )
  if (has('noAddress'))
    if (template.channel === 'template')
      add(
        '这些客户没有关注服务号的身份，可通过小程序或企业微信引导关注',
        'The official account does not know these people: invite them to follow in the mini program or WeCom',
      )
    else
      add(
        '这些客户还没有打开过小程序，可在企业微信发送小程序卡片',
        'These people never opened the mini program: send its card in WeCom',
      )
  if (has('notFollowing'))
    add(
      '未关注服务号的客户收不到模板消息，可改用小程序订阅消息',
      'Template messages do not reach who does not follow: use a subscribe message',
    )
  if (has('noConsent'))
    add(
      '未同意营销信息的客户不能发送，可在入会页和会员中心征得同意',
      'Nobody without consent to marketing may get it: ask on the join page and in the member centre',
    )
  if (has('capped'))
    add(
      '部分客户近期已收到过营销信息，可改天发送或在设置中调整频控',
      'Some had marketing lately: send another day, or change the caps in the settings',
    )
  if (isProjected)
    add(
      '人群较大，以上为按 20 万人推算的结果；实际发送会逐一检查',
      'A large segment: projected from 200,000 people; the send itself looks at everybody',
    )
  return advice
}
