import type { ReactNode } from 'react'
import { t } from '../i18n.ts'
import { Avatar } from './avatar.tsx'
import type { ChatMessage } from './calls.ts'
import { chatTime, pictureUrl } from './words.ts'

export type Party = { id: string; name: string }
type Props = {
  messages: ChatMessage[]
  them: Party
  me: Party
  /** `customer`: as the customer's phone shows it; `staff`: the same chat from the other side. */
  viewer: 'customer' | 'staff'
  appName(appId: string): string
  open(message: ChatMessage): void
}

const GAP_MS = 5 * 60_000

/** The messages of one chat, as WeChat draws them. */
export function Messages({ messages, them, me, viewer, appName, open }: Props) {
  return (
    <>
      {messages.map((message, index) => {
        const isOld = index === 0 || message.atMs - (messages[index - 1]?.atMs ?? 0) > GAP_MS
        const isTheirs = (message.side === 'in') === (viewer === 'customer')
        return (
          <div key={message.id}>
            {isOld && <div className="sim-time">{chatTime(message.atMs)}</div>}
            {message.side === 'note' ? (
              <div className="sim-time">{viewer === 'customer' ? message.text : fromStaffSide(message.text ?? '')}</div>
            ) : isNotice(message) ? (
              <Notice message={message} appName={appName} open={open} />
            ) : (
              <div className={isTheirs ? 'sim-said' : 'sim-said is-mine'}>
                <Avatar {...(isTheirs ? them : me)} size={38} />
                <Content message={message} appName={appName} open={open} />
              </div>
            )}
          </div>
        )
      })}
    </>
  )
}

const isNotice = ({ kind }: ChatMessage) => kind === 'template' || kind === 'subscribe' || kind === 'payment'

function fromStaffSide(text: string): string {
  if (text.startsWith('你已添加了'))
    return t('客户已通过扫码添加你，现在可以开始聊天了。', 'The customer added you by a code. You can chat now.')
  if (text.startsWith('你已删除')) return t('对方已将你从联系人中删除。', 'The customer has removed you.')
  return t('你已删除了这位客户。', 'You removed this customer.')
}

function Content({ message, appName, open }: Pick<Props, 'appName' | 'open'> & { message: ChatMessage }): ReactNode {
  const { kind, title = '', text = '' } = message
  const picUrl = pictureUrl(message.picUrl)
  if (kind === 'image') return <img className="sim-picture" src={picUrl} alt={t('图片', 'picture')} />
  if (kind === 'miniProgram') {
    return (
      <button type="button" className="sim-card" onClick={() => open(message)}>
        <span className="sim-card-app">
          <i /> {appName(message.appId ?? '')}
        </span>
        <span className="sim-card-title">{title}</span>
        <span className="sim-card-cover">{picUrl ? <img src={picUrl} alt="" /> : <b>{title}</b>}</span>
        <span className="sim-card-foot">{t('小程序', 'Mini program')}</span>
      </button>
    )
  }
  if (kind === 'link') {
    return (
      <button type="button" className="sim-link" onClick={() => open(message)}>
        <span>
          <b>{title}</b>
          <small>{text}</small>
        </span>
        {picUrl ? <img src={picUrl} alt="" /> : <i className="sim-link-art" />}
      </button>
    )
  }
  return <div className="sim-bubble">{kind === 'file' ? `📄 ${title}` : text}</div>
}

function Notice({ message, appName, open }: Pick<Props, 'appName' | 'open'> & { message: ChatMessage }) {
  const canOpen = Boolean(message.page || message.url)
  const from = message.appId ? appName(message.appId) : message.kind === 'payment' ? t('微信支付', 'WeChat Pay') : ''
  return (
    <div className="sim-notice">
      {from && (
        <header>
          <i /> {from}
        </header>
      )}
      <h4>{message.title}</h4>
      <dl>
        {message.fields?.map(field => (
          <div key={field.label}>
            <dt>{field.label}</dt>
            <dd>{field.value}</dd>
          </div>
        ))}
      </dl>
      {canOpen && (
        <button type="button" onClick={() => open(message)}>
          {message.page ? t('进入小程序查看', 'Open the mini program') : t('查看详情', 'Details')} <span>›</span>
        </button>
      )}
    </div>
  )
}
