import { Text, View } from '@tarojs/components'
import { useCallback } from 'react'
import { call, type Output } from '../../client/index.ts'
import { OpenGate } from '../../components/open-gate.tsx'
import { Screen } from '../../components/screen.tsx'
import { Empty } from '../../components/states.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { PagesFoot, usePages } from '../../hooks/use-pages.tsx'
import { useRefresh } from '../../hooks/use-refresh.ts'
import { count, day, exact, signed } from '../../words.ts'

type Answer = Output<'points.mine'>
type Posting = Answer['items'][number]

export default function PointsPage() {
  return (
    <OpenGate>
      <Points />
    </OpenGate>
  )
}

function Points() {
  const now = useNow(60_000)
  const pages = usePages<Posting, Answer>(useCallback((page, pageSize) => call('points.mine', { page, pageSize }), []))
  useRefresh(pages.reload)
  return (
    <Screen title="积分明细">
      {pages.first && <Balance balance={pages.first.balance} now={now} />}
      {pages.first && pages.items.length === 0 ? (
        <Empty title="还没有积分记录" text="消费、入会和活动得到的积分，用掉和过期的积分，都会一笔一笔记在这里。" />
      ) : (
        pages.first && (
          <View className="section panel">
            {pages.items.map(posting => (
              <PostingRow key={posting.id} posting={posting} now={now} />
            ))}
          </View>
        )
      )}
      <PagesFoot pages={pages} skeleton={[112, 64, 64, 64]} />
    </Screen>
  )
}

function Balance({ balance, now }: { balance: Answer['balance']; now: Date }) {
  return (
    <View className="balance">
      <View className="muted small">可用积分</View>
      <View className="balance-value">{count(balance.available)}</View>
      <View className="balance-parts">
        {balance.pending > 0 && <Text>待生效 {count(balance.pending)}</Text>}
        {balance.frozen > 0 && <Text>冻结 {count(balance.frozen)}</Text>}
        {balance.debt > 0 && <Text className="is-alert">退货待抵扣 {count(balance.debt)}，下次获得时先抵</Text>}
        {balance.expiringSoon > 0 && balance.expiringAt && (
          <Text className="is-alert">
            {count(balance.expiringSoon)} 分将在 {day(balance.expiringAt, now)}过期
          </Text>
        )}
      </View>
    </View>
  )
}

function PostingRow({ posting, now }: { posting: Posting; now: Date }) {
  const isFreeze = posting.kind === 'freeze' || posting.kind === 'release'
  const shown = isFreeze ? posting.frozenPoints : posting.points
  const waits = posting.availableFrom !== null && new Date(posting.availableFrom) > now
  return (
    <View className="posting">
      <View className="posting-words">
        <View>{posting.reason}</View>
        <View className="row-note">{exact(posting.at)}</View>
        {waits && posting.availableFrom && <View className="row-note">{day(posting.availableFrom, now)}起可用</View>}
        {posting.points > 0 && posting.expiresAt && (
          <View className="row-note">{day(new Date(new Date(posting.expiresAt).getTime() - 1).toISOString(), now)}到期</View>
        )}
      </View>
      <View>
        <View className={`posting-points ${shown > 0 && !isFreeze ? 'is-in' : ''}`}>
          {isFreeze ? `${posting.kind === 'freeze' ? '冻结' : '解冻'} ${count(Math.abs(shown))}` : signed(shown)}
        </View>
        <View className="row-note figures posting-balance">余额 {count(posting.balanceAfter)}</View>
      </View>
    </View>
  )
}
