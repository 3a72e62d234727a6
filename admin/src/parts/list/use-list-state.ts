import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

export type ListState = {
  page: number
  pageSize: number
  search: string
  sort: string | undefined
  filters: Record<string, string>
}
const SIZE_KEY = 'banyan.pageSize'

/** A list's state lives in the address: it can be shared, reloaded and gone back to. */
export function useListState(filterKeys: string[], sortDefault: string | undefined, prefix = '') {
  const [params, setParams] = useSearchParams()
  const at = (key: string) => params.get(prefix + key)
  const state: ListState = {
    page: Math.max(1, Number(at('page')) || 1),
    pageSize: Number(at('size')) || Number(localStorage.getItem(SIZE_KEY)) || 20,
    search: at('q') ?? '',
    sort: at('sort') ?? sortDefault,
    filters: Object.fromEntries(filterKeys.flatMap(key => (at(key) ? [[key, at(key) as string]] : []))),
  }

  /** Any change but of the page itself goes back to page 1. */
  const change = useCallback(
    (patch: Record<string, string | number | undefined>) => {
      setParams(
        before => {
          const next = new URLSearchParams(before)
          if (!('page' in patch)) next.delete(`${prefix}page`)
          for (const [key, value] of Object.entries(patch)) {
            if (value === undefined || value === '') next.delete(prefix + key)
            else next.set(prefix + key, String(value))
          }
          return next
        },
        { replace: true },
      )
      if (patch.size) localStorage.setItem(SIZE_KEY, String(patch.size))
    },
    [setParams, prefix],
  )

  return { state, change }
}
