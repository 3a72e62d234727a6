import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createInflateRaw } from 'node:zlib'
import { refused } from '../../core/index.ts'
import { reasons } from './words.ts'

/** Real tables unpack to ten or thirty times their packed size; what unpacks to more than this is made to fill us up. */
const UNPACKED_RATIO_MAX = 100
const UNPACKED_ALWAYS = 64_000_000
/** The parts of a workbook that its reader holds in memory: some ten million short texts. */
const HELD = /sharedStrings|styles|workbook/
const HELD_MAX = 256_000_000

/** Throws import.tooLarge when so much packed content has become far more than a table does. */
export function mustBeInMeasure(packed: number, unpacked: number): void {
  if (unpacked > UNPACKED_ALWAYS + packed * UNPACKED_RATIO_MAX) throw unpacksTooLarge()
}

export const unpacksTooLarge = () => refused('import.tooLarge', { reason: reasons.unpacksTooLarge() })

/**
 * Unpacks a workbook into nothing, part by part as its reader will meet them, and stops at the byte that is too much. What the zip says of itself
 * proves nothing: a file of 400 kB may say that it holds one, and holds 400 MB. Throws import.tooLarge, import.badFile.
 */
export async function mustUnpackInMeasure(path: string): Promise<void> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    let unpacked = 0
    let held = 0
    for await (const part of partsOf(file, size)) {
      for await (const bytes of unpackedIn(path, part)) {
        unpacked += bytes
        mustBeInMeasure(size, unpacked)
        if (HELD.test(part.name)) held += bytes
        if (held > HELD_MAX) throw unpacksTooLarge()
      }
    }
  } finally {
    await file.close()
  }
}

type Part = { name: string; isPacked: boolean; start: number; end: number }

/** Signatures and headers of PKWARE APPNOTE 4.3.7, 4.3.9 and 4.3.12. */
const PART = 0x04034b50
const DIRECTORY = 0x02014b50
const DESCRIPTOR = Buffer.from('504b0708', 'hex')
const HEADER_BYTES = 30
const DESCRIPTOR_BYTES = 16
const SIZE_FOLLOWS = 0x08
const PARTS_MAX = 10_000

/** One part behind another up to the directory: a reader of streams sees no other order. */
async function* partsOf(file: FileHandle, size: number): AsyncGenerator<Part> {
  let at = 0
  for (let count = 0; count < PARTS_MAX; count++) {
    const header = Buffer.alloc(HEADER_BYTES)
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, at)
    if (bytesRead >= 4 && header.readUInt32LE(0) === DIRECTORY) return
    if (bytesRead < HEADER_BYTES || header.readUInt32LE(0) !== PART) throw notWhole()
    const [nameBytes, extraBytes, packedBytes] = [header.readUInt16LE(26), header.readUInt16LE(28), header.readUInt32LE(18)]
    const name = Buffer.alloc(nameBytes)
    await file.read(name, 0, nameBytes, at + HEADER_BYTES)
    const start = at + HEADER_BYTES + nameBytes + extraBytes
    const isSizeKnown = (header.readUInt16LE(6) & SIZE_FOLLOWS) === 0 || packedBytes > 0
    const end = isSizeKnown ? start + packedBytes : await descriptorAfter(file, start)
    if (end > size) throw notWhole()
    yield { name: name.toString('utf8'), isPacked: header.readUInt16LE(8) !== 0, start, end }
    at = isSizeKnown ? end : end + DESCRIPTOR_BYTES
  }
  throw notWhole()
}

const PIECE_BYTES = 1_000_000

/** Where the content of a part ends whose size stands behind it. */
async function descriptorAfter(file: FileHandle, start: number): Promise<number> {
  const piece = Buffer.alloc(PIECE_BYTES)
  for (let at = start; ; at += PIECE_BYTES - DESCRIPTOR.length) {
    const { bytesRead } = await file.read(piece, 0, PIECE_BYTES, at)
    const found = piece.subarray(0, bytesRead).indexOf(DESCRIPTOR)
    if (found >= 0) return at + found
    if (bytesRead < PIECE_BYTES) throw notWhole()
  }
}

/** How many bytes come out, as they come. */
async function* unpackedIn(path: string, { isPacked, start, end }: Part): AsyncGenerator<number> {
  if (!isPacked || end === start) {
    yield end - start
    return
  }
  const packed = createReadStream(path, { start, end: end - 1, highWaterMark: 256 * 1024 })
  const plain = packed.pipe(createInflateRaw())
  packed.once('error', error => plain.destroy(error))
  try {
    for await (const chunk of plain) yield (chunk as Buffer).length
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code?.startsWith('Z_') ? notWhole() : error
  } finally {
    packed.destroy()
    plain.destroy()
  }
}

const notWhole = () => refused('import.badFile', { reason: reasons.workbookNotWhole() })
