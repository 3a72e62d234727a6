import { DownloadOutlined, SearchOutlined, SettingOutlined } from '@ant-design/icons'
import { many } from '@banyan/shared'
import { App, Button, Checkbox, Input, type InputRef, Popover, Tooltip } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { sentenceOf } from '../../api/errors.ts'
import { number } from '../../format.ts'
import { t } from '../../i18n.ts'
import { useSlash } from '../keys.ts'
import { exportCsv } from './export-csv.ts'
import type { Column } from './types.ts'

/** Searches as one types, after a short rest; `/` brings the cursor here. */
export function SearchBox({ value, hint, onChange }: { value: string; hint: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value)
  const box = useRef<InputRef>(null)
  useSlash(() => box.current?.focus())
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text.trim()), 350)
    return () => clearTimeout(timer)
  }, [text, value, onChange])
  return (
    <Input
      ref={box}
      allowClear
      value={text}
      prefix={<SearchOutlined className="by-faint" />}
      suffix={text ? null : <span className="by-kbd by-hide-narrow">/</span>}
      placeholder={hint}
      aria-label={hint}
      className="by-search"
      onChange={event => setText(event.target.value)}
      onPressEnter={() => onChange(text.trim())}
    />
  )
}

/** Which columns are shown; kept on this browser per list. */
export function useColumnChoice<T>(name: string, columns: Column<T>[]) {
  const key = `banyan.columns.${name}`
  const [hidden, setHidden] = useState<string[]>(() => {
    const kept = localStorage.getItem(key)
    return kept ? (JSON.parse(kept) as string[]) : columns.filter(column => column.isExtra).map(column => column.key)
  })
  const choose = (next: string[]) => {
    setHidden(next)
    localStorage.setItem(key, JSON.stringify(next))
  }
  return { shown: columns.filter(column => !hidden.includes(column.key)), hidden, choose }
}

export function ColumnChoice<T>({
  columns,
  hidden,
  choose,
}: {
  columns: Column<T>[]
  hidden: string[]
  choose: (hidden: string[]) => void
}) {
  const toggle = (key: string) => choose(hidden.includes(key) ? hidden.filter(k => k !== key) : [...hidden, key])
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div className="by-stack-s">
          {columns.map((column, index) => (
            <Checkbox
              key={column.key}
              disabled={index === 0}
              checked={!hidden.includes(column.key)}
              onChange={() => toggle(column.key)}
            >
              {column.title}
            </Checkbox>
          ))}
        </div>
      }
    >
      <Tooltip title={t('选择列', 'Columns')}>
        <Button className="by-hide-narrow" icon={<SettingOutlined />} aria-label={t('选择列', 'Choose columns')} />
      </Tooltip>
    </Popover>
  )
}

type ExportProps<T> = {
  fileName: string
  columns: Column<T>[]
  fetch: (page: number, pageSize: number) => Promise<{ items: T[]; total: number }>
}

export function ExportButton<T>({ fileName, columns, fetch }: ExportProps<T>) {
  const { message } = App.useApp()
  const [progress, setProgress] = useState<string | null>(null)
  const abort = useRef<AbortController | null>(null)
  const run = async () => {
    if (abort.current) return abort.current.abort()
    abort.current = new AbortController()
    setProgress('…')
    try {
      const { count, total, isCut } = await exportCsv({
        fileName,
        columns,
        fetch,
        signal: abort.current.signal,
        onProgress: (done, all) => setProgress(all ? `${Math.round((done / all) * 100)}%` : '…'),
      })
      if (isCut)
        message.warning(
          t(
            `只导出了前 ${number(count)} 条，共 ${number(total)} 条；请加筛选条件分批导出`,
            `The first ${number(count)} of ${number(total)}; filter and export in parts`,
          ),
          6,
        )
      else message.success(t(`已导出 ${number(count)} 条`, `${many(count, 'row')} exported`))
    } catch (error) {
      if (!abort.current?.signal.aborted) message.error(sentenceOf(error))
    } finally {
      abort.current = null
      setProgress(null)
    }
  }
  return (
    <Tooltip title={progress ? t('点击取消', 'Click to cancel') : t('导出 CSV（按当前筛选）', 'Export CSV (as filtered)')}>
      <Button className="by-hide-narrow" icon={<DownloadOutlined />} onClick={run} aria-label={t('导出', 'Export')}>
        {progress}
      </Button>
    </Tooltip>
  )
}
