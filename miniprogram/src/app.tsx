import Taro, { useDidHide, useLaunch } from '@tarojs/taro'
import type { PropsWithChildren } from 'react'
import { rememberLanding } from './client/index.ts'
import { hideTracks } from './client/tracks.ts'
import './styles/app.scss'

export default function App({ children }: PropsWithChildren) {
  useLaunch(({ query }) => {
    rememberLanding({ ...query, ...(process.env.TARO_ENV === 'h5' ? parametersOf(location.search) : {}) })
    if (process.env.TARO_ENV === 'h5') sayWhenPageIsMissing()
  })
  useDidHide(hideTracks)
  return children
}

/** In H5 a link carries them before the page's own address. */
const parametersOf = (search: string) => Object.fromEntries(new URLSearchParams(search))

/** In H5 the code of a page is fetched when it is opened: without a network nothing would happen, so it is said. */
function sayWhenPageIsMissing() {
  window.addEventListener('unhandledrejection', event => {
    if ((event.reason as { name?: string } | null)?.name !== 'ChunkLoadError') return
    event.preventDefault()
    void Taro.showToast({ title: '网络连接不上，页面没有打开', icon: 'none' })
  })
}
