import { LeftOutlined, MoreOutlined } from '@ant-design/icons'
import { Dropdown } from 'antd'
import { useState } from 'react'
import { t } from '../../i18n.ts'
import { type ChatMessage, type Person, useAct, useAsk } from '../calls.ts'
import { Messages } from '../message-view.tsx'
import { useBottom } from '../use-bottom.ts'

type Props = {
  person: Person
  chatKey: string
  corpName: string
  appName(appId: string): string
  open(message: ChatMessage): void
  back(): void
}

export function Chat({ person, chatKey, corpName, appName, open, back }: Props) {
  const act = useAct()
  const [text, setText] = useState('')
  const chat = useAsk<{ title: string; messages: ChatMessage[] }>('people.chat', { simUser: person.id, key: chatKey })
  const [kind, first = '', userid = ''] = chatKey.split(':')
  const messages = chat.data?.messages ?? []
  const list = useBottom(messages.length, chatKey)

  const say = async () => {
    if (text.trim() && (await act('write', { simUser: person.id, key: chatKey, text }))) setText('')
  }
  const menu =
    kind === 'wecom'
      ? [
          {
            key: 'delete',
            label: t('删除联系人', 'Delete the contact'),
            danger: true,
            onClick: () => void act('deleteStaff', { simUser: person.id, corpId: first, userid }),
          },
        ]
      : [
          {
            key: 'unfollow',
            label: t('不再关注', 'Unfollow'),
            danger: true,
            onClick: () => void act('unfollow', { simUser: person.id, appId: first }),
          },
        ]
  return (
    <>
      <header className="sim-head is-chat">
        <button type="button" aria-label={t('返回', 'Back')} onClick={back}>
          <LeftOutlined />
        </button>
        <span className="by-clip">
          {chat.data?.title || t('聊天', 'Chat')}
          {corpName && <small>@{corpName}</small>}
        </span>
        {kind === 'notices' ? (
          <i />
        ) : (
          <Dropdown menu={{ items: menu }} trigger={['click']}>
            <button type="button" aria-label={t('更多', 'More')}>
              <MoreOutlined />
            </button>
          </Dropdown>
        )}
      </header>
      <div className="sim-scroll is-chat" ref={list}>
        <Messages
          messages={messages}
          them={{ id: userid || first, name: chat.data?.title ?? '' }}
          me={person}
          viewer="customer"
          appName={appName}
          open={open}
        />
      </div>
      {kind !== 'notices' && (
        <form
          className="sim-say"
          onSubmit={event => {
            event.preventDefault()
            void say()
          }}
        >
          <input
            value={text}
            onChange={event => setText(event.target.value)}
            placeholder={t('发消息', 'Write')}
            aria-label={t('发消息', 'Write')}
            maxLength={500}
          />
          <button type="submit" disabled={!text.trim()}>
            {t('发送', 'Send')}
          </button>
        </form>
      )}
    </>
  )
}
