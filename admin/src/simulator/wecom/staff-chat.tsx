import { LeftOutlined, MoreOutlined } from '@ant-design/icons'
import { App, Dropdown, Input, Segmented } from 'antd'
import { useRef, useState } from 'react'
import { t } from '../../i18n.ts'
import { type ChatMessage, type Customer, type Staff, type StaffChats, useAct, useAsk, type World } from '../calls.ts'
import { Messages } from '../message-view.tsx'
import { useFrameCalls } from '../phone/mini-program.tsx'
import { useBottom } from '../use-bottom.ts'

type Props = {
  staff: Staff
  customer: Customer
  world: World
  tagGroups: StaffChats['tagGroups']
  deeds: number
  onCalled(names: string[]): void
  back(): void
}

/** One chat of a staff member with the product's sidebar beside it, 360 px wide as in the real client. */
export function StaffChat({ staff, customer, world, tagGroups, deeds, onCalled, back }: Props) {
  const act = useAct()
  const { modal } = App.useApp()
  const [text, setText] = useState('')
  const [side, setSide] = useState<'chat' | 'sidebar'>('sidebar')
  const [seenDeeds, setSeenDeeds] = useState(deeds)
  const frame = useRef<HTMLIFrameElement>(null)
  const who = { simStaff: staff.userid, simUser: customer.simUser }
  const chat = useAsk<{ isFriend: boolean; messages: ChatMessage[] }>('staff.chat', who)
  const messages = chat.data?.messages ?? []
  const list = useBottom(messages.length, customer.simUser)
  useFrameCalls(frame, names => {
    onCalled(names)
    if (names.includes('profiles.get')) setSeenDeeds(deeds)
  })

  const say = async () => {
    if (text.trim() && (await act('staff.write', { ...who, text }))) setText('')
  }
  const reread = () => {
    setSeenDeeds(deeds)
    frame.current?.contentWindow?.location.reload()
  }
  const rename = () => {
    let remark = customer.remark
    modal.confirm({
      title: t(
        '修改备注 (在企业微信里手工改，会触发 edit_external_contact)',
        'Change the remark (by hand in WeCom: it causes edit_external_contact)',
      ),
      content: <Input defaultValue={remark} maxLength={20} showCount onChange={event => (remark = event.target.value)} />,
      okText: t('保存备注', 'Save the remark'),
      cancelText: t('取消', 'Cancel'),
      onOk: () => act('staff.edit', { ...who, remark }),
    })
  }
  const tags = tagGroups.flatMap(group => group.tag.map(tag => ({ ...tag, group: group.group_name })))
  const menu = [
    { key: 'remark', label: t('修改备注', 'Change the remark'), onClick: rename },
    {
      key: 'tags',
      label: t('企业标签', 'Corporate tags'),
      children: tags.slice(0, 40).map(tag => {
        const isOn = customer.tagIds.includes(tag.id)
        const tagIds = isOn ? customer.tagIds.filter(id => id !== tag.id) : [...customer.tagIds, tag.id]
        return {
          key: tag.id,
          label: `${isOn ? '✓ ' : ''}${tag.group} · ${tag.name}`,
          onClick: () => void act('staff.edit', { ...who, tagIds }),
        }
      }),
    },
    { key: 'remove', label: t('删除客户', 'Delete the customer'), danger: true, onClick: () => void act('staff.remove', who) },
  ]
  const appName = (appId: string) => world.miniPrograms.find(app => app.appId === appId)?.name ?? t('小程序', 'Mini program')
  const tagNames = tags.filter(tag => customer.tagIds.includes(tag.id)).map(tag => tag.name)
  const src = `/m/?${new URLSearchParams({ simStaff: staff.userid, simContact: customer.externalUserid })}#/sidebar/index`
  return (
    <>
      <div className={side === 'chat' ? 'sim-staff-chat' : 'sim-staff-chat is-behind'}>
        <header className="sim-head is-chat">
          <button
            type="button"
            aria-label={t('返回客户列表', 'Back to the customers')}
            className="sim-only-narrow"
            onClick={back}
          >
            <LeftOutlined />
          </button>
          <span className="by-clip">
            {customer.remark || customer.name} <small>{t('@微信', '@WeChat')}</small>
            {tagNames.map(name => (
              <em key={name}>{name}</em>
            ))}
          </span>
          <Dropdown menu={{ items: menu }} trigger={['click']}>
            <button type="button" aria-label={t('更多', 'More')}>
              <MoreOutlined />
            </button>
          </Dropdown>
        </header>
        <div className="sim-scroll is-chat" ref={list}>
          <Messages
            messages={messages}
            them={{ id: customer.simUser, name: customer.name }}
            me={{ id: staff.userid, name: staff.name }}
            viewer="staff"
            appName={appName}
            open={() => {}}
          />
        </div>
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
            placeholder={t(`以${staff.name}的身份回复`, `Reply as ${staff.name}`)}
            aria-label={t('回复客户', 'Reply')}
            maxLength={500}
          />
          <button type="submit" disabled={!text.trim()}>
            {t('发送', 'Send')}
          </button>
        </form>
      </div>
      <div className={side === 'sidebar' ? 'sim-sidebar' : 'sim-sidebar is-behind'}>
        <div className="sim-sidebar-bar">
          <span>
            <i /> {t('榕树 · 客户画像', 'Banyan · profile')}
          </span>
          <button type="button" className={deeds > seenDeeds ? 'sim-text-button is-news' : 'sim-text-button'} onClick={reread}>
            {deeds > seenDeeds ? t('客户刚有新动作，刷新', 'Something new: reload') : t('刷新', 'Reload')}
          </button>
        </div>
        <iframe key={src} ref={frame} title={t('侧边栏', 'Sidebar')} src={src} />
      </div>
      <Segmented<'chat' | 'sidebar'>
        className="sim-wecom-switch"
        block
        value={side}
        onChange={value => setSide(value)}
        options={[
          { value: 'chat', label: t('聊天', 'Chat') },
          { value: 'sidebar', label: t('侧边栏', 'Sidebar') },
        ]}
      />
    </>
  )
}
