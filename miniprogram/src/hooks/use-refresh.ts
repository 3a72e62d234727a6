import Taro, { useDidHide, useDidShow, usePullDownRefresh } from '@tarojs/taro'
import { useRef } from 'react'

/** Reads again when the page is pulled down, and when one comes back to it. */
export function useRefresh(...reloads: (() => Promise<unknown>)[]) {
  // A part that mounts after the page was shown does not hear that first showing, so hiding is what counts.
  const wasHidden = useRef(false)
  const all = () => Promise.all(reloads.map(reload => reload()))
  useDidHide(() => {
    wasHidden.current = true
  })
  useDidShow(() => {
    if (wasHidden.current) void all()
    wasHidden.current = false
  })
  usePullDownRefresh(() => {
    void all().finally(() => Taro.stopPullDownRefresh())
  })
}
