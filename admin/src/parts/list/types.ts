import type { ReactNode } from 'react'
import type { Input, Output, QueryName } from '../../api/call.ts'

/** Endpoints that answer with a page of things. */
export type ListName = { [N in QueryName]: Output<N> extends { items: unknown[]; total: number } ? N : never }[QueryName]
export type ItemOf<N extends ListName> = Output<N> extends { items: (infer T)[] } ? T : never

export type Column<T> = {
  key: string
  title: string
  /** What the CSV says, and what the cell shows when there is no `render`. */
  text?: (row: T) => string | number | null | undefined
  render?: (row: T) => ReactNode
  /** The field the server sorts by; absent: not sortable. */
  sort?: string
  width?: number
  align?: 'right' | 'left'
  /** Not shown until chosen. */
  isExtra?: boolean
  /** Left out of the card on a phone. */
  isWide?: boolean
}

export type Filter = {
  key: string
  label: string
  options?: { value: string; label: string }[]
  /** A picker of its own instead of `options`. */
  render?: (value: string | undefined, set: (value: string | undefined) => void) => ReactNode
  /** How the value reads on its chip when it is not one of `options`. */
  chip?: (value: string) => ReactNode
  /** From the text in the address to what the endpoint takes; default: the text itself under `key`. */
  toInput?: (value: string) => Record<string, unknown>
}

export type Bulk<T> = {
  label: string
  isDanger?: boolean
  isAllowed?: (row: T) => boolean
} & (
  | {
      /** Says what will happen to these; shown before anything does. */
      consequence: (rows: T[]) => ReactNode
      verb: string
      run: (rows: T[]) => Promise<unknown>
      done?: (count: number) => string
    }
  /** A dialog of its own, which says to how many; `clear` ends the choice of rows. */
  | { open: (rows: T[], clear: () => void) => void }
)

export type ListProps<N extends ListName> = {
  name: N
  columns: Column<ItemOf<N>>[]
  rowKey: (row: ItemOf<N>) => string | number
  /** Always sent, never shown in the address. */
  input?: Partial<Input<N>>
  filters?: Filter[]
  searchHint?: string
  hasSearch?: boolean
  sort?: string
  to?: (row: ItemOf<N>) => string
  onOpen?: (row: ItemOf<N>) => void
  bulk?: Bulk<ItemOf<N>>[]
  rowActions?: (row: ItemOf<N>) => ReactNode
  exportName?: string
  empty: ReactNode
  refetchMs?: number
  /** Two lists on one page need different prefixes in the address. */
  prefix?: string
  head?: ReactNode
}
