import { MESSAGE_PURPOSES, MessagePurpose } from '@banyan/shared'
import type { Output } from '../api/call.ts'
import { t } from '../i18n.ts'
import { Pill, type Tone } from '../parts/bits.tsx'

export type Campaign = Output<'campaigns.get'>
export type Template = Output<'messageTemplates.list'>['items'][number]
export type Notice = Output<'notices.list'>['items'][number]
export type Recipient = Output<'campaigns.recipients'>['items'][number]
export type Content = Campaign['content']

export const channelName = (channel: Template['channel']) =>
  ({ template: t('服务号模板消息', 'Template message'), subscribe: t('小程序订阅消息', 'Subscribe message') })[channel]
export const purposeText = (purpose: Template['purpose']) =>
  ({
    service: t('服务通知', 'Service'),
    safety: t('安全通知', 'Safety'),
    dunning: t('催缴通知', 'Dunning'),
    marketing: t('营销', 'Marketing'),
  })[purpose]
/** Every purpose with one line that says what it is for and which rules hold. */
export const purposeOptions = () =>
  MessagePurpose.options.map(value => ({
    value,
    label: (
      <>
        {purposeText(value)} <span className="by-small by-soft">{t(...MESSAGE_PURPOSES[value].hint)}</span>
      </>
    ),
  }))
const purposeTones: Record<Template['purpose'], Tone> = { service: 'info', safety: 'bad', dunning: 'plain', marketing: 'warn' }
export const PurposePill = ({ purpose }: { purpose: Template['purpose'] }) => (
  <Pill tone={purposeTones[purpose]} isDotted={false}>
    {purposeText(purpose)}
  </Pill>
)

export const campaignStatusName = (status: Campaign['status']) =>
  ({
    draft: t('草稿', 'Draft'),
    scheduled: t('已定时', 'Scheduled'),
    holding: t('即将发送', 'Held'),
    freezing: t('圈定人群中', 'Freezing'),
    sending: t('发送中', 'Sending'),
    listening: t('进入即发', 'Listening'),
    done: t('已完成', 'Done'),
    cancelled: t('已撤销', 'Cancelled'),
    failed: t('发送失败', 'Failed'),
  })[status]
const tones: Record<Campaign['status'], Tone> = {
  draft: 'plain',
  scheduled: 'info',
  holding: 'warn',
  freezing: 'info',
  sending: 'info',
  listening: 'good',
  done: 'good',
  cancelled: 'plain',
  failed: 'bad',
}
export const CampaignPill = ({ status }: { status: Campaign['status'] }) => (
  <Pill tone={tones[status]}>{campaignStatusName(status)}</Pill>
)

export const messageStatusName = (status: Recipient['status']) =>
  ({
    waiting: t('待发送', 'Waiting'),
    sending: t('发送中', 'Sending'),
    sent: t('已发送', 'Sent'),
    delivered: t('已送达', 'Delivered'),
    failed: t('失败', 'Failed'),
    skipped: t('未发送', 'Skipped'),
    unknown: t('结果未知', 'Unknown'),
  })[status]
export const messageTone: Record<Recipient['status'], Tone> = {
  waiting: 'info',
  sending: 'info',
  sent: 'good',
  delivered: 'good',
  failed: 'bad',
  skipped: 'plain',
  unknown: 'warn',
}
