import { createWriteStream, mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { brandOf, type Ctx, dataDir, now, type RawRequest, randomToken, raw, refused, transaction } from '../../core/index.ts'
import { recordAudit } from '../audit/audit.ts'
import { limitOf } from '../configuration/limits.ts'
import { ImportRun } from './import-run.ts'
import { kindOf } from './kinds.ts'
import { readHead, shapeOf } from './read-file.ts'

/** `POST /api/imports.upload?kind=orders&fileName=june.csv`, the body is the file. It streams to DATA_DIR/imports and is never held in memory. */
export const uploadRoute = raw({
  method: 'POST',
  path: '/api/imports.upload',
  name: 'imports.upload',
  access: 'operator',
  handler: upload,
})

async function upload({ query, headers, stream, ctx, ip }: RawRequest) {
  const { kind = '', fileName = '' } = query
  const importId = await takeUpload(ctx, { kind, fileName, sizeBytes: Number(headers['content-length'] ?? 0), ip }, stream)
  return { body: { data: { importId } } }
}

/** Keeps a file for an import that has yet to be started. Throws import.unknownKind, import.tooLarge, import.badFile and what the scope forbids. */
export async function takeUpload(
  ctx: Ctx,
  of: { kind: string; fileName: string; sizeBytes: number; ip: string },
  stream: NodeJS.ReadableStream,
): Promise<number> {
  const kind = kindOf(of.kind)
  const brandId = brandOfImport(ctx)
  const fileName = of.fileName.split(/[\\/]/).pop()!.slice(0, 200)
  if (fileName === '') throw refused('input.invalid', { field: 'fileName', reason: 'required' })
  const limitBytes = await limitOf('import.fileBytesMax')
  if (of.sizeBytes > limitBytes) throw refused('import.tooLarge', { limitBytes })

  const folder = join(dataDir(), 'imports')
  mkdirSync(folder, { recursive: true })
  const filePath = join(folder, `${randomToken(16)}.upload`)
  try {
    const sizeBytes = await save(stream, filePath, limitBytes)
    const shape = await shapeOf(filePath)
    const { columns } = await readHead(filePath, shape, 1)
    const run = await transaction(async () => {
      const created = await ImportRun.create({
        kind: kind.name,
        brandId,
        operatorId: ctx.operatorId,
        operatorName: ctx.actor.name,
        fileName,
        filePath,
        sizeBytes,
        ...shape,
        columns,
        mapping: {},
        options: {},
        state: 'uploaded',
        error: '',
        createdAt: now(),
        status: 'idle',
        dueAt: now(),
      })
      await recordAudit(
        { ...ctx, now: now() },
        'imports.upload',
        { kind: kind.name, fileName, sizeBytes, importId: created.id },
        of.ip,
      )
      return created
    })
    return run.id
  } catch (error) {
    await rm(filePath, { force: true })
    throw error
  }
}

/** An import works with the whole of its brand: who sees some brands names one of them, and who sees single stores imports nothing. */
function brandOfImport(ctx: Ctx): number | null {
  if (ctx.storeIds !== 'all') throw refused('access.outOfScope')
  return ctx.brandIds === 'all' ? ctx.brandId : brandOf(ctx)
}

async function save(stream: NodeJS.ReadableStream, path: string, limitBytes: number): Promise<number> {
  let size = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      done(size > limitBytes ? refused('import.tooLarge', { limitBytes }) : null, chunk)
    },
  })
  await pipeline(stream, counted, createWriteStream(path, { mode: 0o600 }))
  return size
}
