import { z } from 'zod'
import { command, defineErrors, Fen, Id, Instant, Name, Page, pageOf, query } from './kernel.ts'
import type { Words } from './language.ts'
import { MessageChannel } from './messaging/channels.ts'
import { MessagePurpose } from './messaging/purposes.ts'

export * from './messaging/channels.ts'
export * from './messaging/purposes.ts'

/** Reaching people: templates, campaigns, one gate for every send, receipts, and what it brought. */

/** One field of a platform template: `key` is the platform's (thing1, amount2), `value` a Liquid text of ours. */
export const TemplateField = z.object({
  key: z
    .string()
    .regex(/^[A-Za-z_]+[A-Za-z0-9_]*$/)
    .max(40),
  label: z.string().trim().min(1).max(40),
  kind: z.string().max(30),
  /** Longest text the platform takes, in characters. */
  maxLength: z.int().min(1).max(200),
})
export type TemplateField = z.output<typeof TemplateField>

/** Where in the mini-program a tap may ask for credits, and for which templates (3 at most per tap). */
export const SubscribePlace = z.enum(['join', 'couponClaimed', 'purchasePaid', 'home', 'messages'])

export const MessageTemplate = z.object({
  id: Id,
  brandId: Id,
  channel: MessageChannel,
  connectionId: Id,
  connectionName: z.string(),
  templateId: z.string(),
  purpose: MessagePurpose,
  title: z.string(),
  fields: z.array(TemplateField),
  /** Subscribe templates: where the mini-program asks for credits; empty means everywhere. */
  places: z.array(SubscribePlace),
  isActive: z.boolean(),
  /** True when campaigns or notices use it, so that it cannot be removed. */
  isUsed: z.boolean(),
  createdAt: Instant,
})
export type MessageTemplate = z.output<typeof MessageTemplate>

const TemplateDraft = z.object({
  channel: MessageChannel,
  connectionId: Id,
  templateId: z.string().trim().min(1).max(64),
  purpose: MessagePurpose,
  title: z.string().trim().min(1).max(60),
  /** `kind` decides the length where it is left out: see `fieldLengthOf`. */
  fields: z
    .array(TemplateField.partial({ maxLength: true, kind: true }))
    .min(1)
    .max(10),
  places: z.array(SubscribePlace).max(10).default([]),
  isActive: z.boolean().default(true),
})

/** What is filled into the fields of a template; each value is Liquid: `{{ person.name }}`, `{{ coupon.name }}`. */
export const MessageContent = z.object({
  values: z.record(z.string(), z.string().max(500)),
  /** Where a tap leads: a mini-program page (`pages/coupons/index`) or an https address; clicks are counted. */
  page: z.string().trim().max(300).default(''),
})
export type MessageContent = z.output<typeof MessageContent>

/** What may be used in a value, for the editor's menu. */
export const Variable = z.object({ name: z.string(), label: z.string(), example: z.string() })

/** Why somebody cannot be reached, or was not. */
export const ReachReason = z.enum([
  'noAddress',
  'notFollowing',
  'noCredit',
  'noConsent',
  'unsubscribed',
  'capped',
  'quietHours',
  'duplicate',
  'notMember',
  'merged',
  'cancelled',
  'refusedByUser',
  'refusedByPlatform',
  'blockedByUser',
  'invalidContent',
  'expired',
  'unknownOutcome',
  'failed',
])
export type ReachReason = z.output<typeof ReachReason>
export const REACH_REASON_WORDS: Record<ReachReason, Words> = {
  noAddress: [
    '没有该账号的身份（从未打开小程序或关注服务号）',
    'Unknown to this account: never opened the mini program or followed',
  ],
  notFollowing: ['未关注服务号', 'Does not follow the official account'],
  noCredit: ['无订阅额度', 'No subscribe credit left'],
  noConsent: ['未同意接收营销信息', 'Did not agree to marketing'],
  unsubscribed: ['已退订', 'Unsubscribed'],
  capped: ['超过频控上限', 'Over the cap'],
  quietHours: ['免打扰时段', 'Quiet hours'],
  duplicate: ['已发送过', 'Already sent'],
  notMember: ['不是会员', 'Not a member'],
  merged: ['已与另一位客户合并', 'Merged with somebody else'],
  cancelled: ['发送已撤销', 'The send was taken back'],
  refusedByUser: ['客户拒收', 'Refused by the reader'],
  refusedByPlatform: ['平台拒绝', 'Refused by the platform'],
  blockedByUser: ['客户已拉黑或取消关注', 'Blocked or unfollowed by the reader'],
  invalidContent: ['内容不符合模板要求', 'The content does not fit the template'],
  expired: ['超过最晚发送时间', 'Past its last moment'],
  unknownOutcome: ['结果未知（不重发）', 'Outcome unknown (not sent again)'],
  failed: ['发送失败', 'Failed'],
}

