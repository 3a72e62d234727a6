import { z } from 'zod'
import { command, Done, Id, Instant, Page, pageOf, query } from '../kernel.ts'

export const ExportFormat = z.enum(['csv', 'xlsx'])
export const ExportStatus = z.enum(['queued', 'running', 'finished', 'cancelled', 'failed', 'expired'])

/** How a file is to be written; the endpoint that starts it says of what. */
export const ExportRequest = z.object({
  /** Keys of columns in the order of the file; left out, those that are usual. */
  columns: z.array(z.string().max(60)).min(1).max(80).optional(),
  format: ExportFormat.default('csv'),
  /** Phones and openids in full: only for roles that may reveal them. */
  isRevealed: z.boolean().default(false),
})
export type ExportRequest = z.output<typeof ExportRequest>

export const ExportColumn = z.object({
  key: z.string(),
  name: z.string(),
  group: z.string(),
  isUsual: z.boolean(),
  /** Masked, unless the file is asked for in full. */
  isPersonal: z.boolean(),
})
export type ExportColumn = z.output<typeof ExportColumn>

export const ExportRun = z.object({
  id: Id,
  kind: z.string(),
  kindName: z.string(),
  /** The file's name without its ending. */
  title: z.string(),
  format: ExportFormat,
  /** Names of the columns. */
  columns: z.array(z.string()),
  isRevealed: z.boolean(),
  status: ExportStatus,
  /** Null: not known beforehand. */
  totalRows: z.int().nullable(),
  writtenRows: z.int(),
  /** Who or what was left out of the file, and why. */
  leftOut: z.array(z.object({ reason: z.string(), count: z.int() })),
  sizeBytes: z.int(),
  /** 0 to 1; null when it cannot be known. */
  progress: z.number().nullable(),
  remainingSeconds: z.int().nullable(),
  error: z.string(),
  downloads: z.int(),
  brandId: Id.nullable(),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
  /** From then on the file is gone. */
  expiresAt: Instant.nullable(),
})
export type ExportRun = z.output<typeof ExportRun>

const byExport = z.object({ exportId: Id })

export const exports = {
  'exports.columns': query({
    access: 'operator',
    input: z.object({ kind: z.string().max(32), options: z.record(z.string(), z.unknown()).default({}) }),
    output: z.object({ mayReveal: z.boolean(), columns: z.array(ExportColumn) }),
    summary: 'Which columns the caller may export of something, and whether in full',
  }),
  'exports.list': query({
    access: 'operator',
    input: Page.extend({ kind: z.string().max(32).optional(), status: ExportStatus.optional() }),
    output: pageOf(ExportRun),
    summary: "The caller's own exports, newest first",
  }),
  'exports.get': query({ access: 'operator', input: byExport, output: ExportRun, summary: 'One export with its progress' }),
  'exports.cancel': command({
    access: 'operator',
    input: byExport,
    output: ExportRun,
    summary: 'Stop an export; what was written is deleted',
  }),
  'exports.remove': command({
    access: 'operator',
    input: byExport,
    output: Done,
    summary: 'Delete the file of an export before its time',
  }),
  'exports.link': command({
    access: 'operator',
    input: byExport,
    output: z.object({ url: z.string(), expiresAt: Instant }),
    summary: 'A short-lived link to the file, for the operator who made it',
  }),
}
