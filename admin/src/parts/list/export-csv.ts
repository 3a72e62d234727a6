import type { Column } from './types.ts'

const ROWS_MAX = 20_000
const PAGE = 200

type Fetch<T> = (page: number, pageSize: number) => Promise<{ items: T[]; total: number }>
export type Exported = { count: number; total: number; isCut: boolean }

/** Reads the whole filtered list page by page and saves it as a CSV that Excel opens as UTF-8. At most 20,000 rows. */
export async function exportCsv<T>(of: {
  fileName: string
  columns: Column<T>[]
  fetch: Fetch<T>
  onProgress?: (done: number, total: number) => void
  signal?: AbortSignal
}): Promise<Exported> {
  const lines = csvOf(of.columns, [])
  let total = 0
  for (let page = 1; (page - 1) * PAGE < ROWS_MAX; page++) {
    of.signal?.throwIfAborted()
    const answer = await of.fetch(page, PAGE)
    total = answer.total
    lines.push(...csvOf(of.columns, answer.items).slice(1))
    of.onProgress?.(lines.length - 1, Math.min(total, ROWS_MAX))
    if (lines.length - 1 >= total || answer.items.length === 0) break
  }
  save(`${of.fileName}.csv`, `\uFEFF${lines.join('\r\n')}`, 'text/csv;charset=utf-8')
  return { count: lines.length - 1, total, isCut: total > ROWS_MAX }
}

/** The head and one line per row, of the columns that have a text. */
export function csvOf<T>(all: Column<T>[], rows: T[]): string[] {
  const columns = all.filter(column => column.text)
  const head = columns.map(column => cell(column.title)).join(',')
  return [head, ...rows.map(row => columns.map(column => cell(column.text?.(row))).join(','))]
}

/** A value that begins like a formula is quoted with an apostrophe: a spreadsheet must not run what a customer typed. */
function cell(value: string | number | null | undefined): string {
  const raw = value == null ? '' : String(value)
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(raw) ? `'${raw}` : raw
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function save(fileName: string, content: BlobPart, type: string) {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
