import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { type Duplex, Transform } from 'node:stream'
import { constants, createGunzip, gunzipSync } from 'node:zlib'
import iconv from 'iconv-lite'
import { refused } from '../../core/index.ts'
import { detectEncoding, isBinary } from './encoding.ts'
import { detectDelimiter, type FileRow, RecordReader } from './records.ts'
import { readSheet } from './sheet.ts'
import { mustBeInMeasure, mustUnpackInMeasure, unpacksTooLarge } from './unpacked-size.ts'
import { reasons } from './words.ts'

export type FileShape = { format: 'csv' | 'xlsx'; encoding: string; delimiter: string }

const HEAD_BYTES = 256 * 1024

/** What kind of file it is, by its content; a workbook is unpacked once to see what is in it. Throws import.badFile, import.empty, import.tooLarge. */
export async function shapeOf(path: string): Promise<FileShape> {
  const { head, isGzip } = await headOf(path)
  if (head.length === 0) throw refused('import.empty')
  if (head.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004' && !isGzip) {
    await mustUnpackInMeasure(path)
    return { format: 'xlsx', encoding: '', delimiter: '' }
  }
  if (head.subarray(0, 4).toString('hex') === 'd0cf11e0') throw refused('import.badFile', { reason: reasons.oldExcel() })
  if (isBinary(head)) throw refused('import.badFile', { reason: reasons.notText() })
  const encoding = detectEncoding(head)
  return { format: 'csv', encoding, delimiter: detectDelimiter(iconv.decode(head, encoding)) }
}

/**
 * The rows of a file, in groups, the header first. `onBytes` hears how far in the file we are; after `charactersMax` reading ends as if the
 * file did. Throws import.badFile, import.tooLarge for what unpacks beyond measure; of workbooks `shapeOf` has said so already.
 */
export async function* readFile(
  path: string,
  { format, encoding, delimiter }: FileShape,
  onBytes: (count: number) => void = () => {},
  charactersMax = Number.POSITIVE_INFINITY,
): AsyncGenerator<FileRow[]> {
  if (format === 'xlsx') {
    yield* readSheet(path, onBytes)
    return
  }
  const { isGzip } = await headOf(path)
  let bytes = 0
  const file = createReadStream(path, { highWaterMark: 256 * 1024 })
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      done(null, chunk)
    },
  })
  const plain = isGzip ? file.pipe(counted).pipe(createGunzip()) : file.pipe(counted)
  // Typed as the old stream interface; it is a Transform.
  const text = plain.pipe(iconv.decodeStream(encoding) as Duplex)
  for (const stream of [file, counted, plain]) stream.once('error', (error: Error) => text.destroy(error))
  const reader = new RecordReader(delimiter)
  let characters = 0
  try {
    for await (const piece of text) {
      characters += String(piece).length
      if (isGzip) mustBeInMeasure(bytes, characters)
      if (characters > charactersMax) break
      const rows = reader.push(String(piece))
      onBytes(bytes)
      if (rows.length > 0) yield rows
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_'))
      throw refused('import.badFile', { reason: reasons.packedBroken() })
    throw error
  } finally {
    file.destroy()
  }
  yield reader.end()
}

/** As much as any header and sample needs; a request does not read on through a file of nothing but empty lines. */
const HEAD_CHARACTERS_MAX = 8_000_000

/** The header and the first rows. Throws import.empty, import.badFile. */
export async function readHead(path: string, shape: FileShape, count: number): Promise<{ columns: string[]; rows: FileRow[] }> {
  const rows: FileRow[] = []
  for await (const some of readFile(path, shape, undefined, HEAD_CHARACTERS_MAX)) {
    rows.push(...some)
    if (rows.length > count) break
  }
  const [header, ...others] = rows
  if (!header) throw refused('import.empty')
  return { columns: columnNames(header.cells), rows: others.slice(0, count) }
}

const COLUMNS_MAX = 200

/** Every column gets a name of its own: empty ones are numbered, repeated ones too. */
export function columnNames(cells: string[]): string[] {
  const seen = new Map<string, number>()
  return cells.slice(0, COLUMNS_MAX).map((cell, index) => {
    const name = cell.replace(/^\uFEFF/, '').trim() || `第 ${index + 1} 列`
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} (${times})`
  })
}

async function headOf(path: string): Promise<{ head: Buffer; isGzip: boolean }> {
  const file = await open(path)
  try {
    const buffer = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await file.read(buffer, 0, HEAD_BYTES, 0)
    const head = buffer.subarray(0, bytesRead)
    const isGzip = head[0] === 0x1f && head[1] === 0x8b
    return {
      head: isGzip
        ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64_000_000 }).subarray(0, HEAD_BYTES)
        : head,
      isGzip,
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code?.startsWith('Z_')) throw refused('import.badFile', { reason: reasons.packedBroken() })
    if (code === 'ERR_BUFFER_TOO_LARGE') throw unpacksTooLarge()
    throw error
  } finally {
    await file.close()
  }
}
