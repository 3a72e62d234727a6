import './desk.css'
import './message-view.css'
import './phone/phone.css'
import './phone/pages.css'
import './wecom/wecom.css'
import './wire/wire.css'
import './less-room.css'
import { ReloadOutlined, UserAddOutlined } from '@ant-design/icons'
import { Button, Popconfirm, Result, Segmented, Select, Spin, Tag } from 'antd'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { currentLocale, setLocale, t } from '../i18n.ts'
import { EmptyState } from '../parts/states.tsx'
import { ask, type Person, type Story, useAct, useAsk, type World } from './calls.ts'
import { Phone, type PhoneTab } from './phone/phone.tsx'
import { StoryBar } from './story.tsx'
import { useLiveLog } from './use-live-log.ts'
import { Desktop } from './wecom/desktop.tsx'
import { Faults } from './wire/faults.tsx'
import { WireLog } from './wire/log.tsx'
import { madeUpPerson } from './words.ts'

type Face = 'phone' | 'wecom' | 'wire'
const PERSON_KEY = 'banyan.simulator.person'
const CALLS_KEY = 'banyan.simulator.calls.'
/** What a customer does that staff would want to see: the sidebar offers to be read again. */
const DEED = /^(members\.join|memberAuth\.phone|coupons\.(claim|buy|purchase)|orders\.)/

