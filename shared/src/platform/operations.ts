import { z } from 'zod'
import { command, Id, Instant, Page, Paged, pageOf, query } from '../kernel.ts'

/** A field of an import kind: the file's columns are matched to it by name or alias. */
export const ImportField = z.object({
  key: z.string(),
  zh: z.string(),
  en: z.string(),
  isRequired: z.boolean(),
  aliases: z.array(z.string()),
})
export type ImportField = z.infer<typeof ImportField>

export const ImportStatus = z.enum(['uploaded', 'queued', 'running', 'finished', 'cancelled', 'failed'])
export const Import = z.object({
  id: Id,
  kind: z.string(),
  fileName: z.string(),
  sizeBytes: z.int(),
  format: z.enum(['csv', 'xlsx']),
  encoding: z.string(),
  brandId: Id.nullable(),
  status: ImportStatus,
  /** Rows read so far, and of these taken and refused. */
  readRows: z.int(),
  acceptedRows: z.int(),
  rejectedRows: z.int(),
  /** 0 to 1, by bytes read of the file. */
  progress: z.number(),
  remainingSeconds: z.int().nullable(),
  error: z.string(),
  operatorName: z.string(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
})
export type Import = z.infer<typeof Import>

/** Field key -> column header of the file. */
export const ImportMapping = z.record(z.string(), z.string())

const DeadLetter = z.object({
  /** `source:id`; opaque to clients. */
  id: z.string(),
  source: z.string(),
  name: z.string(),
  subject: z.string(),
  attempts: z.int(),
  lastError: z.string(),
  failedAt: Instant,
  /** False for what ended without anybody knowing how, such as a message that a platform never answered: a repeat could do it twice. */
  mayRunAgain: z.boolean(),
  mayDismiss: z.boolean(),
})
export type DeadLetter = z.infer<typeof DeadLetter>
const DeadLetterIds = z.array(z.string().max(80)).min(1).max(500)

const RunningWork = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  /** 0 to 1; null when it cannot be known. */
  progress: z.number().nullable(),
  remainingSeconds: z.int().nullable(),
  startedAt: Instant,
  /** The page of the admin that shows it. */
  path: z.string(),
})
export type RunningWork = z.infer<typeof RunningWork>

const byImport = z.object({ importId: Id })

/** The upload itself is raw: `POST /api/imports.upload?kind=orders&fileName=june.csv`, body = the file, answer `{ data: { importId } }`. */
export const operations = {
  'imports.kinds': query({
    access: 'operator',
    input: z.object({}),
    output: z.array(z.object({ name: z.string(), zh: z.string(), en: z.string(), fields: z.array(ImportField) })),
    summary: 'What can be imported, and its fields',
  }),
  'imports.list': query({
    access: 'operator',
    input: Page.extend({ kind: z.string().optional(), status: ImportStatus.optional() }),
    output: pageOf(Import),
    summary: 'List imports, newest first',
  }),
  'imports.get': query({ access: 'operator', input: byImport, output: Import, summary: 'One import with its progress' }),
  'imports.preview': query({
    access: 'operator',
    input: z.object({ importId: Id, encoding: z.string().max(20).optional() }),
    output: z.object({
      columns: z.array(z.string()),
      sampleRows: z.array(z.array(z.string())),
      encoding: z.string(),
      delimiter: z.string(),
      suggestedMapping: ImportMapping,
      /** Columns that no field takes. */
      unknownColumns: z.array(z.string()),
      missingFields: z.array(z.string()),
    }),
    summary: 'Read the head of an uploaded file and suggest which column is which field',
  }),
  'imports.start': command({
    access: 'operator',
    input: z.object({
      importId: Id,
      mapping: ImportMapping,
      encoding: z.string().max(20).optional(),
      options: z.record(z.string(), z.unknown()).default({}),
    }),
    output: Import,
    summary: 'Start (or start again after a failure) in the background',
  }),
  'imports.cancel': command({
    access: 'operator',
    input: byImport,
    output: Import,
    summary: 'Stop after the current batch; what was taken stays',
  }),
  'imports.rejects': query({
    access: 'operator',
    input: Paged.extend({ importId: Id }),
    output: pageOf(z.object({ line: z.int(), code: z.string(), reason: z.string(), values: z.record(z.string(), z.string()) })),
    summary: 'The refused rows and why',
  }),
  'imports.rejectsLink': query({
    access: 'operator',
    input: byImport,
    output: z.object({ url: z.string(), expiresAt: Instant }),
    summary: 'A short-lived link to the refused rows as a CSV file that can be mended and imported again',
  }),
  'deadLetters.list': query({
    access: 'operator',
    input: Page.extend({ source: z.string().max(64).optional(), name: z.string().max(100).optional() }),
    output: pageOf(DeadLetter),
    summary: 'Work that failed too often, newest first',
  }),
  'deadLetters.get': query({
    access: 'operator',
    input: z.object({ id: z.string().max(80) }),
    output: DeadLetter.extend({ payload: z.unknown() }),
    summary: 'One failed piece of work with its payload, masked',
  }),
  'deadLetters.runAgain': command({
    access: 'operator',
    input: z.object({ ids: DeadLetterIds }),
    output: z.object({ count: z.int() }),
    summary: 'Run failed work again from the first attempt',
  }),
  'deadLetters.dismiss': command({
    access: 'operator',
    input: z.object({ ids: DeadLetterIds }),
    output: z.object({ count: z.int() }),
    summary: 'Give failed work up',
  }),
  'work.list': query({
    access: 'operator',
    input: z.object({}),
    output: z.array(RunningWork),
    summary: 'What runs in the background now: imports, builds, sends',
  }),
}
