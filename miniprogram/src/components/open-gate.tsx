import { View } from '@tarojs/components'
import { type PropsWithChildren, useEffect, useState } from 'react'
import { platform } from '../platform/index.ts'
import { Empty, Skeleton } from './states.tsx'

/** Lets a page in where WeChat (or the simulator) is there, and says plainly what to do where it is not. */
export function OpenGate({ children }: PropsWithChildren) {
  const [why, setWhy] = useState<'outsideWeChat' | 'asking' | null>(platform.name === 'weapp' ? null : 'asking')
  useEffect(() => {
    void platform.whyClosed().then(setWhy)
  }, [])
  if (why === 'asking') return <Skeleton heights={[220, 96]} />
  if (why === null) return children
  return (
    <View className="screen">
      <Empty title="请在微信里打开" text="会员中心要用微信登录。请打开微信，扫门店里的小程序码，或在微信里搜索品牌的小程序。" />
    </View>
  )
}
