import { open } from 'node:fs/promises'
import { refused } from '../../core/index.ts'
import { reasons } from './words.ts'

/** Real tables unpack to ten or thirty times their packed size; what unpacks to more than this is made to fill us up. */
const UNPACKED_RATIO_MAX = 100
const UNPACKED_ALWAYS = 64_000_000

/** Throws import.tooLarge when so much packed content has become far more than a table does. */
export function mustBeInMeasure(packed: number, unpacked: number): void {
  if (unpacked > UNPACKED_ALWAYS + packed * UNPACKED_RATIO_MAX) throw unpacksTooLarge()
}

export const unpacksTooLarge = () => refused('import.tooLarge', { reason: reasons.unpacksTooLarge() })

const END_BYTES = 22
const COMMENT_BYTES_MAX = 65_535
const ENTRY_BYTES = 46
const DIRECTORY_BYTES_MAX = 4_000_000

/**
 * What the parts of a workbook say they unpack to, summed from the zip's directory (PKWARE APPNOTE 4.3.12 and 4.3.16), before anything is
 * unpacked: a workbook's texts are held in memory. Throws import.badFile when there is no directory, or one as no workbook has it.
 */
export async function unpackedSizeOf(path: string): Promise<number> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const tail = Buffer.alloc(Math.min(size, END_BYTES + COMMENT_BYTES_MAX))
    await file.read(tail, 0, tail.length, size - tail.length)
    const end = tail.lastIndexOf(Buffer.from('504b0506', 'hex'))
    if (end < 0 || end + END_BYTES > tail.length) throw notWhole()
    const [bytes, offset] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)]
    if (bytes > DIRECTORY_BYTES_MAX || offset + bytes > size) throw notWhole()
    const directory = Buffer.alloc(bytes)
    await file.read(directory, 0, bytes, offset)
    return sumOf(directory)
  } finally {
    await file.close()
  }
}

function sumOf(directory: Buffer): number {
  let sum = 0
  for (let at = 0; at + ENTRY_BYTES <= directory.length; ) {
    if (directory.readUInt32LE(at) !== 0x02014b50) throw notWhole()
    sum += directory.readUInt32LE(at + 24)
    at += ENTRY_BYTES + directory.readUInt16LE(at + 28) + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return sum
}

const notWhole = () => refused('import.badFile', { reason: reasons.workbookNotWhole() })
