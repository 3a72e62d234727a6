import iconv from 'iconv-lite'

export const encodings = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'windows-1252'] as const
export type Encoding = (typeof encodings)[number]

/**
 * The encoding of a text by its first bytes: a byte order mark decides; else valid UTF-8 is UTF-8 (other encodings hardly ever
 * look like it), zero bytes mean UTF-16, and what decodes as GB18030 (which contains GBK and GB2312, as Chinese Excel writes) is that. Pure.
 */
export function detectEncoding(head: Buffer): Encoding {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8'
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const { even, odd } = zeroBytes(head)
  if (odd > head.length / 8 && even < odd / 4) return 'utf-16le'
  if (even > head.length / 8 && odd < even / 4) return 'utf-16be'
  if (isUtf8(head)) return 'utf-8'
  return isGb18030(head) ? 'gb18030' : 'windows-1252'
}

/** A program's data, not a text. Pure. */
export function isBinary(head: Buffer): boolean {
  const { even, odd } = zeroBytes(head)
  return even + odd > 0 && !detectEncoding(head).startsWith('utf-16')
}

export function asEncoding(name: string): Encoding | null {
  const known: Record<string, Encoding> = {
    utf8: 'utf-8',
    gbk: 'gb18030',
    gb2312: 'gb18030',
    latin1: 'windows-1252',
    utf16: 'utf-16le',
  }
  const plain = name.toLowerCase()
  return encodings.find(one => one === plain) ?? known[plain.replace('-', '')] ?? null
}

function zeroBytes(head: Buffer) {
  let even = 0
  let odd = 0
  for (let at = 0; at < head.length; at++) {
    if (head[at] !== 0) continue
    if (at % 2 === 0) even++
    else odd++
  }
  return { even, odd }
}

/** The cut at the end may split a character: up to three bytes are left out. */
function isUtf8(head: Buffer): boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    decoder.decode(head, { stream: true })
    return true
  } catch {
    return false
  }
}

function isGb18030(head: Buffer): boolean {
  const text = iconv.decode(head.subarray(0, head.length - 4), 'gb18030')
  const bad = text.split('\uFFFD').length - 1
  const isChinese = /[\u4e00-\u9fff]/.test(text)
  return isChinese && bad <= 1
}
