import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExportRequest, InputOf, platform } from '@banyan/shared'
import {
  addDays,
  afterCommit,
  type Ctx,
  dataDir,
  insertOne,
  log,
  notFound,
  orderSql,
  refused,
  row,
  rows,
  run,
  say,
  sql,
  wakeWorkers,
} from '../../core/index.ts'
import type { RunningWorkFacts } from '../operations/running-work.ts'
import { type ExportRunRow, exportRuns, exportView } from './export-run.ts'
import { exportKindOf, mustMayExport } from './kinds.ts'
import { ROWS_MAX } from './write-file.ts'

type Platform = typeof platform

/** Files hold personal data: they are deleted after so many days. */
export const FILE_DAYS = 7
/** What an export itself is remembered for, without its file. */
const ROW_DAYS = 180
const OPEN_MAX = 5

export async function exportColumns(ctx: Ctx, { kind: name, options }: InputOf<Platform['exports.columns']>) {
  const kind = exportKindOf(name)
  mustMayExport(ctx, kind)
  const fields = await kind.fields(ctx, options)
  return {
    mayReveal: ctx.mayReveal,
    columns: fields.map(field => ({
      key: field.key,
      name: say(ctx, field.zh, field.en),
      group: say(ctx, field.group.zh, field.group.en),
      isUsual: field.isUsual,
      isPersonal: field.isPersonal ?? false,
    })),
  }
}

/**
 * Queues a file of a kind: it is written with the eyes of whoever asks. Throws export.mayNotReveal, export.unknownColumn, export.tooLarge,
 * export.tooMany, and what the kind refuses.
 */
export async function startExport(
  ctx: Ctx,
  { kind: name, options, columns, format, isRevealed }: ExportRequest & { kind: string; options: Record<string, unknown> },
) {
  const kind = exportKindOf(name)
  mustMayExport(ctx, kind)
  if (isRevealed && !ctx.mayReveal) throw refused('export.mayNotReveal', { field: 'isRevealed' })
  const begun = await kind.begin(ctx, options)
  if ((begun.totalRows ?? 0) > ROWS_MAX[format]) throw refused('export.tooLarge', { max: ROWS_MAX[format] })
  const kept = begun.options ?? options
  const fields = await kind.fields(ctx, kept)
  const wanted = columns ?? fields.filter(field => field.isUsual).map(field => field.key)
  const chosen = [...new Set(wanted)].map(key => {
    const field = fields.find(one => one.key === key)
    if (!field) throw refused('export.unknownColumn', { field: 'columns', column: key })
    return { key, name: say(ctx, field.zh, field.en) }
  })
  const open = await row<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM exports WHERE operator_id = ${ctx.operatorId} AND state IN ('queued', 'running')`,
  )
  if (Number(open?.n ?? 0) >= OPEN_MAX) throw refused('export.tooMany', { max: OPEN_MAX })
  const id = await insertOne('exports', {
    kind: name,
    brandId: ctx.brandId,
    brandIds: ctx.brandIds === 'all' ? null : ctx.brandIds,
    storeIds: ctx.storeIds === 'all' ? null : ctx.storeIds,
    operatorId: ctx.operatorId,
    operatorName: ctx.actor.name.slice(0, 64),
    language: ctx.language,
    title: begun.title.slice(0, 120),
    format,
    columns: chosen,
    options: kept,
    isRevealed,
    state: 'queued',
    totalRows: begun.totalRows,
    createdAt: ctx.now,
    status: 'due',
    dueAt: ctx.now,
    attempts: 0,
  })
  wakeWorkers('exports')
  return exportView(ctx, await ownExport(ctx, id))
}

/** A file with people's data is for whoever made it, whatever others may see. Throws thing.notFound. */
export async function ownExport(ctx: Ctx, exportId: number): Promise<ExportRunRow> {
  const [found] = await exportRuns(sql`id = ${exportId} AND operator_id = ${ctx.operatorId}`)
  if (!found) throw notFound('export', exportId)
  return found
}

const SORTS = { title: 'title', createdAt: 'id' }

export async function listExports(ctx: Ctx, { page, pageSize, kind, status, search, sort }: InputOf<Platform['exports.list']>) {
  const where = sql.and([
    sql`operator_id = ${ctx.operatorId}`,
    ...(ctx.brandId === null ? [] : [sql`(brand_id = ${ctx.brandId} OR brand_id IS NULL)`]),
    ...(kind ? [sql`kind = ${kind}`] : []),
    ...(status ? [sql`state = ${status}`] : []),
    ...(search ? [sql`title LIKE ${`%${search}%`}`] : []),
  ])
  const found = await exportRuns(
    sql`${where} ORDER BY ${orderSql(sort, SORTS, '-createdAt')}, id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
  )
  const counted = await row<{ n: number }>(sql`SELECT COUNT(*) AS n FROM exports WHERE ${where}`)
  return { items: found.map(one => exportView(ctx, one)), total: Number(counted?.n ?? 0) }
}

