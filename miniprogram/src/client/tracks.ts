import { platform } from '../platform/index.ts'
import { type TrackQueue, trackQueue } from '../sdk/track-queue.ts'
import { newKey } from './call.ts'
import { failureOf } from './failure.ts'
import { call, sceneOfVisit } from './person.ts'

/** The mini program's own behaviour goes the way of the small SDK, in the name of the person's session. */
let queue: TrackQueue | null = null
let hasOpened = false

/** Behaviour is collected only of people who agreed to the privacy policy. Withdrawing it ends the collecting at once. */
export function allowTracks(isAllowed: boolean) {
  platform.write(storageKey(), isAllowed ? '1' : null)
  if (!isAllowed) mine().clear()
}

/** A page was shown. Never holds the page up, and never bothers the person when it fails. */
export function trackPage(page: string, title: string) {
  if (!platform.read(storageKey())) return
  if (!hasOpened) {
    hasOpened = true
    mine().put('mini_opened', { scene: sceneOfVisit() ?? '', path: page })
  }
  mine().put('page_view', { page, title })
}

/** The mini program goes to the background, perhaps for ever. */
export function hideTracks() {
  queue?.hide()
}

function mine(): TrackQueue {
  queue ??= trackQueue({
    send: async tracks => {
      try {
        await call('tracks.collect', { tracks }, { key: newKey() })
        return 'taken'
      } catch (error) {
        return failureOf(error).isPassing ? 'again' : 'refused'
      }
    },
    read: () => platform.read(`${storageKey()}.waiting`),
    write: text => platform.write(`${storageKey()}.waiting`, text),
    nowMs: () => Date.now(),
    newId: newKey,
    later: (ms, work) => {
      const timer = setTimeout(work, ms)
      return () => clearTimeout(timer)
    },
    random: Math.random,
  })
  return queue
}

const storageKey = () => `banyan.tracks.${platform.owner()}`
