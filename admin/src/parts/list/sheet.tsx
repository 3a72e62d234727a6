import { Button, Table, type TableProps } from 'antd'
import type { ColumnType } from 'antd/es/table'
import { Fragment, type Key, type ReactNode, useState } from 'react'
import { number } from '../../format.ts'
import { t } from '../../i18n.ts'
import { useIsPhone } from '../use-narrow.ts'
import { Cards } from './cards.tsx'

/** Rows that are all here already, without search: a table, and on a phone the same cards as every list, a page's worth at a time. A column without a title holds the row's actions. */
export function Sheet<T extends object>(props: TableProps<T>) {
  const isPhone = useIsPhone()
  const rows = props.dataSource ?? []
  const step = (props.pagination && props.pagination.pageSize) || rows.length
  const [more, setMore] = useState(0)
  const shown = rows.slice(0, step + more)
  if (!isPhone || rows.length === 0)
    return (
      <Table<T>
        className="by-list-table"
        pagination={false}
        {...props}
        scroll={rows.length > 0 ? { x: 'max-content' } : undefined}
        showHeader={rows.length > 0}
      />
    )
  const columns = (props.columns ?? []) as ColumnType<T>[]
  const show = (column: ColumnType<T>, row: T, index: number) => column.render?.(undefined, row, index) as ReactNode
  const actions = columns.filter(column => !column.title)
  const keyOf = props.rowKey as string | ((row: T) => Key)
  const cards = (
    <Cards<T>
      rows={shown}
      keyOf={row => (typeof keyOf === 'function' ? keyOf(row) : (row[keyOf as keyof T] as string | number)) as string | number}
      columns={columns
        .filter(column => column.title)
        .map((column, at) => ({
          key: String(column.key ?? at),
          title: column.title as ReactNode,
          render: (row: T) => show(column, row, rows.indexOf(row)),
        }))}
      rowActions={
        actions.length > 0
          ? row => actions.map((column, at) => <Fragment key={column.key ?? at}>{show(column, row, rows.indexOf(row))}</Fragment>)
          : undefined
      }
    />
  )
  if (shown.length === rows.length) return cards
  return (
    <>
      {cards}
      <div className="by-list-foot">
        <span>{t(`共 ${number(rows.length)} 条`, `Total ${number(rows.length)}`)}</span>
        <Button onClick={() => setMore(more + step)}>{t('看更多', 'Show more')}</Button>
      </div>
    </>
  )
}