/** The desk: a phone, a WeCom window, the wire between them and the product, and a story to play. */
export function SimulatorPage() {
  const act = useAct()
  const world = useAsk<World>('world', {}, 15)
  const log = useLiveLog()
  const [personId, setPersonId] = useState(() => localStorage.getItem(PERSON_KEY))
  const [search, setSearch] = useState('')
  const [face, setFace] = useState<Face>('phone')
  const [tab, setTab] = useState<PhoneTab>('chats')
  const [isStoryOpen, setStoryOpen] = useState(true)
  const people = useAsk<{ total: number; items: Person[] }>('people.list', { search })
  const known = people.data?.items.find(person => person.id === personId)
  const [kept, setKept] = useState<Person | null>(null)
  const person = known ?? (kept?.id === personId ? kept : null)
  const story = useAsk<Story>('people.story', person ? { simUser: person.id } : null)
  const { calls, onCalled } = useCalls(person?.id ?? '')
  const [deeds, setDeeds] = useState(0)
  const onPhoneCalled = (names: string[]) => {
    onCalled(names)
    if (names.some(name => DEED.test(name))) setDeeds(count => count + 1)
  }

  useEffect(() => {
    document.title = t('模拟器 · Banyan 榕树', 'Simulator · Banyan')
  }, [])
  // Somebody must hold the phone: the one of last time, or the newest.
  useEffect(() => {
    if (person || !people.data) return
    const first = people.data.items[0]
    if (!personId) return void (first && setPersonId(first.id))
    ask<Person>('user', { id: personId }).then(
      user => setKept({ ...user, hasUnionid: true }),
      () => setPersonId(first?.id ?? null),
    )
  }, [person, people.data, personId])
  useEffect(() => {
    if (personId) localStorage.setItem(PERSON_KEY, personId)
  }, [personId])

  const add = async () => {
    const made = await act<Person>('people.add', madeUpPerson())
    if (!made) return
    setKept(made)
    setPersonId(made.id)
    setTab('chats')
    setFace('phone')
  }
  const begunAnew = () => {
    for (const key of Object.keys(localStorage)) if (key.startsWith(CALLS_KEY)) localStorage.removeItem(key)
    setPersonId(null)
  }
  const go = (place: PhoneTab) => {
    setFace('phone')
    setTab(place)
  }
  const onSidebar = useCallback(() => onCalled(['sidebar']), [onCalled])

  if (world.isError) {
    return (
      <Result
        status="warning"
        title={t('模拟器没有运行', 'The simulator is not running')}
        subTitle={t(
          '用 npm start 启动产品时，它会一起启动；生产环境 (NODE_ENV=production) 里没有模拟器。',
          'It starts with the product under npm start; there is none in production (NODE_ENV=production).',
        )}
        extra={<Button onClick={() => void world.refetch()}>{t('重试', 'Try again')}</Button>}
      />
    )
  }
  if (!person && !personId && people.data?.items.length === 0) {
    return (
      <div className="sim-wait">
        <EmptyState
          title={t('还没有人拿着手机', 'Nobody holds the phone yet')}
          text={t('加一位客户，再用他的手机扫一个活码。', 'Add a customer, then scan a live code with his phone.')}
          action={
            <Button type="primary" icon={<UserAddOutlined />} onClick={() => void add()}>
              {t('新客户', 'New customer')}
            </Button>
          }
        />
      </div>
    )
  }
  if (!world.data || !person) return <Spin className="sim-wait" size="large" />
  const options = [...(known || !person ? [] : [person]), ...(people.data?.items ?? [])].map(one => ({
    value: one.id,
    label: `${one.name}${one.phone ? ` · ${one.phone.slice(-4)}` : ''}`,
  }))
  return (
    <div className={`sim-desk is-${face}`}>
      <header className="sim-top">
        <a className="sim-brand" href="/admin/">
          <img src={`${import.meta.env.BASE_URL}banyan.svg`} width={22} height={22} alt="" /> {t('榕树', 'Banyan')}{' '}
          <span>{t('模拟器', 'Simulator')}</span>
        </a>
        <Tag variant="filled" color="green">
          {t('演示数据', 'Sample data')}
        </Tag>
        <span className="by-grow" />
        <Select
          className="sim-person"
          value={person.id}
          onChange={setPersonId}
          showSearch={{ filterOption: false, onSearch: setSearch }}
          options={options}
          aria-label={t('手机在谁手里', 'Who holds the phone')}
          prefix={t('手机:', 'Phone:')}
          notFoundContent={t(
            `没有这个人 (共 ${world.data.peopleCount.toLocaleString()} 人)`,
            `Nobody (of ${world.data.peopleCount.toLocaleString()})`,
          )}
        />
        <Button icon={<UserAddOutlined />} onClick={() => void add()}>
          {t('新客户', 'New customer')}
        </Button>
        <Button type="text" onClick={() => setLocale(currentLocale() === 'zh' ? 'en' : 'zh')}>
          {currentLocale() === 'zh' ? 'EN' : '中'}
        </Button>
        <Popconfirm
          title={t('让模拟的微信世界重新开始？', 'Begin the simulated WeChat world anew?')}
          description={t(
            '聊天、好友、关注、订单和故障开关会清空；已建的活码和模板保留。产品里的客户不受影响，下一次对账会把消失的好友记为流失。',
            'Chats, friends, followers, orders and fault switches go; live codes and templates stay. People in the product stay too; the next reconcile counts friends who vanished as lost.',
          )}
          okText={t('重新开始', 'Begin anew')}
          cancelText={t('取消', 'Cancel')}
          placement="bottomRight"
          onConfirm={() => act('reset').then(begunAnew)}
        >
          <Button icon={<ReloadOutlined />} aria-label={t('重新开始', 'Begin anew')} title={t('重新开始', 'Begin anew')} />
        </Popconfirm>
      </header>
      <StoryBar story={story.data} calls={calls} go={go} isOpen={isStoryOpen} toggle={() => setStoryOpen(!isStoryOpen)} />
      <Segmented<Face>
        className="sim-faces"
        block
        value={face}
        onChange={value => setFace(value)}
        options={[
          { value: 'phone', label: t('手机', 'Phone') },
          { value: 'wecom', label: t('企业微信', 'WeCom') },
          { value: 'wire', label: t('线路', 'Wire') },
        ]}
      />
      <main className="sim-main">
        <div className="sim-place is-phone">
          <Phone person={person} world={world.data} tab={tab} setTab={setTab} onCalled={onPhoneCalled} />
        </div>
        <div className="sim-place is-wecom">
          <Desktop
            person={person}
            world={world.data}
            story={story.data}
            deeds={deeds}
            onCalled={onCalled}
            onSidebar={onSidebar}
          />
        </div>
        <div className="sim-place is-wire">
          <WireLog log={log} />
          <Faults world={world.data} />
        </div>
      </main>
    </div>
  )
}

/** What was called inside the two frames while this person held the phone; kept as long as who held it. */
function useCalls(personId: string) {
  const key = `${CALLS_KEY}${personId}`
  const [byPerson, setByPerson] = useState<Record<string, string[]>>({})
  const calls = useMemo(
    () => new Set(byPerson[key] ?? (JSON.parse(localStorage.getItem(key) ?? '[]') as string[])),
    [byPerson, key],
  )
  const onCalled = useCallback(
    (names: string[]) =>
      setByPerson(before => {
        const known = before[key] ?? (JSON.parse(localStorage.getItem(key) ?? '[]') as string[])
        const all = [...new Set([...known, ...names])]
        if (all.length === known.length) return before
        localStorage.setItem(key, JSON.stringify(all))
        return { ...before, [key]: all }
      }),
    [key],
  )
  return { calls, onCalled }
}
