import { BellFilled, ScanOutlined } from '@ant-design/icons'
import { Button, Skeleton } from 'antd'
import { t } from '../../i18n.ts'
import { Avatar } from '../avatar.tsx'
import type { ChatHead } from '../calls.ts'
import { chatTime, summary } from '../words.ts'

export function ChatList({
  chats,
  isLoading,
  open,
  goScan,
}: {
  chats: ChatHead[] | undefined
  isLoading: boolean
  open(key: string): void
  goScan(): void
}) {
  return (
    <>
      <header className="sim-head">{t('微信', 'WeChat')}</header>
      <div className="sim-scroll is-list">
        {isLoading && <Skeleton active style={{ padding: 16 }} />}
        {chats?.length === 0 && (
          <div className="sim-empty">
            <ScanOutlined />
            <p>{t('还没有任何聊天。先扫一个店里的码，加上导购。', 'No chat yet. Scan a code of a store and add its staff.')}</p>
            <Button type="primary" onClick={goScan}>
              {t('扫一扫', 'Scan')}
            </Button>
          </div>
        )}
        {chats?.map(chat => (
          <button type="button" key={chat.key} className="sim-chat-row" onClick={() => open(chat.key)}>
            <span className="sim-chat-face">
              {chat.key === 'notices' ? (
                <span className="sim-avatar" style={{ background: '#4f9da6', fontSize: 20 }}>
                  <BellFilled />
                </span>
              ) : (
                <Avatar id={chat.key.split(':').at(-1) ?? ''} name={chat.title} size={44} />
              )}
              {chat.unread > 0 && <em>{chat.unread > 99 ? '99+' : chat.unread}</em>}
            </span>
            <span className="sim-chat-words">
              <b>
                <span className="by-clip">{chat.title}</span>
                {chat.key.startsWith('wecom:') && <small>{t('@企业微信', '@WeCom')}</small>}
                <time>{chat.last ? chatTime(chat.last.atMs) : ''}</time>
              </b>
              <span className="by-clip">{summary(chat.last)}</span>
            </span>
          </button>
        ))}
      </div>
    </>
  )
}
