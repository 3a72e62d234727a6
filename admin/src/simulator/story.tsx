import { CheckCircleFilled } from '@ant-design/icons'
import { Button } from 'antd'
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
export const steps: Step[] = [
  {
    key: 'code',
    title: '建活码',
    hint: '在管理后台为门店建一个渠道活码，它会出现在手机的「扫一扫」里。',
    isDone: story => story.codes > 0,
    goes: { label: '去管理后台', href: '/admin/live-codes/new' },
  },
  {
    key: 'scan',
    title: '扫码加导购',
    hint: '用左边的手机扫这个码。看线路日志: 加密的 add_external_contact 马上到了产品。',
    isDone: story => story.friends.length > 0,
    goes: { label: '打开扫一扫', place: 'scan' },
  },
  {
    key: 'welcome',
    title: '收到欢迎语',
    hint: '产品要在 20 秒内用 welcome_code 发出欢迎语，只能发一次。',
    isDone: story => story.isWelcomed,
    goes: { label: '看聊天', place: 'chats' },
  },
  {
    key: 'visit',
    title: '进小程序',
    hint: '点欢迎语里的小程序卡片 (或从「我」进入): jscode2session 认出他是谁。',
    isDone: story => story.hasVisited,
    goes: { label: '看聊天', place: 'chats' },
  },
  {
    key: 'join',
    title: '授权手机入会',
    hint: '同意条款，授权手机号。external_userid、unionid、openid、手机号从此是同一个人。',
    isDone: (story, calls) => story.hasGivenPhone || calls.has('members.join'),
  },
  {
    key: 'coupon',
    title: '领券或买券',
    hint: '在领券中心领一张券，或用微信支付买一张: 支付通知先验签、再解密。',
    isDone: (story, calls) => story.hasPaid || calls.has('coupons.claim'),
  },
  {
    key: 'sidebar',
    title: '店员看侧边栏',
    hint: '在右边的企业微信打开这位客户: 等级、积分、券、标签都在。',
    isDone: (_story, calls) => calls.has('sidebar'),
  },
  {
    key: 'serve',
    title: '核销与记账',
    hint: '在侧边栏核销他的券，或记一笔消费: 积分到账，等级可能上升。',
    isDone: (_story, calls) => ['coupons.redeem', 'orders.record', 'coupons.grant'].some(name => calls.has(name)),
  },
  {
    key: 'notice',
    title: '收到通知',
    hint: '回到管理后台圈一个人群并发消息；模板消息或订阅消息会出现在手机上，回执回到报表。',
    isDone: story => story.hasNotice,
    goes: { label: '去发消息', href: '/admin' },
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
  const done = steps.map(step => (story ? step.isDone(story, calls) : false))
  const count = done.filter(Boolean).length
  const current = done.indexOf(false)
  const step = steps[current]
  return (
    <section className="sim-story" aria-label="三分钟走一遍">
      <button type="button" className="sim-story-head" aria-expanded={isOpen} onClick={toggle}>
        <b>三分钟走一遍</b>
        <span>
          {count} / {steps.length}
        </span>
        <progress max={steps.length} value={count} aria-label="进度" />
      </button>
      {isOpen && (
        <>
          <ol>
            {steps.map((one, index) => (
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
                <b>走完了。</b>换一位新客户再来一次，或者打开几个故障开关，看产品怎么应对。
              </span>
            )}
          </div>
        </>
      )}
    </section>
  )
}
