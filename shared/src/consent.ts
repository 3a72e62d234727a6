import { z } from 'zod'
import { command, defineErrors, Id, Instant, query } from './kernel.ts'
import type { Words } from './language.ts'

/** What each person agreed to, by brand, purpose, channel and version of the text. Append-only: the latest entry counts. */

export const ConsentPurpose = z.enum(['privacy', 'service', 'marketing'])
export type ConsentPurpose = z.output<typeof ConsentPurpose>
/** `any` is every message path; a narrower entry overrides it for its channel. */
export const ConsentChannel = z.enum(['any', 'template', 'subscribe', 'wecom', 'sms'])
export type ConsentChannel = z.output<typeof ConsentChannel>

export const CONSENT_PURPOSE_WORDS: Record<ConsentPurpose, Words> = {
  privacy: ['隐私政策', 'privacy policy'],
  service: ['服务通知', 'service notices'],
  marketing: ['营销信息', 'marketing'],
}
export const CONSENT_CHANNEL_WORDS: Record<ConsentChannel, Words> = {
  any: ['全部渠道', 'every channel'],
  template: ['公众号模板消息', 'official account template message'],
  subscribe: ['小程序订阅消息', 'mini program subscribe message'],
  wecom: ['企业微信', 'WeCom'],
  sms: ['短信', 'SMS'],
}

/** What holds now for one purpose and channel. */
export const ConsentState = z.object({
  brandId: Id,
  purpose: ConsentPurpose,
  channel: ConsentChannel,
  isGranted: z.boolean(),
  textVersion: z.string(),
  source: z.string(),
  at: Instant,
})
export type ConsentState = z.output<typeof ConsentState>

export const ConsentText = z.object({
  id: Id,
  brandId: Id,
  purpose: ConsentPurpose,
  version: z.string(),
  title: z.string(),
  body: z.string(),
  publishedAt: Instant,
  isCurrent: z.boolean(),
})
export type ConsentText = z.output<typeof ConsentText>

/** One answer of a person to one text: what joining and the consent page send. */
export const ConsentAnswer = z.object({
  purpose: ConsentPurpose,
  channel: ConsentChannel.default('any'),
  isGranted: z.boolean(),
  textVersion: z.string().trim().min(1).max(40),
})
export type ConsentAnswer = z.output<typeof ConsentAnswer>

const States = z.object({ items: z.array(ConsentState) })

export const consent = {
  'consent.mine': query({ access: 'person', input: z.object({}), output: States, summary: 'What I agreed to in this brand' }),
  'consent.give': command({
    access: 'person',
    input: z.object({
      purpose: ConsentPurpose,
      channel: ConsentChannel.default('any'),
      textVersion: z.string().trim().min(1).max(40),
    }),
    output: States,
    summary: 'Agree to a text',
  }),
  'consent.withdraw': command({
    access: 'person',
    input: z.object({ purpose: ConsentPurpose, channel: ConsentChannel.default('any') }),
    output: States,
    summary: 'Take an agreement back; it holds at once',
  }),
  'consent.of': query({
    access: ['operator', 'staff'],
    input: z.object({ personId: Id }),
    output: States.extend({ history: z.array(ConsentState.extend({ id: Id, actorName: z.string() })) }),
    summary: 'What a person agreed to, now and before',
  }),
  'consent.record': command({
    access: ['operator', 'staff'],
    input: z.object({
      personId: Id,
      brandId: Id.optional(),
      answers: z.array(ConsentAnswer).min(1).max(20),
      note: z.string().trim().max(200).optional(),
    }),
    output: States,
    summary: 'Write down what a person said on paper or on the phone',
  }),
  'consent.texts': query({
    access: ['public', 'person', 'operator', 'staff'],
    input: z.object({ brandId: Id.optional(), isCurrentOnly: z.boolean().default(true) }),
    output: z.object({ items: z.array(ConsentText) }),
    summary: 'The texts people are asked to agree to',
  }),
  'consentTexts.create': command({
    access: 'operator',
    input: z.object({
      brandId: Id.optional(),
      purpose: ConsentPurpose,
      version: z.string().trim().min(1).max(40),
      title: z.string().trim().min(1).max(80),
      body: z.string().trim().min(1).max(20_000),
    }),
    output: ConsentText,
    summary: 'Publish a new version of a text; older agreements keep their version',
  }),
}

export const consentErrors = defineErrors({
  'consent.unknownText': {
    status: 422,
    zh: '没有这个版本的条款，请刷新页面后重试',
    en: 'There is no such version of the text; reload and try again',
  },
  'consent.versionExists': {
    status: 409,
    zh: '这个版本号已经发布过，请换一个版本号',
    en: 'This version has been published already',
  },
  'consent.required': { status: 422, zh: '需要先同意隐私政策才能继续', en: 'Agree to the privacy policy first' },
})
