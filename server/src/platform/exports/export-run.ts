import { type Reader, readIn, rows, type Sql, sql } from '../../core/index.ts'
import { exportKindOf } from './kinds.ts'

export type ExportState = 'queued' | 'running' | 'finished' | 'cancelled' | 'failed' | 'expired'

/** One file on its way out. Also a row of work: `status` is the worker's, `state` is the operator's. */
export type ExportRunRow = {
  id: number
  kind: string
  brand_id: number | null
  /** JSON. */
  brand_ids: string | null
  store_ids: string | null
  operator_id: number
  operator_name: string
  language: 'zh' | 'en'
  title: string
  format: 'csv' | 'xlsx'
  columns: string
  options: string
  is_revealed: number
  state: ExportState
  total_rows: number | null
  written_rows: number
  left_out: string | null
  size_bytes: number
  file_path: string
  error: string
  downloads: number
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
  expires_at: Date | null
}

export type ChosenColumn = { key: string; name: string }

export const columnsOf = (run: ExportRunRow) => JSON.parse(run.columns) as ChosenColumn[]
export const leftOutOf = (run: ExportRunRow) => JSON.parse(run.left_out ?? '[]') as { reason: string; count: number }[]

export function exportRuns(where: Sql): Promise<ExportRunRow[]> {
  return rows<ExportRunRow>(sql`SELECT * FROM exports WHERE ${where}`)
}

export function exportView(reader: Reader & { now: Date }, run: ExportRunRow) {
  const { state, total_rows: total, written_rows: written } = run
  const kind = exportKindOf(run.kind)
  const progress = state === 'finished' ? 1 : total === null ? null : total === 0 ? 0 : Math.min(0.99, written / total)
  const elapsedMs = run.started_at ? reader.now.getTime() - run.started_at.getTime() : 0
  const isRunning = state === 'running' && progress !== null && progress > 0.01
  return {
    id: Number(run.id),
    kind: run.kind,
    kindName: reader.language === 'en' ? kind.en : kind.zh,
    title: run.title,
    format: run.format,
    columns: columnsOf(run).map(one => one.name),
    isRevealed: run.is_revealed === 1,
    status: state,
    totalRows: total,
    writtenRows: written,
    leftOut: leftOutOf(run).map(one => ({ reason: readIn(reader, one.reason), count: one.count })),
    sizeBytes: Number(run.size_bytes),
    progress,
    remainingSeconds: isRunning ? Math.max(0, Math.round((elapsedMs * (1 - progress)) / progress / 1000)) : null,
    error: readIn(reader, run.error),
    downloads: run.downloads,
    brandId: run.brand_id === null ? null : Number(run.brand_id),
    createdAt: run.created_at,
    finishedAt: run.finished_at,
    expiresAt: run.expires_at,
  }
}
