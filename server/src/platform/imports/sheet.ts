import { statSync } from 'node:fs'
import { refused } from '../../core/index.ts'
import type { FileRow } from './records.ts'
import { reasons } from './words.ts'

const ROWS_PER_GROUP = 500
/** A row that names its 16,384th column only is no table. */
const COLUMNS_MAX = 500

/** The first sheet of a workbook, row by row: the file is never held whole. */
export async function* readSheet(path: string, onBytes: (count: number) => void): AsyncGenerator<FileRow[]> {
  const { default: ExcelJS } = await import('exceljs')
  const reader = new ExcelJS.stream.xlsx.WorkbookReader(path, {
    worksheets: 'emit',
    sharedStrings: 'cache',
    styles: 'cache',
    hyperlinks: 'ignore',
    entries: 'emit',
  })
  const { size } = statSync(path)
  let group: FileRow[] = []
  let count = 0
  try {
    for await (const sheet of reader) {
      for await (const row of sheet) {
        const cells: string[] = []
        for (let column = 1; column <= Math.min(row.cellCount, COLUMNS_MAX); column++)
          cells.push(textOf(row.getCell(column).value).trim())
        if (cells.every(cell => cell === '')) continue
        group.push({ line: row.number, cells, broken: null })
        count++
        if (group.length < ROWS_PER_GROUP) continue
        // The reader does not say where it is in the file: an estimate that approaches the end.
        onBytes(Math.floor(size * (1 - 1 / (1 + count / 20_000))))
        yield group
        group = []
      }
      break
    }
  } catch (error) {
    throw refused('import.badFile', {
      reason: reasons.badWorkbook({ error: error instanceof Error ? error.message : String(error) }),
    })
  }
  onBytes(size)
  yield group
}

/** A cell as a person reads it. Excel's dates have no zone: they are written as they stand. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString().slice(0, 19).replace('T', ' ').replace(' 00:00:00', '')
  if (typeof value !== 'object') return String(value)
  const cell = value as { text?: unknown; result?: unknown; richText?: { text: string }[]; error?: string }
  if (cell.richText) return cell.richText.map(part => part.text).join('')
  if ('result' in cell) return textOf(cell.result)
  if ('text' in cell) return textOf(cell.text)
  return cell.error ?? ''
}
