import { EllipsisOutlined } from '@ant-design/icons'
import { useEffect, useRef } from 'react'
import { t } from '../../i18n.ts'
import type { Opened } from './phone.tsx'

/** A mini program (or a web page from a message) inside the phone. The frame is remounted for another person, app or page. */
export function MiniProgram({
  opened,
  userId,
  appName,
  close,
  onCalled,
}: {
  opened: Opened
  userId: string
  appName: string
  close(): void
  onCalled(names: string[]): void
}) {
  const frame = useRef<HTMLIFrameElement>(null)
  const src = addressOf(opened, userId)
  useFrameCalls(frame, onCalled)
  return (
    <div className="sim-mini">
      <div className="sim-capsule">
        <button
          type="button"
          aria-label={t('重新进入', 'Enter again')}
          title={t('重新进入', 'Enter again')}
          onClick={() => frame.current?.contentWindow?.location.reload()}
        >
          <EllipsisOutlined />
        </button>
        <button type="button" aria-label={t(`关闭${appName}`, `Close ${appName}`)} title={t('关闭', 'Close')} onClick={close}>
          <span />
        </button>
      </div>
      <iframe key={src} ref={frame} title={appName} src={src} />
    </div>
  )
}

/** The H5 build of the mini program; who plays stands before the hash, so that navigation inside keeps it. */
function addressOf(opened: Opened, userId: string): string {
  if (opened.kind === 'web') return opened.url
  const page = (opened.page || 'pages/home/index').replace(/^\//, '')
  const who = new URLSearchParams({ simUser: userId, appId: opened.appId })
  return `/m/?${who}#/${page}`
}

/** Names of the product's endpoints that the page inside has called with success: what lets the story tick itself off. */
export function useFrameCalls(frame: React.RefObject<HTMLIFrameElement | null>, onCalled: (names: string[]) => void) {
  const tell = useRef(onCalled)
  tell.current = onCalled
  useEffect(() => {
    const timer = setInterval(() => {
      const names = calledSince(frame.current?.contentWindow)
      if (names.length > 0) tell.current(names)
    }, 800)
    return () => clearInterval(timer)
  }, [frame])
}

/** The browser's own record of the frame's requests; emptied after reading, since it stops at 250 entries. */
function calledSince(inside: Window | null | undefined): string[] {
  try {
    const entries = (inside?.performance.getEntriesByType('resource') ?? []) as (PerformanceResourceTiming & {
      responseStatus?: number
    })[]
    inside?.performance.clearResourceTimings()
    return entries
      .filter(entry => (entry.responseStatus ?? 200) < 400)
      .flatMap(entry => /\/api\/([a-zA-Z]+\.[a-zA-Z]+)$/.exec(entry.name)?.[1] ?? [])
  } catch {
    return [] // a page of another origin keeps its own counsel
  }
}
