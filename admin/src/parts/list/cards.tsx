import { Checkbox } from 'antd'
import type { ReactNode } from 'react'
import { useNavigate } from 'react-router'
import type { Column } from './types.ts'

type Shown<T> = Omit<Column<T>, 'title'> & { title: ReactNode }

type Props<T> = {
  rows: T[]
  columns: Shown<T>[]
  keyOf: (row: T) => string | number
  to?: (row: T) => string
  onOpen?: (row: T) => void
  rowActions?: (row: T) => ReactNode
  selection?: { keys: (string | number)[]; toggle: (row: T) => void }
}

/** The same rows for a phone: the first column is the heading, the rest are label and value. */
export function Cards<T>({ rows, columns, keyOf, to, onOpen, rowActions, selection }: Props<T>) {
  const [first, ...rest] = columns
  const navigate = useNavigate()
  const open =
    (to || onOpen) &&
    ((row: T, target: HTMLElement) => {
      if (target.closest('a,button,input,label')) return
      if (onOpen) onOpen(row)
      else if (to) navigate(to(row))
    })
  return (
    <ul className="by-cards">
      {rows.map(row => {
        const key = keyOf(row)
        const body = (
          <>
            <div className="by-card-title">{first && show(first, row)}</div>
            <div className="by-card-facts">
              {rest
                .filter(column => !column.isWide)
                .map(column => (
                  <div key={column.key}>
                    <span>{column.title}</span>
                    <div>{show(column, row)}</div>
                  </div>
                ))}
            </div>
          </>
        )
        return (
          <li key={key}>
            {selection && <Checkbox checked={selection.keys.includes(key)} onChange={() => selection.toggle(row)} />}
            {/* biome-ignore lint/a11y/noStaticElementInteractions: a convenience for fingers; the heading inside is the link or the button for keys */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
            <div className="by-card-body" onClick={open && (event => open(row, event.target as HTMLElement))}>
              {body}
            </div>
            {rowActions && <div className="by-card-actions">{rowActions(row)}</div>}
          </li>
        )
      })}
    </ul>
  )
}

export function show<T>(column: Shown<T>, row: T): ReactNode {
  if (column.render) return column.render(row)
  const text = column.text?.(row)
  return text == null || text === '' ? <span className="by-faint">—</span> : text
}
