import { defineErrors } from './kernel.ts'
import { campaigns } from './messaging/campaigns.ts'
import { messages } from './messaging/messages.ts'
import { notices } from './messaging/notices.ts'
import { templates } from './messaging/templates.ts'

/** Reaching people: templates, campaigns, one gate for every send, receipts, and what it brought. */

export * from './messaging/campaigns.ts'
export * from './messaging/channels.ts'
export * from './messaging/content.ts'
export * from './messaging/messages.ts'
export * from './messaging/notices.ts'
export * from './messaging/purposes.ts'
export * from './messaging/reach.ts'
export * from './messaging/templates.ts'

export const messaging = { ...templates, ...campaigns, ...messages, ...notices }

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
