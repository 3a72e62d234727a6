import { type Outcome, type TrackQueue, trackQueue, type Value, type WaitingTrack } from './track-queue.ts'

/**
 * The SDK for web pages, served as /sdk/tracks.js:
 *
 *   <script async src="https://scrm.example.com/sdk/tracks.js" data-key="ck_..."></script>
 *   banyan.allow(true)                                   // once the visitor agreed; it is remembered
 *   banyan.track('quiz_done', { skin: 'dry' })
 *   <button data-track="quiz_started" data-track-source="banner">
 *
 * Page views and clicks on elements with `data-track` are told by themselves. Nothing is kept or sent before the visitor agreed.
 */
type Page = Window & { banyan?: Banyan }
export type Banyan = {
  track: (name: string, properties?: Record<string, Value>) => void
  page: (properties?: Record<string, Value>) => void
  identify: (who: { openid: string | null }) => void
  allow: (isAllowed: boolean) => void
  flush: () => Promise<void>
}

const STORE = 'banyan.'

export function startBanyan(page: Page, script: { src: string; key: string }): Banyan {
  const { document, localStorage: store } = page
  const door = new URL('/sdk/collect', script.src).href
  let openid: string | null = null
  let shown = ''

  const deviceId = () => {
    const known = read('device')
    if (known) return known
    const made = newId()
    write('device', made)
    return made
  }
  const body = (tracks: WaitingTrack[]) =>
    JSON.stringify({ key: script.key, deviceId: deviceId(), ...(openid ? { openid } : {}), tracks })

  const queue: TrackQueue = trackQueue({
    send: async tracks =>
      outcomeOf(await page.fetch(door, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: body(tracks) })),
    sendLast: tracks => void page.navigator.sendBeacon?.(door, new Blob([body(tracks)], { type: 'text/plain' })),
    read: () => read('tracks'),
    write: text => write('tracks', text),
    nowMs: () => Date.now(),
    newId,
    later: (ms, work) => {
      const timer = page.setTimeout(work, ms)
      return () => page.clearTimeout(timer)
    },
    random: Math.random,
  })

  const banyan: Banyan = {
    track(name, properties) {
      if (read('allowed')) queue.put(name, properties)
    },
    page(properties) {
      banyan.track('page_view', { page: page.location.pathname, title: document.title, ...properties })
    },
    identify(who) {
      openid = who.openid
    },
    allow(isAllowed) {
      const wasAllowed = read('allowed')
      write('allowed', isAllowed ? '1' : null)
      if (!isAllowed) {
        queue.clear()
        write('device', null)
      } else if (!wasAllowed) seen()
    },
    flush: queue.flush,
  }

  /** Once per address: pages that change it without loading are seen too. */
  function seen() {
    if (!read('allowed') || shown === page.location.href) return
    shown = page.location.href
    banyan.page()
  }

  const { history } = page
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name].bind(history)
    history[name] = (...given: Parameters<History['pushState']>) => {
      original(...given)
      // The page sets its title after the address.
      page.setTimeout(seen, 50)
    }
  }
  page.addEventListener('popstate', () => page.setTimeout(seen, 50))
  page.addEventListener('online', () => void queue.flush())
  page.addEventListener('pagehide', () => queue.hide())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') queue.hide()
  })
  document.addEventListener('click', event => {
    const element = (event.target as Element | null)?.closest?.('[data-track]')
    if (element) banyan.track(...clickOf(element as HTMLElement))
  })
  seen()
  page.banyan = banyan
  return banyan

  function read(name: string): string | null {
    try {
      return store.getItem(STORE + name)
    } catch {
      return null
    }
  }
  function write(name: string, text: string | null) {
    try {
      if (text === null) store.removeItem(STORE + name)
      else store.setItem(STORE + name, text)
    } catch {
      // Storage is full or forbidden: the queue lives as long as the page.
    }
  }
}

/** 4xx is for ever, but for "too many" and "sign in"; everything else may pass. */
export function outcomeOf({ status }: { status: number }): Outcome {
  if (status >= 200 && status < 300) return 'taken'
  return status >= 400 && status < 500 && status !== 429 && status !== 408 ? 'refused' : 'again'
}

/** `data-track="name" data-track-sku="A1"` and, for numbers and flags, `data-track-props='{"amountFen":100}'`. */
export function clickOf(element: {
  dataset: Record<string, string | undefined>
}): [name: string, properties: Record<string, Value>] {
  const properties: Record<string, Value> = {}
  for (const [key, value] of Object.entries(element.dataset)) {
    if (!/^track[A-Z]/.test(key) || key === 'trackProps' || value === undefined) continue
    properties[key.charAt(5).toLowerCase() + key.slice(6)] = value
  }
  try {
    Object.assign(properties, JSON.parse(element.dataset['trackProps'] ?? '{}'))
  } catch {
    // A page's mistake in one attribute does not lose the click.
  }
  return [element.dataset['track'] ?? '', properties]
}

function newId(): string {
  const part = () => Math.floor(Math.random() * 2 ** 30).toString(36)
  return `${Date.now().toString(36)}-${part()}${part()}`
}