export const ReasonCount = z.object({ reason: ReachReason, text: z.string(), count: z.int().min(0) })

export const Reach = z.object({
  audience: z.int().min(0),
  reachable: z.int().min(0),
  byReason: z.array(ReasonCount),
  /** Of a segment of things: how many there are, and how many lead to nobody. */
  things: z.object({ count: z.int(), withoutContact: z.int() }).nullable(),
  /** Lawful ways to reach more of them, in words. */
  advice: z.array(z.string()),
  /** A large send is held for five minutes with an undo. */
  holdSeconds: z.int().min(0),
})
export type Reach = z.output<typeof Reach>

export const CampaignStatus = z.enum([
  'draft',
  'scheduled',
  'holding',
  'freezing',
  'sending',
  'listening',
  'done',
  'cancelled',
  'failed',
])
export type CampaignStatus = z.output<typeof CampaignStatus>

/** `once` sends to everybody in the segment; `onEnter` to each person when he enters it, never to those there before. */
export const CampaignTrigger = z.enum(['once', 'onEnter'])

const CampaignFields = z.object({
  name: Name,
  templateId: Id,
  trigger: CampaignTrigger.default('once'),
  segmentId: Id.nullable().default(null),
  content: MessageContent,
  /** Start of a `once` campaign; at once when empty. */
  sendAt: Instant.nullable().default(null),
  /** Quiet hours and caps: leave the person out, or wait until it is allowed. */
  whenQuiet: z.enum(['wait', 'skip']).default('wait'),
  /** How long a message may wait, hours. */
  waitHoursMax: z.int().min(1).max(168).default(24),
  /** Of a segment of things: a message for each thing, instead of one that names all of a person's. */
  perThing: z.boolean().default(false),
})

const CampaignCounts = z.object({
  audience: z.int(),
  waiting: z.int(),
  sent: z.int(),
  delivered: z.int(),
  failed: z.int(),
  skipped: z.int(),
  unknown: z.int(),
  clicked: z.int(),
})

