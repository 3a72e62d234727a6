import { type Call, newKey } from './call.ts'

/**
 * A message's link carries its code as `?m=`: the page says so once per visit, so that the message's report counts who came. Nothing waits for
 * it and nothing is shown when it fails; the next page of the visit tries again.
 */
export function openedTeller(call: Call) {
  const told = new Set<string>()
  return async (code: string | undefined): Promise<void> => {
    if (!code || told.has(code)) return
    told.add(code)
    try {
      await call('messages.opened', { code }, { key: newKey() })
    } catch {
      told.delete(code)
    }
  }
}
