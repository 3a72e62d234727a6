import { MessageFilled, QrcodeOutlined, UserOutlined } from '@ant-design/icons'
import { App } from 'antd'
import { useEffect, useState } from 'react'
import { t } from '../../i18n.ts'
import type { ChatHead, ChatMessage, Person, ScanResult, World } from '../calls.ts'
import { useAct, useAsk } from '../calls.ts'
import { Chat } from './chat.tsx'
import { ChatList } from './chat-list.tsx'
import { Me } from './me.tsx'
import { MiniProgram } from './mini-program.tsx'
import { ScanTray } from './scan-tray.tsx'

export type Opened = { kind: 'miniProgram'; appId: string; page: string } | { kind: 'web'; url: string }
export type PhoneTab = 'chats' | 'scan' | 'me'

type Props = { person: Person; world: World; tab: PhoneTab; setTab(tab: PhoneTab): void; onCalled(names: string[]): void }

/** The customer's WeChat. */
export function Phone({ person, world, tab, setTab, onCalled }: Props) {
  const { message } = App.useApp()
  const act = useAct()
  const [chatKey, setChatKey] = useState<string | null>(null)
  const [opened, setOpened] = useState<Opened | null>(null)
  const chats = useAsk<ChatHead[]>('people.chats', { simUser: person.id })
  const unread = (chats.data ?? []).reduce((sum, chat) => sum + chat.unread, 0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another person picks up another phone
  useEffect(() => {
    setChatKey(null)
    setOpened(null)
  }, [person.id])

  const appName = (appId: string) =>
    [...world.miniPrograms, ...world.officialAccounts].find(app => app.appId === appId)?.name ?? t('小程序', 'Mini program')
  const corp = world.corps.find(one => chatKey?.startsWith(`wecom:${one.corpId}:`))
  const corpName = corp?.name.replace(/\(.*\)$/, '') ?? ''
  const openMessage = ({ appId, page, url }: ChatMessage) => {
    if (page && appId) setOpened({ kind: 'miniProgram', appId, page })
    else if (url) setOpened({ kind: 'web', url: sameOrigin(url) })
  }
  const scan = async (code: { kind: string; id?: string; text?: string }) => {
    const result = await act<ScanResult>('scan', { simUser: person.id, code })
    if (!result) return
    if (result.kind === 'miniProgram')
      setOpened({ kind: 'miniProgram', appId: result.appId, page: `${result.page || 'pages/home/index'}?${result.query}` })
    else if (result.kind === 'text') message.info(t(`扫到的内容: ${result.text}`, `The code says: ${result.text}`))
    else {
      setTab('chats')
      setChatKey(result.chatKey)
      if (result.outcome === 'waiting') message.info(t('已发送好友申请，等店员通过', 'Asked; the staff member has to accept'))
    }
  }

  return (
    <div className="sim-phone">
      <div className="sim-phone-bar" aria-hidden>
        <span>{new Date().toTimeString().slice(0, 5)}</span>
        <span>5G ▮</span>
      </div>
      <div className="sim-phone-screen">
        {chatKey ? (
          <Chat
            person={person}
            chatKey={chatKey}
            corpName={corpName}
            appName={appName}
            open={openMessage}
            back={() => setChatKey(null)}
          />
        ) : tab === 'chats' ? (
          <ChatList chats={chats.data} isLoading={chats.isLoading} open={setChatKey} goScan={() => setTab('scan')} />
        ) : tab === 'scan' ? (
          <ScanTray scan={scan} />
        ) : (
          <Me person={person} world={world} openApp={appId => setOpened({ kind: 'miniProgram', appId, page: '' })} />
        )}
        {!chatKey && (
          <nav className="sim-tabs">
            <Tab
              icon={<MessageFilled />}
              label={t('微信', 'WeChat')}
              isOn={tab === 'chats'}
              badge={unread}
              onPick={() => setTab('chats')}
            />
            <Tab icon={<QrcodeOutlined />} label={t('扫一扫', 'Scan')} isOn={tab === 'scan'} onPick={() => setTab('scan')} />
            <Tab icon={<UserOutlined />} label={t('我', 'Me')} isOn={tab === 'me'} onPick={() => setTab('me')} />
          </nav>
        )}
        {opened && (
          <MiniProgram
            opened={opened}
            userId={person.id}
            appName={opened.kind === 'miniProgram' ? appName(opened.appId) : ''}
            close={() => setOpened(null)}
            onCalled={onCalled}
          />
        )}
      </div>
    </div>
  )
}

function Tab({
  icon,
  label,
  isOn,
  badge = 0,
  onPick,
}: {
  icon: React.ReactNode
  label: string
  isOn: boolean
  badge?: number
  onPick(): void
}) {
  return (
    <button type="button" className={isOn ? 'is-on' : ''} aria-current={isOn} onClick={onPick}>
      <span className="sim-tab-icon">
        {icon}
        {badge > 0 && <em>{badge > 99 ? '99+' : badge}</em>}
      </span>
      {label}
    </button>
  )
}

/** Links of the product carry its public address; inside the desk they open on the address of this page. */
function sameOrigin(url: string): string {
  try {
    const { pathname, search, hash, hostname } = new URL(url, location.href)
    const isOurs = hostname === location.hostname || hostname === 'localhost' || hostname === '127.0.0.1'
    return isOurs ? `${pathname}${search}${hash}` : url
  } catch {
    return url
  }
}
