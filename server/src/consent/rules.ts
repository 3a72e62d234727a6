/** One entry of somebody's history. */
export type Entry = { id: number; channel: string; isGranted: boolean; at: Date }
export type Answer = 'granted' | 'refused' | 'none'

/**
 * What holds for a channel. The latest entry counts, and a narrower entry overrides the general one for its channel; but taking everything
 * back also takes back what was given to one channel before.
 */
export function answerFor(entries: readonly Entry[], channel: string): Answer {
  const general = latest(entries.filter(entry => entry.channel === 'any'))
  const narrow = channel === 'any' ? null : latest(entries.filter(entry => entry.channel === channel))
  if (narrow && !narrow.isGranted) return 'refused'
  if (narrow) return general && !general.isGranted && isLater(general, narrow) ? 'refused' : 'granted'
  if (!general) return 'none'
  return general.isGranted ? 'granted' : 'refused'
}

export function latest<E extends { id: number; at: Date }>(entries: readonly E[]): E | null {
  return entries.reduce<E | null>((best, entry) => (best === null || isLater(entry, best) ? entry : best), null)
}

function isLater(a: { id: number; at: Date }, b: { id: number; at: Date }): boolean {
  return a.at.getTime() > b.at.getTime() || (a.at.getTime() === b.at.getTime() && a.id > b.id)
}
