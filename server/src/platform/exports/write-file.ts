import { once } from 'node:events'
import { createWriteStream, statSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { DEFAULT_ZONE, offsetOf } from '../../core/index.ts'
import { CSV_MARK, csvLine } from './csv.ts'
import type { Cell } from './kinds.ts'

/** A table on its way to the disk: rows are written as they come, the file is never held whole. */
export type TableFile = {
  add(rows: readonly (readonly Cell[])[]): Promise<void>
  /** Answers its size in bytes. */
  end(): Promise<number>
  /** Gives up; the file is the caller's to remove. */
  abort(): void
}

export const ROWS_MAX = { csv: 5_000_000, xlsx: 500_000 } as const

/** `header` null: values only. */
export function openTable(format: 'csv' | 'xlsx', path: string, header: readonly string[] | null): Promise<TableFile> {
  return format === 'csv' ? openCsv(path, header) : openWorkbook(path, header)
}

async function openCsv(path: string, header: readonly string[] | null): Promise<TableFile> {
  const stream = createWriteStream(path, { mode: 0o600 })
  const write = async (text: string) => {
    if (!stream.write(text)) await once(stream, 'drain')
  }
  if (header) await write(CSV_MARK + csvLine(header))
  return {
    add: rows => write(rows.map(row => csvLine(row.map(textOf))).join('')),
    end: async () => {
      stream.end()
      await finished(stream)
      return statSync(path).size
    },
    abort: () => void stream.destroy(),
  }
}

/** Texts are written as texts: a workbook runs nothing that is not marked as a formula. */
async function openWorkbook(path: string, header: readonly string[] | null): Promise<TableFile> {
  const { default: ExcelJS } = await import('exceljs')
  const stream = createWriteStream(path, { mode: 0o600 })
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: false, useSharedStrings: false })
  const sheet = book.addWorksheet('Sheet1', { views: [{ state: 'frozen', ySplit: 1 }] })
  if (header) sheet.addRow([...header]).commit()
  return {
    add: async rows => {
      for (const row of rows) sheet.addRow(row.map(cellOf)).commit()
      // The library writes without being asked to wait: the disk gets its turn here.
      await new Promise(setImmediate)
      if (stream.writableNeedDrain) await once(stream, 'drain')
    },
    end: async () => {
      sheet.commit()
      await book.commit()
      if (!stream.closed) await finished(stream)
      return statSync(path).size
    },
    abort: () => void stream.destroy(),
  }
}

/** Signs that XML has no place for, which a workbook would be refused for: control signs and halves of a pair. */
const NOT_IN_XML = /[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu
/** The longest text a cell of a workbook holds (Microsoft, Excel specifications and limits). */
const CELL_MAX = 32_767

function cellOf(cell: Cell): string | number | null {
  if (typeof cell === 'number') return cell
  const text = textOf(cell)
  return text === '' ? null : text.replace(NOT_IN_XML, '').slice(0, CELL_MAX)
}

/** As a person reads it; instants in the brand's zone. */
export function textOf(cell: Cell): string {
  if (cell === null) return ''
  if (cell instanceof Date)
    return new Date(cell.getTime() + offsetOf(cell, DEFAULT_ZONE)).toISOString().slice(0, 19).replace('T', ' ')
  return String(cell)
}
