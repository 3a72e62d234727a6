import { Text, View } from '@tarojs/components'
import Taro, { useRouter } from '@tarojs/taro'
import { type PropsWithChildren, type ReactNode, useEffect, useRef, useState } from 'react'
import { isDemoBrand } from '../client/index.ts'
import { trackPage } from '../client/tracks.ts'
import { useShown } from '../hooks/use-now.ts'
import { platform } from '../platform/index.ts'
import { Icon } from './icon.tsx'
import { Tap } from './tap.tsx'

/** Titles that come from the server arrive by then. */
const TITLE_SETTLES_MS = 1_000

type ScreenProps = PropsWithChildren<{
  title: string
  /** The first page has nowhere to go back to. */
  isRoot?: boolean
  /** Stays at the thumb: the one thing to do. */
  footer?: ReactNode
  className?: string
}>

/** The frame of every page: a title bar where the platform draws none, the network's state, content, whether it is made up, a foot at the thumb. */
export function Screen({ title, isRoot = false, footer, className = '', children }: ScreenProps) {
  const isOnline = useOnline()
  useEffect(() => {
    void Taro.setNavigationBarTitle({ title })
  }, [title])
  useTracked(title)

  return (
    <View className={`screen ${footer ? 'has-footer' : ''} ${className}`}>
      {platform.name === 'h5' && (
        <View className="bar">
          {!isRoot && (
            <Tap className="bar-back" label="返回" onTap={goBack}>
              <Icon name="back" size={22} />
            </Tap>
          )}
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
      {children}
      {isDemoBrand() && <View className="demo-mark">演示数据</View>}
      {footer && <View className="foot">{footer}</View>}
    </View>
  )
}

/** One page back; home when this page was opened directly. */
export function goBack() {
  if (Taro.getCurrentPages().length > 1) void Taro.navigateBack()
  else void Taro.reLaunch({ url: '/pages/home/index' })
}

/** Each showing of the page counts once, under the title it had a moment later. */
function useTracked(title: string) {
  const latest = useRef(title)
  latest.current = title
  const { path } = useRouter()
  const isShown = useShown()
  useEffect(() => {
    if (!isShown) return
    const timer = setTimeout(() => trackPage(path.split('?')[0]?.replace(/^\//, '') ?? '', latest.current), TITLE_SETTLES_MS)
    return () => clearTimeout(timer)
  }, [isShown, path])
}

function useOnline(): boolean {
  const [isOnline, setOnline] = useState(true)
  useEffect(() => {
    void platform.isOnline().then(setOnline)
    return platform.onNetwork(setOnline)
  }, [])
  return isOnline
}
