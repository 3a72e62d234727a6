import { Text, View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import { type PropsWithChildren, type ReactNode, useEffect, useState } from 'react'
import { Icon, type IconName } from '../components/icon.tsx'
import { Failure, Skeleton } from '../components/states.tsx'
import { Tap } from '../components/tap.tsx'
import { platform } from '../platform/index.ts'
import './sidebar.scss'
import { useAsk } from './staff.ts'

type Place = 'index' | 'redeem' | 'find' | 'board'

const PLACES: { key: Place; text: string; icon: IconName }[] = [
  { key: 'index', text: '客户', icon: 'person' },
  { key: 'redeem', text: '核销', icon: 'ticket' },
  { key: 'find', text: '找人', icon: 'search' },
  { key: 'board', text: '看板', icon: 'chart' },
]

/** The sidebar's frame: four places at the foot; a page below one of them has a way back instead. */
export function Shell({
  place,
  title,
  footer,
  children,
}: PropsWithChildren<{ place: Place; title?: string; footer?: ReactNode }>) {
  const me = useAsk('staff.me', {})
  const isOnline = useOnline()
  if (!me.data) {
    return (
      <View className="screen side">
        {me.error && !me.isLoading ? <Failure error={me.error} onRetry={me.reload} /> : <Skeleton heights={[120, 64, 64]} />}
      </View>
    )
  }
  return (
    <View className="screen side has-footer">
      {title && (
        <View className="bar">
          <Tap
            className="bar-back"
            label="返回"
            onTap={() => void Taro.navigateBack().catch(() => Taro.reLaunch({ url: '/sidebar/index' }))}
          >
            <Icon name="back" size={22} />
          </Tap>
          <View className="bar-title" role="heading" aria-level={1}>
            {title}
          </View>
        </View>
      )}
      {!isOnline && (
        <View className="offline" role="status">
          <Icon name="wifi" size={16} />
          <Text>没有网络，显示的是上次的内容</Text>
        </View>
      )}
      <View className="side-body">
        {children}
        {me.data.brand?.isDemo && <View className="demo-mark">演示数据</View>}
      </View>
      {footer ? <View className="foot">{footer}</View> : <Places place={place} />}
    </View>
  )
}

function Places({ place }: { place: Place }) {
  return (
    <View className="places" role="navigation">
      {PLACES.map(({ key, text, icon }) => (
        <Tap
          key={key}
          role="link"
          className={`place ${key === place ? 'is-on' : ''}`}
          label={key === place ? `${text}，当前页` : text}
          onTap={() => key !== place && void Taro.reLaunch({ url: `/sidebar/${key}` })}
        >
          <Icon name={icon} size={20} />
          <Text>{text}</Text>
        </Tap>
      ))}
    </View>
  )
}

function useOnline(): boolean {
  const [isOnline, setOnline] = useState(navigator.onLine)
  useEffect(() => platform.onNetwork(setOnline), [])
  return isOnline
}
