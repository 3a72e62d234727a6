import { Textarea, View } from '@tarojs/components'
import { useState } from 'react'
import { failureOf } from '../../client/failure.ts'
import type { Output } from '../../client/types.ts'
import { Button } from '../../components/button.tsx'
import { Notice } from '../../components/states.tsx'
import { Tap } from '../../components/tap.tsx'
import { platform } from '../../platform/index.ts'
import { dropOwn, keepOwn, type Reply, repliesFor } from '../replies.ts'
import { useAsk } from '../staff.ts'
import { wecom } from '../wecom.ts'

const TEXT_MAX = 600

/** Ready words: one tap sends; 改 opens them for changing first. Nothing goes out by itself. */
export function RepliesTab({ profile, isInChat }: { profile: Output<'profiles.get'>; isInChat: boolean }) {
  const me = useAsk('staff.me', {})
  const [turn, setTurn] = useState(0)
  const [draft, setDraft] = useState<string | null>(null)
  const [note, setNote] = useState<{ level: 'info' | 'attention'; text: string } | null>(null)
  const replies = me.data ? repliesFor(profile, me.data.staff.name, me.data.store?.name ?? '门店') : []

  const send = async (text: string) => {
    try {
      if (isInChat) await wecom.sendText(text)
      else await platform.copy(text)
      setNote({ level: 'info', text: isInChat ? '已发到聊天' : '已复制，粘贴到聊天里发送' })
      setDraft(null)
    } catch (error) {
      setNote({ level: 'attention', text: `没有发出：${failureOf(error).message}` })
    }
  }
  const verb = isInChat ? '发送' : '复制'
  return (
    <View key={turn}>
      {note && <Notice level={note.level}>{note.text}</Notice>}
      {draft === null ? (
        <Button text="自己写一条" kind="plain" size="small" onTap={() => setDraft('')} />
      ) : (
        <View className="panel draft">
          <Textarea
            className="draft-text"
            value={draft}
            maxlength={TEXT_MAX}
            placeholder="写给客户的话"
            nativeProps={{ 'aria-label': '要发送的话' }}
            autoHeight
            onInput={event => setDraft(event.detail.value)}
          />
          <View className="draft-actions">
            <Button text="取消" kind="quiet" size="small" onTap={() => setDraft(null)} />
            <Button
              text="存为话术"
              kind="plain"
              size="small"
              isDisabled={draft.trim() === ''}
              onTap={() => {
                keepOwn(draft.trim())
                setNote({ level: 'info', text: '已存到「我的话术」' })
                setTurn(was => was + 1)
              }}
            />
            <Button text={verb} size="small" isDisabled={draft.trim() === ''} onTap={() => void send(draft.trim())} />
          </View>
        </View>
      )}
      {replies.map(reply => (
        <ReplyRow
          key={reply.key}
          reply={reply}
          verb={verb}
          onSend={() => void send(reply.text)}
          onEdit={() => setDraft(reply.text)}
          onDrop={() => {
            dropOwn(reply.key)
            setTurn(was => was + 1)
          }}
        />
      ))}
    </View>
  )
}

function ReplyRow({
  reply,
  verb,
  onSend,
  onEdit,
  onDrop,
}: {
  reply: Reply
  verb: string
  onSend: () => void
  onEdit: () => void
  onDrop: () => void
}) {
  return (
    <View className="reply">
      <View className="reply-title">{reply.title}</View>
      <View className="reply-text">{reply.text}</View>
      <View className="reply-actions">
        {reply.isOwn && (
          <Tap className="reply-act" label={`删除话术 ${reply.title}`} onTap={onDrop}>
            删除
          </Tap>
        )}
        <Tap className="reply-act" label={`改一下再发 ${reply.title}`} onTap={onEdit}>
          改一下
        </Tap>
        <Button text={verb} label={`${verb} ${reply.title}`} kind="plain" size="small" onTap={onSend} />
      </View>
    </View>
  )
}
