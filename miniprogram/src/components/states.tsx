import { Text, View } from '@tarojs/components'
import type { PropsWithChildren, ReactNode } from 'react'
import type { CallFailure } from '../client/failure.ts'
import type { Asked } from '../client/use.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

/** Grey blocks in the shape of what is coming. */
export function Skeleton({ heights = [96, 96, 96] }: { heights?: number[] }) {
  return (
    <View className="skeleton" role="status" aria-label="正在加载">
      {heights.map((height, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks never move
        <View key={index} className="skeleton-block" style={{ height: `${height}px` }} />
      ))}
    </View>
  )
}

/** Nothing here: what belongs here, and how it starts. */
export function Empty({ title, text, action }: { title: string; text?: string; action?: ReactNode }) {
  return (
    <View className="state">
      <View className="state-title">{title}</View>
      {text && <View className="state-text">{text}</View>}
      {action && <View className="state-action">{action}</View>}
    </View>
  )
}

/** It did not work: what happened, why, what to do now, and the number that support can find. */
export function Failure({ error, onRetry }: { error: CallFailure; onRetry?: () => void }) {
  const isNetwork = error.status === 0
  return (
    <View className="state" role="alert">
      <Icon name={isNetwork ? 'wifi' : 'alert'} size={28} className="state-icon" />
      <View className="state-title">{isNetwork ? '网络不太顺畅' : '没有打开'}</View>
      <View className="state-text">{error.message}</View>
      {error.requestId && error.status >= 500 && <View className="state-note">编号 {error.requestId.slice(0, 8)}</View>}
      {onRetry && (
        <View className="state-action">
          <Button text="再试一次" kind="plain" size="small" onTap={onRetry} />
        </View>
      )}
    </View>
  )
}

/** One line that sits where the matter is. */
export function Notice({ level = 'info', children }: PropsWithChildren<{ level?: 'info' | 'attention' | 'danger' }>) {
  return (
    <View className={`notice is-${level}`} role={level === 'info' ? 'status' : 'alert'}>
      <Text>{children}</Text>
    </View>
  )
}

/** A read in its four states: skeleton, failure, content (with a word when it is from an earlier visit). */
export function Loaded<T>({
  asked,
  skeleton,
  children,
}: {
  asked: Asked<T>
  skeleton?: number[]
  children: (data: T) => ReactNode
}) {
  if (asked.data === undefined) {
    return asked.error && !asked.isLoading ? (
      <Failure error={asked.error} onRetry={asked.reload} />
    ) : (
      <Skeleton heights={skeleton} />
    )
  }
  return (
    <>
      {asked.error && (
        <View className="stale" role="status">
          <Text>没有刷新成功，显示的是上次的内容</Text>
          <Button text="刷新" kind="quiet" size="small" onTap={() => void asked.reload()} />
        </View>
      )}
      {children(asked.data)}
    </>
  )
}
