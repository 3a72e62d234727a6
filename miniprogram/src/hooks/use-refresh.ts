import Taro, { useDidShow, usePullDownRefresh } from '@tarojs/taro'
import { useRef } from 'react'

/** Reads again when the page is pulled down, and when one comes back to it. */
export function useRefresh(...reloads: (() => Promise<unknown>)[]) {
  const isFirst = useRef(true)
  const all = () => Promise.all(reloads.map(reload => reload()))
  useDidShow(() => {
    if (isFirst.current) isFirst.current = false
    else void all()
  })
  usePullDownRefresh(() => {
    void all().finally(() => Taro.stopPullDownRefresh())
  })
}