export async function getExport(ctx: Ctx, { exportId }: { exportId: number }) {
  return exportView(ctx, await ownExport(ctx, exportId))
}

/** Stops after the page under way; the worker removes what it has written. Throws export.notRunning. */
export async function cancelExport(ctx: Ctx, { exportId }: { exportId: number }) {
  await ownExport(ctx, exportId)
  const changed = await run(
    sql`UPDATE exports SET state = 'cancelled', finished_at = ${ctx.now} WHERE id = ${exportId} AND state IN ('queued', 'running')`,
  )
  if (changed !== 1) throw refused('export.notRunning')
  return exportView(ctx, await ownExport(ctx, exportId))
}

export async function removeExport(ctx: Ctx, { exportId }: { exportId: number }) {
  const found = await ownExport(ctx, exportId)
  if (found.state !== 'finished') throw refused('export.noFile')
  await expire([found])
  return { isDone: true as const }
}

/** Exports under way, for the top bar of whoever asked for them. */
export async function runningExports(ctx: Ctx): Promise<RunningWorkFacts[]> {
  if (ctx.operatorId === null) return []
  const found = await exportRuns(sql`operator_id = ${ctx.operatorId} AND state IN ('queued', 'running') ORDER BY id LIMIT 20`)
  return found.map(one => {
    const { progress, remainingSeconds } = exportView(ctx, one)
    return {
      id: `export:${one.id}`,
      kind: 'export',
      title: one.title,
      progress,
      remainingSeconds,
      startedAt: one.started_at ?? one.created_at,
      path: '/exports',
    }
  })
}

/** Where the files lie. */
export const exportsFolder = () => join(dataDir(), 'exports')

/** Files whose days are over, those that a dead process left behind, and exports of long ago. */
export async function removeOldExports(ctx: Ctx): Promise<void> {
  const old = await exportRuns(sql`expires_at < ${ctx.now} AND file_path <> '' ORDER BY expires_at LIMIT 500`)
  if (old.length > 0) await expire(old)
  await removeStrayFiles(ctx)
  await run(
    sql`DELETE FROM exports WHERE created_at < ${addDays(ctx.now, -ROW_DAYS)} AND file_path = '' AND state NOT IN ('queued', 'running')`,
  )
}

/** What no export points to after a day, nobody is writing any more. */
async function removeStrayFiles(ctx: Ctx): Promise<void> {
  const names = await readdir(exportsFolder()).catch(() => [])
  const kept = new Set(
    (await rows<{ file_path: string }>(sql`SELECT file_path FROM exports WHERE file_path <> ''`)).map(one => one.file_path),
  )
  const before = addDays(ctx.now, -1)
  for (const path of names.map(name => join(exportsFolder(), name))) {
    const file = kept.has(path) ? null : await stat(path).catch(() => null)
    if (file && file.mtime < before) await rm(path, { force: true })
  }
}

async function expire(list: readonly ExportRunRow[]): Promise<void> {
  await run(
    sql`UPDATE exports SET state = 'expired', file_path = '' WHERE id IN (${list.map(one => one.id)}) AND state = 'finished'`,
  )
  afterCommit(async () => {
    for (const { file_path } of list)
      await rm(file_path, { force: true }).catch(error => log.warn({ err: error }, 'an exported file could not be removed'))
  })
}
