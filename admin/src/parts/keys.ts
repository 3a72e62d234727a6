import { useEffect, useRef } from 'react'

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

/** Lists on the page take `/`; without one the layout's own search does. */
const slashTakers: (() => void)[] = []

export function useSlash(focus: () => void) {
  const latest = useRef(focus)
  latest.current = focus
  useEffect(() => {
    const taker = () => latest.current()
    slashTakers.push(taker)
    return () => void slashTakers.splice(slashTakers.indexOf(taker), 1)
  }, [])
}

/** `/` goes to the page's search, `Ctrl K` or `⌘ K` to everywhere. Mounted once, by the layout. */
export function useJumpKeys(openPalette: () => void) {
  const latest = useRef(openPalette)
  latest.current = openPalette
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        latest.current()
      } else if (event.key === '/' && !isTyping(event.target)) {
        event.preventDefault()
        const taker = slashTakers.at(-1)
        taker ? taker() : latest.current()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
