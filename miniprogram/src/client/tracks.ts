import { platform } from '../platform/index.ts'
import { newKey } from './call.ts'
import { call, sceneOfVisit } from './person.ts'
import type { Input } from './types.ts'

type Track = Input<'tracks.collect'>['tracks'][number]

/** Sent together: what one does within this time is one request. */
const FLUSH_MS = 2_000
const WAITING_MAX = 50

let waiting: Track[] = []
let isScheduled = false
let hasOpened = false

/** Behaviour is collected only of people who agreed to the privacy policy. Withdrawing it ends the collecting at once. */
export function allowTracks(isAllowed: boolean) {
  platform.write(storageKey(), isAllowed ? '1' : null)
  if (!isAllowed) waiting = []
}

/** A page was shown. Never holds the page up, and never bothers the person when it fails. */
export function trackPage(page: string, title: string) {
  if (!platform.read(storageKey())) return
  if (!hasOpened) {
    hasOpened = true
    put('mini_opened', { scene: sceneOfVisit() ?? '', path: page })
  }
  put('page_view', { page, title })
}

function put(name: string, properties: Record<string, string>) {
  if (waiting.length >= WAITING_MAX) return
  waiting.push({ name, occurredAt: new Date().toISOString(), messageId: newKey(), properties })
  if (isScheduled) return
  isScheduled = true
  setTimeout(() => void flush(), FLUSH_MS)
}

async function flush() {
  isScheduled = false
  const tracks = waiting
  waiting = []
  if (tracks.length === 0) return
  try {
    await call('tracks.collect', { tracks }, { key: newKey() })
  } catch {
    // Without a network they go with the next page: the message ids make a repeat harmless.
    waiting = [...tracks, ...waiting].slice(0, WAITING_MAX)
  }
}

const storageKey = () => `banyan.tracks.${platform.owner()}`
