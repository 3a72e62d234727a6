import { randomBytes } from 'node:crypto'

/** A call needs a handful of small ones, and each draw from the system costs as much as many: they are cut from a larger draw. */
const DRAWN_BYTES = 4096
let drawn = Buffer.alloc(0)
let used = 0

/** Random bytes fit for secrets; each is handed out once. */
export function randomPart(bytes: number): Buffer {
  if (used + bytes > drawn.length) {
    drawn = randomBytes(Math.max(bytes, DRAWN_BYTES))
    used = 0
  }
  used += bytes
  return drawn.subarray(used - bytes, used)
}
