import { View } from '@tarojs/components'
import { useRouter } from '@tarojs/taro'
import { type PropsWithChildren, useEffect, useState } from 'react'
import { tellOpened } from '../client/index.ts'
import { platform } from '../platform/index.ts'
import { Button } from './button.tsx'
import { Empty, Skeleton } from './states.tsx'

/** Lets a page in where WeChat (or the simulator) is there, and says plainly what to do where it is not. */
export function OpenGate({ children }: PropsWithChildren) {
  const [why, setWhy] = useState<'outsideWeChat' | 'asking' | null>(platform.name === 'weapp' ? null : 'asking')
  const [demo, setDemo] = useState<string | null>(null)
  useEffect(() => {
    void platform.whyClosed().then(async closed => {
      setWhy(closed)
      if (closed) setDemo(await platform.demoAddress())
    })
  }, [])
  const { m: messageCode } = useRouter().params
  useEffect(() => {
    if (why === null) void tellOpened(messageCode)
  }, [why, messageCode])
  if (why === 'asking') return <Skeleton heights={[220, 96]} />
  if (why === null) return children
  return (
    <View className="screen">
      <Empty
        title="请在微信里打开"
        text="会员中心要用微信登录。请打开微信，扫门店里的小程序码，或在微信里搜索品牌的小程序。"
        action={demo && <Button text="打开演示" kind="plain" onTap={() => location.assign(demo)} />}
      />
    </View>
  )
}
