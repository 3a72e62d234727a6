import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { addMs, type Ctx, config, now, raw, readToken, refused, run, signToken, sql, transaction } from '../../core/index.ts'
import { recordAudit } from '../audit/audit.ts'
import { exportRuns } from './export-run.ts'
import { ownExport } from './exports.ts'
import { exportKindOf, mustMayExport } from './kinds.ts'
import { auditOf, ctxOfRun } from './run-export.ts'

const LINK_MS = 10 * 60_000

/**
 * A link that a browser can follow without our headers; it ends after ten minutes. The rights of whoever made the file may have been taken away since: they
 * are looked at again. Throws export.noFile, export.mayNotReveal, access.outOfScope, access.denied.
 */
export async function linkToExport(ctx: Ctx, { exportId }: { exportId: number }) {
  const found = await ownExport(ctx, exportId)
  if (found.state !== 'finished') throw refused('export.noFile', { state: found.state })
  mustMayExport(ctx, exportKindOf(found.kind))
  if (!isWithin(found.brand_id === null ? found.brand_ids : `[${found.brand_id}]`, ctx.brandIds))
    throw refused('access.outOfScope')
  if (!isWithin(found.store_ids, ctx.storeIds)) throw refused('access.outOfScope')
  if (found.is_revealed === 1 && !ctx.mayReveal) throw refused('export.mayNotReveal')
  const expiresAt = addMs(ctx.now, LINK_MS)
  const token = signToken(`export:${exportId}`, expiresAt)
  return { url: `${config.publicUrl}/api/exports.file?id=${exportId}&token=${encodeURIComponent(token)}`, expiresAt }
}

/** Are these ids (JSON; null: all) among those that may be seen? */
function isWithin(ids: string | null, seen: number[] | 'all'): boolean {
  if (seen === 'all') return true
  return ids !== null && (JSON.parse(ids) as number[]).every(id => seen.includes(id))
}

/** The file itself. Every download leaves an entry in the audit before its first byte. */
export const exportFileRoute = raw({
  method: 'GET',
  path: '/api/exports.file',
  name: 'exports.file',
  handler: async ({ query, ip }) => {
    const exportId = Number(query.id)
    if (readToken(query.token ?? '', now()) !== `export:${exportId}`) throw refused('import.badLink')
    const [found] = await exportRuns(sql`id = ${exportId} AND state = 'finished'`)
    const size = found
      ? await stat(found.file_path).then(
          file => file.size,
          () => null,
        )
      : null
    if (!found || size === null) throw refused('export.noFile')
    await transaction(async () => {
      await run(sql`UPDATE exports SET downloads = downloads + 1 WHERE id = ${exportId}`)
      await recordAudit(ctxOfRun(found), 'exports.download', auditOf(found, found.written_rows), ip)
    })
    const type =
      found.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
    return {
      headers: {
        'Content-Type': type,
        'Content-Length': String(size),
        'Content-Disposition': `attachment; filename="export-${exportId}.${found.format}"; filename*=UTF-8''${encodeURIComponent(`${found.title}.${found.format}`)}`,
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      },
      body: createReadStream(found.file_path),
    }
  },
})
