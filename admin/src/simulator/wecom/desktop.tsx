import { TeamOutlined, UserAddOutlined } from '@ant-design/icons'
import { Button, Select, Tooltip } from 'antd'
import { useEffect, useState } from 'react'
import { t } from '../../i18n.ts'
import { Avatar } from '../avatar.tsx'
import { type Person, type StaffChats, type StaffList, type Story, useAct, useAsk, type World } from '../calls.ts'
import { chatTime, summary } from '../words.ts'
import { StaffChat } from './staff-chat.tsx'

type Props = {
  person: Person
  world: World
  story: Story | undefined
  deeds: number
  onCalled(names: string[]): void
  onSidebar(): void
}

/** The WeCom client of one staff member: who waits, who wrote, and the sidebar beside the chat. */
export function Desktop({ person, world, story, deeds, onCalled, onSidebar }: Props) {
  const act = useAct()
  const [staffId, setStaffId] = useState<string | null>(null)
  const [openId, setOpenId] = useState<string | null>(null)
  const corp = useAsk<StaffList>('staff.list', {})
  const active = corp.data?.staff.filter(staff => !staff.hasLeft) ?? []
  const mine = staffId ?? active[0]?.userid ?? null
  const chats = useAsk<StaffChats>('staff.chats', mine ? { simStaff: mine } : null)
  const staff = active.find(one => one.userid === mine)
  const customer = chats.data?.customers.find(one => one.simUser === openId)

  // When the phone's person adds somebody, the desk turns to that staff member and opens the chat, as one's own eye would.
  const newest = story?.friends.at(-1)?.userid
  useEffect(() => {
    if (!newest) return
    setStaffId(newest)
    setOpenId(person.id)
  }, [newest, person.id])
  useEffect(() => {
    if (customer) onSidebar()
  }, [customer, onSidebar])

  return (
    <section className="sim-wecom" aria-label={t('企业微信', 'WeCom')}>
      <header className="sim-wecom-bar">
        <span className="sim-wecom-logo">
          <TeamOutlined /> {t('企业微信', 'WeCom')}
        </span>
        <Select
          size="small"
          showSearch
          value={mine ?? undefined}
          placeholder={t('选择店员', 'Choose staff')}
          aria-label={t('以哪位店员的身份', 'As which staff member')}
          popupMatchSelectWidth={260}
          optionFilterProp="label"
          options={active.map(one => ({
            value: one.userid,
            label: `${one.name}${one.position ? ` · ${one.position}` : ''} · ${one.contactCount} ${t('位客户', 'customers')}`,
          }))}
          onChange={value => {
            setStaffId(value)
            setOpenId(null)
          }}
        />
        {corp.data && (
          <Tooltip
            title={t(
              '企业购买的外部联系人规模。用满后，任何人都加不上店员，而二维码看不出异样。',
              'The external contacts that the corp bought. When it is full nobody can be added, and the codes look as before.',
            )}
          >
            <span className="sim-wecom-scale by-hide-narrow">
              {t('客户', 'Customers')} {corp.data.contactCount.toLocaleString()} / {corp.data.contactScale.toLocaleString()}
            </span>
          </Tooltip>
        )}
      </header>
      <div className="sim-wecom-body">
        <aside className={customer ? 'sim-wecom-list has-chat' : 'sim-wecom-list'}>
          {chats.data?.requests.map(request => (
            <div key={request.id} className="sim-request">
              <UserAddOutlined />
              <span className="by-clip">{t(`${request.name} 请求添加你`, `${request.name} asks to add you`)}</span>
              <Button size="small" type="primary" onClick={() => void act('staff.accept', { requestId: request.id })}>
                {t('通过', 'Accept')}
              </Button>
            </div>
          ))}
          {chats.data?.customers.map(one => (
            <button
              type="button"
              key={one.externalUserid}
              className={one.simUser === openId ? 'sim-chat-row is-on' : 'sim-chat-row'}
              onClick={() => setOpenId(one.simUser)}
            >
              <Avatar id={one.simUser} name={one.name} size={36} />
              <span className="sim-chat-words">
                <b>
                  <span className="by-clip">{one.remark || one.name}</span>
                  <small>{t('@微信', '@WeChat')}</small>
                  <time>{chatTime(one.last?.atMs ?? one.addedAtMs)}</time>
                </b>
                <span className="by-clip">
                  {summary(one.last) || (one.state ? t(`来自 ${one.state}`, `by ${one.state}`) : '')}
                </span>
              </span>
            </button>
          ))}
          {chats.data?.appMessages
            .slice(-3)
            .reverse()
            .map(message => (
              <div key={`${message.atMs}${message.text}`} className="sim-app-message">
                <b>{t('榕树 · 应用消息', 'Banyan · app message')}</b>
                <p>{message.text}</p>
              </div>
            ))}
          {chats.data && chats.data.customers.length === 0 && chats.data.requests.length === 0 && (
            <p className="sim-none">
              {t(
                `${staff?.name ?? '这位店员'}还没有客户。用手机扫一个码，新客户会出现在这里。`,
                `${staff?.name ?? 'This staff member'} has no customer yet. Scan a code with the phone.`,
              )}
            </p>
          )}
          {chats.data && chats.data.total > chats.data.customers.length && (
            <p className="sim-none">
              {t(
                `共 ${chats.data.total.toLocaleString()} 位，只列最近的 ${chats.data.customers.length} 位。`,
                `${chats.data.total.toLocaleString()} in all; the latest ${chats.data.customers.length} are shown.`,
              )}
            </p>
          )}
        </aside>
        {staff && customer ? (
          <StaffChat
            staff={staff}
            customer={customer}
            world={world}
            deeds={customer.simUser === person.id ? deeds : 0}
            tagGroups={chats.data?.tagGroups ?? []}
            onCalled={onCalled}
            back={() => setOpenId(null)}
          />
        ) : (
          <div className="sim-wecom-idle by-hide-narrow">
            <TeamOutlined />
            <p>{t('选一位客户，看看侧边栏怎么说他。', 'Choose a customer and see what the sidebar says.')}</p>
          </div>
        )}
      </div>
    </section>
  )
}
