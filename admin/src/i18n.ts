import { useSyncExternalStore } from 'react'

/**
 * Two languages, written where they are used: `t('发布', 'Publish')`. Chinese comes first because it is the product's
 * own language; the pair stays together, so neither can be forgotten or go stale alone.
 */
export type Locale = 'zh' | 'en'

const STORE_KEY = 'banyan.locale'
let locale: Locale = globalThis.localStorage?.getItem(STORE_KEY) === 'en' ? 'en' : 'zh'
const listeners = new Set<() => void>()
mark()

export function t(zh: string, en: string): string {
  return locale === 'zh' ? zh : en
}

export const currentLocale = (): Locale => locale

export function setLocale(next: Locale) {
  locale = next
  localStorage.setItem(STORE_KEY, next)
  mark()
  for (const listener of listeners) listener()
}

/** Says it to the browser, too: style sheets, fonts and screen readers go by it. */
function mark() {
  if (globalThis.document) document.documentElement.lang = locale === 'zh' ? 'zh-CN' : 'en'
}

/** The root reads this and remounts the tree when the language changes, so plain `t` is enough everywhere else. */
export function useLocale(): Locale {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => locale,
  )
}
