import { LeftOutlined, MoreOutlined } from '@ant-design/icons'
import { Dropdown } from 'antd'
import { useState } from 'react'
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
            label: '删除联系人',
            danger: true,
            onClick: () => void act('deleteStaff', { simUser: person.id, corpId: first, userid }),
          },
        ]
      : [
          {
            key: 'unfollow',
            label: '不再关注',
            danger: true,
            onClick: () => void act('unfollow', { simUser: person.id, appId: first }),
          },
        ]
  return (
    <>
      <header className="sim-head is-chat">
        <button type="button" aria-label="返回" onClick={back}>
          <LeftOutlined />
        </button>
        <span className="by-clip">
          {chat.data?.title || '聊天'}
          {corpName && <small>@{corpName}</small>}
        </span>
        {kind === 'notices' ? (
          <i />
        ) : (
          <Dropdown menu={{ items: menu }} trigger={['click']}>
            <button type="button" aria-label="更多">
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
            placeholder="发消息"
            aria-label="发消息"
            maxLength={500}
          />
          <button type="submit" disabled={!text.trim()}>
            发送
          </button>
        </form>
      )}
    </>
  )
}
