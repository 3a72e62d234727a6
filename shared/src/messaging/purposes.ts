import { z } from 'zod'
import type { Words } from '../language.ts'

/** Why a message goes out. Every template and send has one; it decides what the gate asks and by which channel it may go. */
export const MessagePurpose = z.enum(['service', 'safety', 'dunning', 'marketing'])
export type MessagePurpose = z.output<typeof MessagePurpose>

export type PurposeShape = {
  /** One line for whoever chooses it. */
  hint: Words
  /** Whose answer of the person is asked at sending: a no to it holds. Null: no answer is asked. */
  consent: 'service' | 'marketing' | null
  /** True when silence is a no. */
  needsYes: boolean
  isCapped: boolean
  obeysQuietHours: boolean
  /** Only marketing may speak of offers: nobody gets round consent by naming an offer a notice. */
  mayOffer: boolean
}

/**
 * Each purpose with its own basis (semantics 5.0). Safety rests on the duty to warn, so neither an unsubscribe nor the hour holds it back;
 * dunning rests on the contract, may not disturb at night, and like service ends with a no to notices.
 */
export const MESSAGE_PURPOSES: Record<MessagePurpose, PurposeShape> = {
  service: {
    hint: [
      '交易、积分、到期、预约：客户退订服务通知后不再发送，不受频控和免打扰限制',
      'Transactions, points, expiry, appointments; not capped, ends with an unsubscribe from notices',
    ],
    consent: 'service',
    needsYes: false,
    isCapped: false,
    obeysQuietHours: false,
    mayOffer: false,
  },
  safety: {
    hint: [
      '产品召回、安全提醒：必须告知，不受退订、频控和免打扰限制，不得夹带优惠',
      'Recalls and warnings: neither unsubscribes, caps nor quiet hours hold it; no offers',
    ],
    consent: null,
    needsYes: false,
    isCapped: false,
    obeysQuietHours: false,
    mayOffer: false,
  },
  dunning: {
    hint: [
      '账单、欠费提醒：基于合同，免打扰时段不发送，不受频控限制',
      'Bills and arrears: by contract, never in quiet hours, not capped',
    ],
    consent: 'service',
    needsYes: false,
    isCapped: false,
    obeysQuietHours: true,
    mayOffer: false,
  },
  marketing: {
    hint: [
      '优惠、上新、活动：需客户同意营销信息，受频控和免打扰限制，不能用服务号模板消息',
      'Offers, news, events: needs consent, obeys caps and quiet hours, never by template message',
    ],
    consent: 'marketing',
    needsYes: true,
    isCapped: true,
    obeysQuietHours: true,
    mayOffer: true,
  },
}
