import { View } from '@tarojs/components'
import { useReachBottom } from '@tarojs/taro'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { CallFailure } from '../client/failure.ts'
import { failureOf } from '../client/failure.ts'
import { Button } from '../components/button.tsx'
import { Failure, Skeleton } from '../components/states.tsx'

const PAGE_SIZE = 20

type PageOf<T> = { items: T[]; total: number }

/** A long list, a page at a time as one scrolls. `fetchPage` must be stable (useCallback). */
export function usePages<T, P extends PageOf<T>>(fetchPage: (page: number, pageSize: number) => Promise<P>) {
  const [items, setItems] = useState<T[]>([])
  const [first, setFirst] = useState<P | null>(null)
  const [error, setError] = useState<CallFailure | null>(null)
  const [isLoading, setLoading] = useState(true)
  const nextPage = useRef(1)
  const turn = useRef(0)

  const load = useCallback(
    async (isFresh: boolean) => {
      if (isFresh) nextPage.current = 1
      const mine = ++turn.current
      setLoading(true)
      setError(null)
      try {
        const page = await fetchPage(nextPage.current, PAGE_SIZE)
        if (mine !== turn.current) return
        nextPage.current += 1
        setItems(was => (isFresh ? page.items : [...was, ...page.items]))
        if (isFresh) setFirst(page)
      } catch (thrown) {
        if (mine === turn.current) setError(failureOf(thrown))
      } finally {
        if (mine === turn.current) setLoading(false)
      }
    },
    [fetchPage],
  )

  useEffect(() => {
    void load(true)
  }, [load])

  const hasMore = first !== null && items.length < first.total
  useReachBottom(() => {
    if (hasMore && !isLoading && !error) void load(false)
  })
  return { items, first, error, isLoading, hasMore, more: () => load(false), reload: () => load(true) }
}

/** The foot of such a list: what is loading, what failed, or that this was all. */
export function PagesFoot({
  pages,
  skeleton,
}: {
  pages: ReturnType<typeof usePages<unknown, PageOf<unknown>>>
  skeleton?: number[]
}) {
  if (pages.error) return <Failure error={pages.error} onRetry={() => void (pages.first ? pages.more() : pages.reload())} />
  if (pages.isLoading) return <Skeleton heights={pages.first ? [56] : skeleton} />
  if (pages.hasMore) {
    return (
      <View className="section">
        <Button text="再看更早的" kind="plain" onTap={() => void pages.more()} />
      </View>
    )
  }
  return pages.items.length > 8 ? <View className="demo-mark">没有更早的了</View> : null
}
