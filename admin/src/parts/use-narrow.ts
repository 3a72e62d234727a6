import { useSyncExternalStore } from 'react'

function watch(query: string) {
  const media = window.matchMedia(query)
  return {
    subscribe: (listener: () => void) => {
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    read: () => media.matches,
  }
}

const phone = watch('(max-width: 640px)')
const tablet = watch('(max-width: 960px)')

/** A phone: lists become cards, side panels move below. */
export const useIsPhone = () => useSyncExternalStore(phone.subscribe, phone.read)
/** Too narrow for the navigation to stand beside the page. */
export const useIsNarrow = () => useSyncExternalStore(tablet.subscribe, tablet.read)
