import { useDidHide, useDidShow } from '@tarojs/taro'
import { useEffect, useState } from 'react'

/** The time, again every `everyMs` while the page is seen. */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date())
  const isShown = useShown()
  useEffect(() => {
    if (!isShown) return
    setNow(new Date())
    const timer = setInterval(() => setNow(new Date()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs, isShown])
  return now
}

/** Whether the page is on the screen: nothing is asked for while it is not. */
export function useShown(): boolean {
  const [isShown, setShown] = useState(true)
  useDidShow(() => setShown(true))
  useDidHide(() => setShown(false))
  return isShown
}
