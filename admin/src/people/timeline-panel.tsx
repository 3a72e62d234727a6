import {
  EditOutlined,
  EyeOutlined,
  GiftOutlined,
  IdcardOutlined,
  MessageOutlined,
  RiseOutlined,
  RollbackOutlined,
  SafetyOutlined,
  ShoppingOutlined,
  StarOutlined,
  UserAddOutlined,
} from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import { call, type Output } from '../api/call.ts'
import { keyOf } from '../api/hooks.ts'
import { adminPath } from '../app/running-work.tsx'
import { exactTime, money, zoned } from '../format.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'

type Entry = Output<'profiles.timeline'>['items'][number]
type Kind = Entry['kind']

const icons: Record<Kind, ReactNode> = {
  track: <EyeOutlined />,
  order: <ShoppingOutlined />,
  refund: <RollbackOutlined />,
  coupon: <GiftOutlined />,
  points: <StarOutlined />,
  message: <MessageOutlined />,
  contact: <UserAddOutlined />,
  identity: <IdcardOutlined />,
  consent: <SafetyOutlined />,
  member: <EditOutlined />,
  stage: <RiseOutlined />,
}

const views = (): { key: string; label: string; kinds?: Kind[] }[] => [
  { key: 'all', label: t('全部', 'All') },
  { key: 'buy', label: t('购买', 'Purchases'), kinds: ['order', 'refund'] },
  { key: 'rewards', label: t('券与积分', 'Rewards'), kinds: ['coupon', 'points', 'member', 'stage'] },
  { key: 'touch', label: t('沟通', 'Messages'), kinds: ['message', 'contact', 'consent'] },
  { key: 'tracks', label: t('行为', 'Tracks'), kinds: ['track'] },
  { key: 'identity', label: t('身份', 'Identity'), kinds: ['identity'] },
]

/** What happened with him, newest first, more as one goes down. */
export function TimelinePanel({ personId }: { personId: number }) {
  const [view, setView] = useState('all')
  const kinds = views().find(one => one.key === view)?.kinds
  const timeline = useInfiniteQuery({
    queryKey: keyOf('profiles.timeline', { personId, kinds }),
    queryFn: ({ pageParam, signal }) =>
      call('profiles.timeline', { personId, limit: 30, ...(kinds ? { kinds } : {}), ...pageParam }, { signal }),
    initialPageParam: {} as { before?: string; beforeId?: string },
    getNextPageParam: page => {
      const last = page.hasMore ? page.items.at(-1) : undefined
      return last && { before: last.at, beforeId: last.id }
    },
  })
  const entries = timeline.data?.pages.flatMap(page => page.items)
  return (
    <Panel
      title={t('时间线', 'Timeline')}
      isFlush
      extra={
        <div style={{ overflowX: 'auto', maxWidth: '100%' }}>
          <Segmented
            size="small"
            value={view}
            onChange={setView}
            options={views().map(({ key, label }) => ({ value: key, label }))}
          />
        </div>
      }
    >
      <Loaded of={{ ...timeline, data: entries }}>
        {items =>
          items.length === 0 ? (
            <EmptyState
              title={t('这里还没有记录', 'Nothing here yet')}
              text={t(
                '他的购买、领券、收到的消息和在小程序里的行为会出现在这里。',
                'Purchases, coupons, messages and behaviour appear here.',
              )}
            />
          ) : (
            <>
              <ol className="by-timeline">
                {items.map((entry, index) => (
                  <Line key={entry.id} entry={entry} previous={items[index - 1]} />
                ))}
              </ol>
              {timeline.hasNextPage && (
                <div style={{ textAlign: 'center', paddingBottom: 16 }}>
                  <Button onClick={() => void timeline.fetchNextPage()} loading={timeline.isFetchingNextPage}>
                    {t('更早的记录', 'Earlier')}
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Loaded>
    </Panel>
  )
}

function Line({ entry, previous }: { entry: Entry; previous: Entry | undefined }) {
  const day = zoned(entry.at).format('YYYY-MM-DD')
  const isNewDay = !previous || zoned(previous.at).format('YYYY-MM-DD') !== day
  const dot = entry.kind === 'order' ? 'is-money' : entry.kind === 'refund' ? 'is-loss' : ''
  return (
    <>
      {isNewDay && (
        <li style={{ display: 'block', paddingBottom: 0 }}>
          <div className="day">{day}</div>
        </li>
      )}
      <li>
        <span className={`dot ${dot}`}>{icons[entry.kind]}</span>
        <div className="by-stack-xs">
          <span style={{ overflowWrap: 'anywhere' }}>
            {entry.link ? <Link to={adminPath(entry.link)}>{entry.title}</Link> : entry.title}
          </span>
          {entry.detail && (
            <span className="by-small by-soft" style={{ overflowWrap: 'anywhere' }}>
              {entry.detail}
            </span>
          )}
        </div>
        <div style={{ textAlign: 'right' }} className="by-stack-xs">
          {entry.amountFen != null && <b className="by-num">{money(entry.amountFen)}</b>}
          <time className="by-small by-faint by-num" dateTime={entry.at} title={exactTime(entry.at)}>
            {zoned(entry.at).format('HH:mm')}
          </time>
        </div>
      </li>
    </>
  )
}
