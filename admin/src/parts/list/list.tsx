import { many } from '@banyan/shared'
import { Button, Pagination, Skeleton, Table } from 'antd'
import type { ColumnType } from 'antd/es/table'
import { type Key, useState } from 'react'
import { useNavigate } from 'react-router'
import { call, type Input } from '../../api/call.ts'
import { useCall } from '../../api/hooks.ts'
import { number } from '../../format.ts'
import { t } from '../../i18n.ts'
import { useConfirm } from '../confirm.tsx'
import { EmptyState, ErrorState } from '../states.tsx'
import { useIsPhone } from '../use-narrow.ts'
import { Cards, show } from './cards.tsx'
import { FilterButton, FilterChips } from './filters.tsx'
import { ColumnChoice, ExportButton, SearchBox, useColumnChoice } from './toolbar.tsx'
import type { Bulk, Column, ItemOf, ListName, ListProps } from './types.ts'
import { useListState } from './use-list-state.ts'

type Answer<T> = { items: T[]; total: number }

/**
 * A list as every list of the house: search, filters as chips kept in the address, sort, page size, choice of columns,
 * export, bulk actions that say what they will do; skeleton, empty and error states; cards on a phone.
 */
export function List<N extends ListName>(props: ListProps<N>) {
  type T = ItemOf<N>
  const { name, columns, rowKey, filters = [], to, onOpen, bulk, rowActions, prefix } = props
  const isPhone = useIsPhone()
  const navigate = useNavigate()
  const { state, change } = useListState(
    filters.map(filter => filter.key),
    props.sort,
    prefix,
  )
  const choice = useColumnChoice(name, columns)
  const [picked, setPicked] = useState<T[]>([])

  const fixed = {
    ...props.input,
    ...(state.search ? { search: state.search } : {}),
    ...(state.sort ? { sort: state.sort } : {}),
    ...Object.assign({}, ...filters.map(filter => inputOf(filter, state.filters[filter.key]))),
  }
  const inputAt = (page: number, pageSize: number) => ({ ...fixed, page, pageSize }) as unknown as Input<N>
  const query = useCall(name, inputAt(state.page, state.pageSize), { keepPrevious: true, refetchInterval: props.refetchMs })
  const answer = query.data as Answer<T> | undefined
  const isNarrowed = Boolean(state.search) || Object.keys(state.filters).length > 0
  const hasToolbar = props.hasSearch !== false || filters.length > 0 || Boolean(props.exportName)
  const open = onOpen ?? (to && ((row: T) => navigate(to(row))))

  return (
    <section className="by-panel">
      {props.head}
      {hasToolbar && (
        <div className="by-toolbar">
          {props.hasSearch !== false && (
            <SearchBox value={state.search} hint={props.searchHint ?? t('搜索', 'Search')} onChange={q => change({ q })} />
          )}
          {filters.length > 0 && <FilterButton filters={filters} values={state.filters} onChange={change} />}
          <span className="by-grow" />
          {props.exportName && (
            <ExportButton
              fileName={props.exportName}
              columns={choice.shown}
              fetch={(page, pageSize) => call(name, inputAt(page, pageSize)) as unknown as Promise<Answer<T>>}
            />
          )}
          <ColumnChoice columns={columns} hidden={choice.hidden} choose={choice.choose} />
        </div>
      )}
      <FilterChips filters={filters} values={state.filters} onChange={change} />
      {bulk && picked.length > 0 && <BulkBar bulk={bulk} rows={picked} clear={() => setPicked([])} />}
      <div className={`by-list-bar ${query.isFetching && answer ? 'is-on' : ''}`} />

      {query.error && !answer ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : !answer ? (
        <Skeleton active title={false} paragraph={{ rows: 8, width: '100%' }} style={{ padding: '16px' }} />
      ) : answer.items.length === 0 ? (
        isNarrowed ? (
          <EmptyState
            title={t('没有符合条件的结果', 'Nothing matches')}
            text={t('换个关键词，或者去掉一些筛选条件。', 'Try other words, or remove a filter.')}
            action={
              <Button onClick={() => change({ q: undefined, ...Object.fromEntries(filters.map(f => [f.key, undefined])) })}>
                {t('清除条件', 'Clear')}
              </Button>
            }
          />
        ) : (
          props.empty
        )
      ) : isPhone ? (
        <Cards<T>
          rows={answer.items}
          columns={choice.shown}
          keyOf={rowKey}
          to={to}
          onOpen={onOpen}
          rowActions={rowActions}
          selection={bulk && { keys: picked.map(rowKey), toggle: row => setPicked(toggled(picked, row, rowKey)) }}
        />
      ) : (
        <Table<T & object>
          className="by-list-table"
          size="middle"
          dataSource={answer.items as (T & object)[]}
          rowKey={row => rowKey(row)}
          pagination={false}
          scroll={{ x: 'max-content' }}
          columns={tableColumns(choice.shown, state.sort, rowActions) as ColumnType<T & object>[]}
          rowClassName={open ? 'is-link' : ''}
          onRow={row => ({
            onClick: event => {
              if (
                open &&
                !(event.target as HTMLElement).closest(
                  'a,button,input,label,.ant-checkbox-wrapper,.ant-dropdown,.ant-popover,.ant-modal-root',
                )
              )
                open(row)
            },
          })}
          onChange={(_page, _filters, sorter) => {
            const by = Array.isArray(sorter) ? sorter[0] : sorter
            change({ sort: by?.order ? `${by.order === 'descend' ? '-' : ''}${String(by.columnKey)}` : undefined })
          }}
          rowSelection={
            bulk && {
              selectedRowKeys: picked.map(rowKey),
              preserveSelectedRowKeys: true,
              onChange: (keys: Key[], rows) => setPicked(keep(keys, [...picked, ...(rows as T[])], rowKey)),
            }
          }
        />
      )}

      {answer && answer.total > 0 && (
        <div className="by-list-foot">
          <span>
            {t('共', 'Total')} {number(answer.total)} {t('条', '')}
          </span>
          <Pagination
            size="small"
            simple={isPhone}
            current={state.page}
            pageSize={state.pageSize}
            total={answer.total}
            showSizeChanger={!isPhone}
            pageSizeOptions={[20, 50, 100, 200]}
            onChange={(page, pageSize) =>
              change({ page: pageSize === state.pageSize ? page : 1, size: pageSize === 20 ? undefined : pageSize })
            }
          />
        </div>
      )}
    </section>
  )
}

