import { CheckCircleFilled } from '@ant-design/icons'
import { Button } from 'antd'
import { t } from '../i18n.ts'
import type { Story } from './calls.ts'

export type StepKey = 'code' | 'scan' | 'welcome' | 'visit' | 'join' | 'coupon' | 'sidebar' | 'serve' | 'notice'
type Step = {
  key: StepKey
  title: string
  hint: string
  isDone(story: Story, calls: Set<string>): boolean
  goes?: { label: string; href?: string; place?: 'scan' | 'chats' | 'me' }
}

/** Three minutes from a sticker on the counter to a known, served and reached customer. A step ticks itself off when it has really happened. */
export const steps = (): Step[] => [
  {
    key: 'code',
    title: t('建活码', 'Make a code'),
    hint: t(
      '在管理后台为门店建一个渠道活码，它会出现在手机的「扫一扫」里。',
      'Make a live code for a store in the admin; it appears under Scan on the phone.',
    ),
    isDone: story => story.codes > 0,
    goes: { label: t('去管理后台', 'To the admin'), href: '/admin/live-codes/new' },
  },
  {
    key: 'scan',
    title: t('扫码加导购', 'Scan it'),
    hint: t(
      '用手机扫这个码。看线路日志: 加密的 add_external_contact 马上到了产品。',
      'Scan it with the phone. Watch the wire log: an encrypted add_external_contact reaches the product at once.',
    ),
    isDone: story => story.friends.length > 0,
    goes: { label: t('打开扫一扫', 'Open Scan'), place: 'scan' },
  },
  {
    key: 'welcome',
    title: t('收到欢迎语', 'Be welcomed'),
    hint: t(
      '产品要在 20 秒内用 welcome_code 发出欢迎语，只能发一次。',
      'The product must welcome within 20 seconds, by welcome_code, once only.',
    ),
    isDone: story => story.isWelcomed,
    goes: { label: t('看聊天', 'See the chat'), place: 'chats' },
  },
  {
    key: 'visit',
    title: t('进小程序', 'Open the app'),
    hint: t(
      '点欢迎语里的小程序卡片 (或从「我」进入): jscode2session 认出他是谁。',
      'Tap the mini program card of the welcome (or go through Me): jscode2session tells who it is.',
    ),
    isDone: story => story.hasVisited,
    goes: { label: t('看聊天', 'See the chat'), place: 'chats' },
  },
  {
    key: 'join',
    title: t('授权手机入会', 'Join'),
    hint: t(
      '同意条款，授权手机号。external_userid、unionid、openid、手机号从此是同一个人。',
      'Agree and give the phone. From now on external_userid, unionid, openid and phone are one person.',
    ),
    isDone: (story, calls) => story.hasGivenPhone || calls.has('members.join'),
  },
  {
    key: 'coupon',
    title: t('领券或买券', 'Get a coupon'),
    hint: t(
      '在领券中心领一张券，或用微信支付买一张: 支付通知先验签、再解密。',
      'Claim one in the coupon centre or buy one with WeChat Pay: the notification is verified, then decrypted.',
    ),
    isDone: (story, calls) => story.hasPaid || calls.has('coupons.claim'),
  },
  {
    key: 'sidebar',
    title: t('店员看侧边栏', 'The sidebar'),
    hint: t(
      '在企业微信打开这位客户: 等级、积分、券、标签都在。',
      'Open this customer in WeCom: tier, points, coupons and tags are there.',
    ),
    isDone: (_story, calls) => calls.has('sidebar'),
  },
  {
    key: 'serve',
    title: t('核销与记账', 'Serve'),
    hint: t(
      '在侧边栏核销他的券，或记一笔消费: 积分到账，等级可能上升。',
      'Redeem the coupon in the sidebar or record a purchase: points arrive, the tier may rise.',
    ),
    isDone: (_story, calls) => ['coupons.redeem', 'orders.record', 'coupons.grant'].some(name => calls.has(name)),
  },
  {
    key: 'notice',
    title: t('收到通知', 'Be reached'),
    hint: t(
      '先让他能收到：扫服务号的码关注，或在小程序里点「提醒我」。再到后台圈一个有他的人群，点「给他们发消息」。',
      "First make him reachable: scan an official account's code, or tap “Remind me” in the mini-program. Then select a segment with him and message it.",
    ),
    isDone: story => story.hasNotice,
    goes: { label: t('去圈人群', 'To segments'), href: '/admin/segments' },
  },
]

type Props = {
  story: Story | undefined
  calls: Set<string>
  go(place: 'scan' | 'chats' | 'me'): void
  isOpen: boolean
  toggle(): void
}

export function StoryBar({ story, calls, go, isOpen, toggle }: Props) {
  const all = steps()
  const done = all.map(step => (story ? step.isDone(story, calls) : false))
  const count = done.filter(Boolean).length
  const current = done.indexOf(false)
  const step = all[current]
  return (
    <section className="sim-story" aria-label={t('三分钟走一遍', 'The tour, in three minutes')}>
      <button type="button" className="sim-story-head" aria-expanded={isOpen} onClick={toggle}>
        <b>{t('三分钟走一遍', 'The tour, in three minutes')}</b>
        <span>
          {count} / {all.length}
        </span>
        <progress max={all.length} value={count} aria-label={t('进度', 'Progress')} />
      </button>
      {isOpen && (
        <>
          <ol>
            {all.map((one, index) => (
              <li
                key={one.key}
                className={done[index] ? 'is-done' : index === current ? 'is-now' : ''}
                aria-current={index === current ? 'step' : undefined}
              >
                {done[index] ? <CheckCircleFilled /> : <i>{index + 1}</i>} {one.title}
              </li>
            ))}
          </ol>
          <div className="sim-story-hint" role="status">
            {step ? (
              <>
                <span>
                  <b>
                    {current + 1}. {step.title}
                  </b>
                  {step.hint}
                </span>
                {step.goes && (
                  <Button
                    size="small"
                    type="primary"
                    ghost
                    {...(step.goes.href
                      ? { href: step.goes.href, target: '_blank' }
                      : { onClick: () => step.goes?.place && go(step.goes.place) })}
                  >
                    {step.goes.label}
                  </Button>
                )}
              </>
            ) : (
              <span>
                <b>{t('走完了。', 'Done.')}</b>
                {t(
                  '换一位新客户再来一次，或者打开几个故障开关，看产品怎么应对。',
                  'Take a new customer and do it again, or switch some faults on and see how the product copes.',
                )}
              </span>
            )}
          </div>
        </>
      )}
    </section>
  )
}
