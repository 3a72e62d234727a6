import { Text, View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import { useCallback, useEffect } from 'react'
import { call, changed, type Output, useAct } from '../../client/index.ts'
import { OpenGate } from '../../components/open-gate.tsx'
import { Screen } from '../../components/screen.tsx'
import { Empty } from '../../components/states.tsx'
import { SubscribeAsk } from '../../components/subscribe-ask.tsx'
import { Tap } from '../../components/tap.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { PagesFoot, usePages } from '../../hooks/use-pages.tsx'
import { useRefresh } from '../../hooks/use-refresh.ts'
import { ago } from '../../words.ts'

type Answer = Output<'messages.mine'>
type Message = Answer['items'][number]

export default function MessagesPage() {
  return (
    <OpenGate>
      <Messages />
    </OpenGate>
  )
}

function Messages() {
  const now = useNow(60_000)
  const pages = usePages<Message, Answer>(useCallback((page, pageSize) => call('messages.mine', { page, pageSize }), []))
  const { run: markRead } = useAct('messages.read')
  useRefresh(pages.reload)

  // Seen is read: the dots stay for this visit, so that one sees what is new.
  const unreadIds = pages.items.filter(message => !message.isRead).map(message => message.id)
  const unreadKey = unreadIds.join(',')
  useEffect(() => {
    if (!unreadKey) return
    void markRead({ messageIds: unreadKey.split(',').map(Number) }).then(answer => {
      if (answer) changed('messages.')
    })
  }, [unreadKey, markRead])

  return (
    <Screen title="消息">
      <View className="section">
        <SubscribeAsk place="messages" reason="在微信里也提醒您" button="开启" />
      </View>
      {pages.first && pages.items.length === 0 ? (
        <Empty title="还没有消息" text="积分变动、券快过期这类通知会留一份在这里。" />
      ) : (
        pages.items.length > 0 && (
          <View className="section panel">
            {pages.items.map(message => (
              <MessageRow key={message.id} message={message} now={now} />
            ))}
          </View>
        )
      )}
      <PagesFoot pages={pages} skeleton={[96, 96, 96]} />
    </Screen>
  )
}

function MessageRow({ message, now }: { message: Message; now: Date }) {
  const path = pathOf(message.page)
  const inside = (
    <>
      <View className="message-head">
        {!message.isRead && <View className="message-dot" aria-label="未读" />}
        <Text className="message-title">{message.title}</Text>
        <Text className="muted small">{ago(message.sentAt, now)}</Text>
      </View>
      {message.fields.map(field => (
        <View key={field.label} className="message-field">
          <Text className="message-label">{field.label}</Text>
          <Text>{field.value}</Text>
        </View>
      ))}
    </>
  )
  if (!path) return <View className="message">{inside}</View>
  return (
    <Tap className="message" role="link" onTap={() => void Taro.navigateTo({ url: path })}>
      {inside}
    </Tap>
  )
}

/** A page of ours; an outside address is not opened from here. */
function pathOf(page: string): string | null {
  const path = page.replace(/^\//, '')
  return path.startsWith('pages/') ? `/${path}` : null
}
