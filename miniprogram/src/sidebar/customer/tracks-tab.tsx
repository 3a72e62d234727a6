import { Text, View } from '@tarojs/components'
import { useCallback, useEffect, useState } from 'react'
import { type CallFailure, failureOf } from '../../client/failure.ts'
import type { Output } from '../../client/types.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Failure, Skeleton } from '../../components/states.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { ago } from '../../words.ts'
import { staffCall } from '../staff.ts'

type Entry = Output<'profiles.timeline'>['items'][number]

const KIND: Record<Entry['kind'], string> = {
  track: '行为',
  order: '订单',
  refund: '退款',
  coupon: '优惠券',
  points: '积分',
  message: '触达',
  contact: '企微',
  identity: '身份',
  consent: '授权',
  member: '会员',
  stage: '阶段',
}

/** What he did lately, newest first, further back on demand. */
export function TracksTab({ personId }: { personId: number }) {
  const now = useNow(60_000)
  const [entries, setEntries] = useState<Entry[]>([])
  const [hasMore, setMore] = useState(false)
  const [isLoading, setLoading] = useState(true)
  const [error, setError] = useState<CallFailure | null>(null)

  const load = useCallback(
    async (last?: Entry) => {
      setLoading(true)
      setError(null)
      try {
        const page = await staffCall('profiles.timeline', { personId, before: last?.at, beforeId: last?.id, limit: 20 })
        setEntries(was => (last ? [...was, ...page.items] : page.items))
        setMore(page.hasMore)
      } catch (thrown) {
        setError(failureOf(thrown))
      } finally {
        setLoading(false)
      }
    },
    [personId],
  )
  useEffect(() => {
    void load()
  }, [load])

  if (error && entries.length === 0) return <Failure error={error} onRetry={() => void load()} />
  if (isLoading && entries.length === 0) return <Skeleton heights={[44, 44, 44, 44]} />
  if (entries.length === 0) return <Empty title="还没有动态" text="浏览、领券、购买、收到的消息，都会按时间排在这里。" />
  return (
    <>
      {entries.map(entry => (
        <View key={entry.id} className="track">
          <Text className={`track-kind is-${entry.kind}`}>{KIND[entry.kind]}</Text>
          <View className="track-words">
            <View>{entry.title}</View>
            {entry.detail && <View className="muted small">{entry.detail}</View>}
          </View>
          <Text className="muted small track-time">{ago(entry.at, now)}</Text>
        </View>
      ))}
      {error && <Failure error={error} onRetry={() => void load(entries.at(-1))} />}
      {hasMore && !error && (
        <Button text="再看更早的" kind="quiet" size="small" isBusy={isLoading} onTap={() => void load(entries.at(-1))} />
      )}
    </>
  )
}
