import { Readable } from 'node:stream'
import type { InputOf, platform } from '@banyan/shared'
import {
  addMs,
  type Ctx,
  config,
  findIn,
  now,
  type Reader,
  raw,
  readIn,
  readToken,
  refused,
  rows,
  say,
  signToken,
  sql,
} from '../../core/index.ts'
import { CSV_MARK, csvLine } from '../exports/csv.ts'
import { ImportRun } from './import-run.ts'

type Platform = typeof platform
type RejectRow = { id: number; line: number; code: string; reason: string; cells: string }

const LINK_MS = 10 * 60_000
const PAGE = 1_000

export async function listRejects(ctx: Ctx, { importId, page, pageSize }: InputOf<Platform['imports.rejects']>) {
  const found = await findIn(ctx, ImportRun, importId)
  const list = await rows<RejectRow>(
    sql`SELECT id, line, code, reason, cells FROM import_rejects WHERE import_id = ${importId} ORDER BY line, id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
  )
  const items = list.map(({ line, code, reason: kept, cells }) => {
    const texts = JSON.parse(cells) as string[]
    const reason = readIn(ctx, kept)
    return { line, code, reason, values: Object.fromEntries(found.columns.map((column, index) => [column, texts[index] ?? ''])) }
  })
  return { items, total: found.rejectedRows }
}

/** A link that a browser can follow without our headers, in the language of whoever asked for it; it ends after ten minutes. */
export async function linkToRejects(ctx: Ctx, { importId }: { importId: number }) {
  await findIn(ctx, ImportRun, importId)
  const expiresAt = addMs(ctx.now, LINK_MS)
  const token = signToken(`rejects:${importId}`, expiresAt)
  return {
    url: `${config.publicUrl}/api/imports.rejectsFile?id=${importId}&language=${ctx.language}&token=${encodeURIComponent(token)}`,
    expiresAt,
  }
}

/** The refused rows as a CSV with the file's own columns, so that it can be mended and imported again. */
export const rejectsFileRoute = raw({
  method: 'GET',
  path: '/api/imports.rejectsFile',
  name: 'imports.rejectsFile',
  handler: async ({ query }) => {
    const importId = Number(query.id)
    if (readToken(query.token ?? '', now()) !== `rejects:${importId}`) throw refused('import.badLink')
    const found = await ImportRun.findByPk(importId)
    if (!found) throw refused('import.badLink')
    const reader: Reader = { language: query.language === 'en' ? 'en' : 'zh' }
    const fileName = `${say(reader, '未导入', 'refused')}-${found.fileName.replace(/\.[^.]*$/, '')}.csv`
    return {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="rejects-${importId}.csv"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
        'Cache-Control': 'no-store',
      },
      body: Readable.from(csvOf(reader, found)),
    }
  },
})

async function* csvOf(reader: Reader, { id, columns }: ImportRun): AsyncGenerator<string> {
  yield CSV_MARK + csvLine([...columns, say(reader, '行号', 'line'), say(reader, '原因', 'reason')])
  let last = { line: -1, id: 0 }
  for (;;) {
    const some = await rows<RejectRow>(
      sql`SELECT id, line, code, reason, cells FROM import_rejects WHERE import_id = ${id} AND (line > ${last.line} OR (line = ${last.line} AND id > ${last.id})) ORDER BY line, id LIMIT ${PAGE}`,
    )
    if (some.length === 0) return
    yield some
      .map(({ line, reason, cells }) =>
        csvLine([...padded(JSON.parse(cells) as string[], columns.length), String(line), readIn(reader, reason)]),
      )
      .join('')
    last = some.at(-1)!
  }
}

function padded(cells: string[], width: number): string[] {
  return cells.length >= width ? cells : [...cells, ...new Array<string>(width - cells.length).fill('')]
}