function tableColumns<T>(columns: Column<T>[], sort: string | undefined, rowActions?: (row: T) => React.ReactNode) {
  const made: ColumnType<T>[] = columns.map(column => ({
    key: column.sort ?? column.key,
    title: column.title,
    width: column.width,
    align: column.align,
    render: (_value: unknown, row: T) => show(column, row),
    ...(column.sort
      ? {
          sorter: true,
          sortOrder: sort === column.sort ? ('ascend' as const) : sort === `-${column.sort}` ? ('descend' as const) : null,
        }
      : {}),
  }))
  if (rowActions)
    made.push({
      key: '_actions',
      title: '',
      align: 'right',
      fixed: 'right',
      render: (_v: unknown, row: T) => (
        <div className="by-row" style={{ justifyContent: 'flex-end', gap: 4 }}>
          {rowActions(row)}
        </div>
      ),
    })
  return made
}

function BulkBar<T>({ bulk, rows, clear }: { bulk: Bulk<T>[]; rows: T[]; clear: () => void }) {
  const confirm = useConfirm()
  return (
    <div className="by-bulk" role="toolbar">
      <span className="by-strong">{t(`已选 ${number(rows.length)} 项`, `${number(rows.length)} selected`)}</span>
      {bulk.map(action => {
        const allowed = action.isAllowed ? rows.filter(action.isAllowed) : rows
        return (
          <Button
            key={action.label}
            size="small"
            danger={action.isDanger}
            disabled={allowed.length === 0}
            onClick={() => {
              if ('open' in action) return action.open(allowed, clear)
              confirm({
                title: `${action.label} · ${t(`${number(allowed.length)} 项`, many(allowed.length, 'item'))}`,
                consequence: action.consequence(allowed),
                verb: action.verb,
                isDanger: action.isDanger,
                run: async () => {
                  await action.run(allowed)
                  clear()
                },
                done: action.done?.(allowed.length),
              })
            }}
          >
            {action.label}
            {allowed.length !== rows.length && ` (${number(allowed.length)})`}
          </Button>
        )
      })}
      <Button size="small" type="text" onClick={clear}>
        {t('取消选择', 'Clear')}
      </Button>
    </div>
  )
}

function inputOf(filter: { key: string; toInput?: (value: string) => Record<string, unknown> }, value: string | undefined) {
  if (value === undefined) return {}
  return filter.toInput ? filter.toInput(value) : { [filter.key]: value }
}

const toggled = <T,>(rows: T[], row: T, keyOf: (row: T) => Key) =>
  rows.some(one => keyOf(one) === keyOf(row)) ? rows.filter(one => keyOf(one) !== keyOf(row)) : [...rows, row]

function keep<T>(keys: Key[], rows: (T | undefined)[], keyOf: (row: T) => Key): T[] {
  const byKey = new Map(rows.flatMap(row => (row ? [[keyOf(row), row] as const] : [])))
  return keys.flatMap(key => byKey.get(key as string | number) ?? [])
}