export const Campaign = CampaignFields.extend({
  id: Id,
  brandId: Id,
  status: CampaignStatus,
  channel: MessageChannel,
  purpose: MessagePurpose,
  templateTitle: z.string(),
  segmentName: z.string().nullable(),
  counts: CampaignCounts,
  heldUntil: Instant.nullable(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  createdBy: z.string(),
  createdAt: Instant,
})
export type Campaign = z.output<typeof Campaign>

export const MessageStatus = z.enum(['waiting', 'sending', 'sent', 'delivered', 'failed', 'skipped', 'unknown'])
export type MessageStatus = z.output<typeof MessageStatus>
export const MESSAGE_STATUS_WORDS: Record<MessageStatus, Words> = {
  waiting: ['待发送', 'Waiting'],
  sending: ['发送中', 'Sending'],
  sent: ['已发送', 'Sent'],
  delivered: ['已送达', 'Delivered'],
  failed: ['失败', 'Failed'],
  skipped: ['未发送', 'Skipped'],
  unknown: ['结果未知', 'Unknown'],
}

export const Recipient = z.object({
  messageId: Id,
  personId: Id,
  personName: z.string().nullable(),
  phoneMasked: z.string().nullable(),
  status: MessageStatus,
  reason: ReachReason.nullable(),
  reasonText: z.string().nullable(),
  /** The platform's own error, when it gave one. */
  platformCode: z.int().nullable(),
  dueAt: Instant,
  sentAt: Instant.nullable(),
  deliveredAt: Instant.nullable(),
  clickedAt: Instant.nullable(),
})

/** A message as its reader saw it. */
export const MyMessage = z.object({
  id: Id,
  channel: MessageChannel,
  purpose: MessagePurpose,
  title: z.string(),
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
  page: z.string(),
  sentAt: Instant,
  isRead: z.boolean(),
})

export const NoticeKey = z.enum(['couponExpiring', 'pointsChanged', 'tierEnding'])
export type NoticeKey = z.output<typeof NoticeKey>
export const Notice = z.object({
  key: NoticeKey,
  name: z.string(),
  /** When it goes out, in words. */
  when: z.string(),
  isOn: z.boolean(),
  templateId: Id.nullable(),
  templateTitle: z.string().nullable(),
  content: MessageContent,
  /** Days before the date, where it has one. */
  daysBefore: z.int().min(0).max(60),
  variables: z.array(Variable),
  sentLast30Days: z.int(),
  /** Why it cannot be switched on yet, or null. */
  missing: z.string().nullable(),
})

export const SubscribeChoice = z.enum(['accept', 'reject', 'ban', 'filter'])

export const ReachSettings = z.object({
  /** Per person over all campaigns; 0 means no limit. */
  capPerDay: z.int().min(0).max(50),
  capPerWeek: z.int().min(0).max(100),
  /** `HH:mm` in the brand's zone; both equal means none. */
  quietFrom: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  quietTo: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  /** Sends to this many or more are held first. */
  largeSendMin: z.int().min(1).max(10_000_000),
  holdSeconds: z.int().min(0).max(3600),
})
export type ReachSettings = z.output<typeof ReachSettings>

const CampaignId = z.object({ campaignId: Id })

export const messaging = {
  'messageChannels.list': query({
    access: 'operator',
    input: z.object({}),
    output: z.object({
      items: z.array(
        z.object({
          channel: MessageChannel,
          name: z.string(),
          purposes: z.array(MessagePurpose),
          rules: z.array(z.string()),
          connectionType: z.string(),
          fieldKinds: z.array(z.object({ kind: z.string(), name: z.string(), maxLength: z.int() })),
        }),
      ),
    }),
    summary: 'Message channels, what each allows, and its field lengths',
  }),
  'messageVariables.list': query({
    access: 'operator',
    input: z.object({ notice: NoticeKey.optional() }),
    output: z.object({ items: z.array(Variable) }),
    summary: 'Variables that a message may use',
  }),
  'messageTemplates.list': query({
    access: 'operator',
    input: Page.extend({
      channel: MessageChannel.optional(),
      purpose: MessagePurpose.optional(),
      isActive: z.boolean().optional(),
    }),
    output: pageOf(MessageTemplate),
    summary: 'Message templates',
  }),
  'messageTemplates.create': command({
    access: 'operator',
    input: TemplateDraft,
    output: MessageTemplate,
    summary: 'Register a platform template; marketing through a template message is refused',
  }),
  'messageTemplates.update': command({
    access: 'operator',
    input: TemplateDraft.partial().extend({ id: Id }),
    output: MessageTemplate,
    summary: 'Change a template; the purpose of one in use stays',
  }),
  'messageTemplates.remove': command({
    access: 'operator',
    input: z.object({ id: Id }),
    output: z.object({ id: Id }),
    summary: 'Remove a template that nothing uses',
  }),
  'messageTemplates.preview': query({
    access: 'operator',
    input: z.object({ templateId: Id, content: MessageContent, personId: Id.optional() }),
    output: z.object({
      fields: z.array(
        z.object({
          key: z.string(),
          label: z.string(),
          value: z.string(),
          length: z.int(),
          maxLength: z.int(),
          isCut: z.boolean(),
        }),
      ),
      problems: z.array(z.object({ key: z.string(), text: z.string() })),
    }),
    summary: 'What a reader would see, with the places where the platform would cut',
  }),
  'campaigns.list': query({
    access: 'operator',
    input: Page.extend({
      status: CampaignStatus.optional(),
      channel: MessageChannel.optional(),
      trigger: CampaignTrigger.optional(),
    }),
    output: pageOf(Campaign),
    summary: 'Campaigns',
  }),
  'campaigns.get': query({ access: 'operator', input: CampaignId, output: Campaign, summary: 'One campaign' }),
  'campaigns.create': command({ access: 'operator', input: CampaignFields, output: Campaign, summary: 'Start a draft' }),
  'campaigns.update': command({
    access: 'operator',
    input: CampaignFields.partial().extend({ campaignId: Id }),
    output: Campaign,
    summary: 'Change a draft',
  }),
  'campaigns.remove': command({
    access: 'operator',
    input: CampaignId,
    output: z.object({ campaignId: Id }),
    summary: 'Remove a draft',
  }),
  'campaigns.reach': query({
    access: 'operator',
    input: z.object({ segmentId: Id, templateId: Id }),
    output: Reach,
    summary: 'How many can be reached, how many not, and why',
  }),
  'campaigns.testSend': command({
    access: 'operator',
    input: z.object({ templateId: Id, content: MessageContent, personId: Id }),
    output: z.object({ messageId: Id, status: MessageStatus, reason: ReachReason.nullable(), text: z.string() }),
    summary: 'Send it to one person now, outside the caps',
  }),
  'campaigns.send': command({
    access: 'operator',
    input: CampaignId,
    output: Campaign,
    summary: 'Send; a large one is held for five minutes first',
  }),
  'campaigns.undo': command({
    access: 'operator',
    input: CampaignId,
    output: Campaign,
    summary: 'Take back a held or scheduled send, or stop listening; what has left stays left',
  }),
  'campaigns.report': query({
    access: 'operator',
    input: CampaignId,
    output: z.object({
      campaign: Campaign,
      sent: z.int(),
      delivered: z.int(),
      unknown: z.int(),
      failed: z.array(ReasonCount),
      skipped: z.array(ReasonCount),
      clicked: z.object({ people: z.int(), clicks: z.int() }),
      boughtWithin7Days: z.object({ people: z.int(), orders: z.int(), amountFen: Fen }),
      /** Per hour since the start, for the chart. */
      byHour: z.array(z.object({ hour: Instant, sent: z.int(), delivered: z.int(), clicked: z.int() })),
    }),
    summary: 'Sent, delivered, failed with reasons, clicked, and what they bought within 7 days',
  }),
  'campaigns.recipients': query({
    access: 'operator',
    input: Page.extend({ campaignId: Id, status: MessageStatus.optional(), reason: ReachReason.optional() }),
    output: pageOf(Recipient),
    summary: 'Each recipient and what became of his message',
  }),
  'subscriptions.templatesFor': query({
    access: 'person',
    input: z.object({ place: SubscribePlace }),
    output: z.object({ templates: z.array(z.object({ templateId: z.string(), title: z.string(), credits: z.int() })) }),
    summary: 'The platform template ids to ask for at this place, three at most',
  }),
  'subscriptions.record': command({
    access: 'person',
    input: z.object({
      place: SubscribePlace,
      choices: z
        .array(z.object({ templateId: z.string().max(64), choice: SubscribeChoice }))
        .min(1)
        .max(5),
    }),
    output: z.object({ accepted: z.int() }),
    summary: 'What the person chose in the pop-up: one accept is one send',
  }),
  'subscriptions.credits': query({
    access: 'operator',
    input: z.object({}),
    output: z.object({
      items: z.array(
        z.object({
          templateId: Id,
          title: z.string(),
          people: z.int(),
          credits: z.int(),
          given30Days: z.int(),
          used30Days: z.int(),
        }),
      ),
    }),
    summary: 'Subscribe credits in hand, by template',
  }),
  'messages.mine': query({
    access: 'person',
    input: Page,
    output: pageOf(MyMessage).extend({ unread: z.int() }),
    summary: 'Messages sent to me by this brand',
  }),
  'messages.read': command({
    access: 'person',
    input: z.object({ messageIds: z.array(Id).min(1).max(200) }),
    output: z.object({ unread: z.int() }),
    summary: 'Mark messages as read',
    isAudited: false,
  }),
  'messages.opened': command({
    access: ['public', 'person'],
    input: z.object({ code: z.string().trim().min(4).max(40) }),
    output: z.object({ isCounted: z.boolean() }),
    summary: 'A tap on a message opened the mini-program with ?m=code: counts as a click',
    isAudited: false,
  }),
  'messages.of': query({
    access: ['operator', 'staff'],
    input: Page.extend({ personId: Id }),
    output: pageOf(Recipient.extend({ campaignId: Id.nullable(), channel: MessageChannel, title: z.string() })),
    summary: 'Messages of one person',
  }),
  'notices.list': query({
    access: 'operator',
    input: z.object({}),
    output: z.object({ items: z.array(Notice) }),
    summary: 'Built-in service notices and their switches',
  }),
  'notices.update': command({
    access: 'operator',
    input: z.object({
      key: NoticeKey,
      isOn: z.boolean().optional(),
      templateId: Id.nullable().optional(),
      content: MessageContent.optional(),
      daysBefore: z.int().min(0).max(60).optional(),
    }),
    output: Notice,
    summary: 'Switch a notice or change its text',
  }),
  'reachSettings.get': query({
    access: 'operator',
    input: z.object({}),
    output: ReachSettings,
    summary: 'Caps, quiet hours and the hold on large sends',
  }),
  'reachSettings.update': command({
    access: 'operator',
    input: ReachSettings.partial(),
    output: ReachSettings,
    summary: 'Change caps, quiet hours or the hold',
  }),
}

/** A purchase counts as brought by a message when it is paid within this many days of it. */
export const BOUGHT_WITHIN_DAYS = 7

export const messagingErrors = defineErrors({
  'message.marketingByTemplate': {
    status: 422,
    zh: '公众号模板消息只允许服务通知，用来发营销内容会被平台拦截并可能收回权限。请改用小程序订阅消息（有额度的客户），或企业微信群发任务、短信。',
    en: 'Official-account template messages are for service notices only. Use a subscribe message, a WeCom task or SMS for an offer.',
  },
  'message.offerInService': {
    status: 422,
    zh: '内容像营销信息（如优惠、折扣、促销），不能用服务、安全或催缴通知发送。请改写内容，或改用营销用途的订阅消息、企业微信群发任务、短信。',
    en: 'The text reads like an offer; only marketing may carry one. Rewrite it, or use a marketing subscribe message, a WeCom task or SMS.',
  },
  'message.noConnection': {
    status: 422,
    zh: '所选账号与消息渠道不符，请选择该品牌已连接的账号',
    en: 'The account does not fit the channel',
  },
  'message.templateExists': { status: 409, zh: '这个账号下已登记过这个模板', en: 'This template is registered already' },
  'message.templateUsed': {
    status: 409,
    zh: '有群发或通知正在使用这个模板，不能删除或改变用途',
    en: 'Campaigns or notices use this template: it cannot be removed, nor its purpose changed',
  },
  'message.templateInactive': { status: 409, zh: '模板已停用，请换一个模板', en: 'The template is switched off' },
  'message.missingValue': { status: 422, zh: '还有字段没有填写', en: 'A field is empty' },
  'message.badLiquid': { status: 422, zh: '变量写法有误，请检查大括号', en: 'A variable is not written right' },
  'message.unknownVariable': { status: 422, zh: '没有这个变量', en: 'There is no such variable' },
  'message.badField': { status: 422, zh: '字段重复或不符合平台格式', en: 'A field is duplicated or malformed' },
  'message.badPage': {
    status: 422,
    zh: '跳转地址应是小程序页面路径或 https 网址',
    en: 'The page must be a mini-program path or an https address',
  },
  'campaign.notDraft': {
    status: 409,
    zh: '已经发送或撤销，不能再修改',
    en: 'It has been sent or withdrawn and cannot be changed',
  },
  'campaign.noSegment': { status: 422, zh: '请选择人群', en: 'Choose a segment' },
  'campaign.nobody': { status: 409, zh: '人群中没有可触达的客户', en: 'Nobody in the segment can be reached' },
  'campaign.tooLate': { status: 409, zh: '已经开始发送，无法撤销', en: 'It has started; it is too late to take it back' },
  'notice.incomplete': { status: 422, zh: '请先选择模板并填写内容，再开启通知', en: 'Choose a template and fill it in first' },
})
