import { rm } from 'node:fs/promises'
import type { InputOf, platform } from '@banyan/shared'
import {
  afterCommit,
  brandScope,
  type Ctx,
  findIn,
  log,
  Op,
  orderOf,
  readIn,
  refused,
  rows,
  run,
  sql,
  storeScope,
  wakeWorkers,
} from '../../core/index.ts'
import type { RunningWorkFacts } from '../operations/running-work.ts'
import { asEncoding } from './encoding.ts'
import { ImportRun } from './import-run.ts'
import { wholeKindOf } from './kinds.ts'
import { checkMapping, suggestMapping } from './mapping.ts'
import { readHead } from './read-file.ts'
import { reasons } from './words.ts'

type Platform = typeof platform

const SAMPLE_ROWS = 20

const SORTS = ['fileName', 'acceptedRows', 'rejectedRows', 'createdAt'] as const

export async function listImports(ctx: Ctx, { page, pageSize, kind, status, search, sort }: InputOf<Platform['imports.list']>) {
  const scope = brandScope(ctx)
  const { rows: found, count } = await ImportRun.findAndCountAll({
    where: {
      ...(scope ? { brandId: { [Op.in]: scope } } : {}),
      ...(kind ? { kind } : {}),
      ...(status ? { state: status } : {}),
      ...(search ? { fileName: { [Op.like]: `%${search}%` } } : {}),
    },
    order: [orderOf(sort, SORTS, '-createdAt'), ['id', 'DESC']],
    limit: pageSize,
    offset: (page - 1) * pageSize,
  })
  return { items: found.map(one => view(ctx, one)), total: count }
}

export async function getImport(ctx: Ctx, { importId }: { importId: number }) {
  return view(ctx, await findIn(ctx, ImportRun, importId))
}

/** Reads the file's head; with `encoding` as the operator says it is. */
export async function previewImport(ctx: Ctx, { importId, encoding }: InputOf<Platform['imports.preview']>) {
  const found = await findIn(ctx, ImportRun, importId)
  const shape = { format: found.format, delimiter: found.delimiter, encoding: chosenEncoding(found, encoding) }
  const { columns, rows: sample } = await readHead(found.filePath, shape, SAMPLE_ROWS)
  return {
    columns,
    sampleRows: sample.map(row => row.cells),
    encoding: shape.encoding,
    delimiter: shape.delimiter,
    ...suggestMapping(await wholeKindOf(found.kind), columns),
  }
}

/** Queues the import. A failed or cancelled one goes on behind the rows it has taken already. Throws import.notStartable and what the mapping lacks. */
export async function startImport(ctx: Ctx, { importId, mapping, encoding, options }: InputOf<Platform['imports.start']>) {
  const found = await findIn(ctx, ImportRun, importId)
  if (!['uploaded', 'failed', 'cancelled'].includes(found.state)) throw refused('import.notStartable', { state: found.state })
  const kind = await wholeKindOf(found.kind)
  const shape = { format: found.format, delimiter: found.delimiter, encoding: chosenEncoding(found, encoding) }
  const { columns } = await readHead(found.filePath, shape, 1).catch(asGone)
  checkMapping(kind, columns, mapping)
  const settled = (await kind.begin?.(ctx, options, found.options)) ?? options
  await found.update({
    encoding: shape.encoding,
    columns,
    mapping,
    options: settled,
    state: 'queued',
    error: '',
    finishedAt: null,
    status: 'due',
    dueAt: ctx.now,
    attempts: 0,
    lastError: null,
  })
  wakeWorkers('imports')
  return view(ctx, found)
}

/** Stops after the batch under way; rows that were taken stay taken. Throws import.notRunning. */
export async function cancelImport(ctx: Ctx, { importId }: { importId: number }) {
  const found = await findIn(ctx, ImportRun, importId)
  const changed = await run(
    sql`UPDATE imports SET state = 'cancelled', finished_at = ${ctx.now} WHERE id = ${importId} AND state IN ('uploaded', 'queued', 'running')`,
  )
  if (changed !== 1) throw refused('import.notRunning', { state: found.state })
  return view(ctx, await found.reload())
}

/** Imports under way, for the admin's top bar. */
export async function runningImports(ctx: Ctx): Promise<RunningWorkFacts[]> {
  const scope = brandScope(ctx)
  const found = await ImportRun.findAll({
    where: {
      state: { [Op.in]: ['queued', 'running'] },
      ...(storeScope(ctx) ? { operatorId: ctx.operatorId } : {}),
      ...(scope ? { brandId: { [Op.in]: scope } } : {}),
    },
    order: [['id', 'ASC']],
    limit: 20,
  })
  return found.map(one => {
    const { progress, remainingSeconds } = view(ctx, one)
    return {
      id: `import:${one.id}`,
      kind: 'import',
      title: one.fileName,
      progress,
      remainingSeconds,
      startedAt: one.startedAt ?? one.createdAt,
      path: `/imports/${one.id}`,
    }
  })
}

const FILE_DAYS = 30

/** Files and refused rows hold personal data: both go thirty days after the upload; the import's numbers stay. */
export async function removeOldFiles(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.now.getTime() - FILE_DAYS * 86_400_000)
  const old = await rows<{ id: number; file_path: string }>(
    sql`SELECT id, file_path FROM imports WHERE created_at < ${before} AND file_path <> '' AND state NOT IN ('queued', 'running') ORDER BY id LIMIT 500`,
  )
  for (const { id, file_path } of old) {
    await run(sql`DELETE FROM import_rejects WHERE import_id = ${id}`)
    await run(sql`UPDATE imports SET file_path = '' WHERE id = ${id}`)
    afterCommit(() =>
      rm(file_path, { force: true }).catch(error => log.warn({ err: error }, 'an import file could not be removed')),
    )
  }
}

function chosenEncoding(found: ImportRun, asked: string | undefined): string {
  if (!asked || found.format === 'xlsx') return found.encoding
  const encoding = asEncoding(asked)
  if (!encoding) throw refused('input.invalid', { field: 'encoding', reason: 'unknown encoding' })
  return encoding
}

function asGone(error: unknown): never {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw refused('import.badFile', { reason: reasons.fileGone() })
  throw error
}

function view(ctx: Ctx, one: ImportRun) {
  const at = ctx.now
  const progress = one.state === 'finished' ? 1 : one.sizeBytes > 0 ? Math.min(0.99, (one.readBytes ?? 0) / one.sizeBytes) : 0
  const elapsedMs = one.startedAt ? at.getTime() - one.startedAt.getTime() : 0
  const isRunning = one.state === 'running' && progress > 0.01
  return {
    id: one.id,
    kind: one.kind,
    fileName: one.fileName,
    sizeBytes: one.sizeBytes,
    format: one.format,
    encoding: one.encoding,
    brandId: one.brandId ?? null,
    status: one.state,
    readRows: one.readRows,
    acceptedRows: one.acceptedRows,
    rejectedRows: one.rejectedRows,
    progress,
    remainingSeconds: isRunning ? Math.max(0, Math.round((elapsedMs * (1 - progress)) / progress / 1000)) : null,
    error: readIn(ctx, one.error),
    operatorName: one.operatorName,
    createdAt: one.createdAt,
    startedAt: one.startedAt ?? null,
    finishedAt: one.finishedAt ?? null,
  }
}
