import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/**
 * Every text of the admin stands as a pair: `t('发布', 'Publish')`, `['草稿', 'Draft']` or `{ zh, en }`. What is left over is data, or the
 * word that a search should find, and stands in the list below.
 */
const HAN = /\p{Script=Han}/u

/** Chinese that is no text of ours: names and welcome texts offered as data, search words of pages, a language's own name, notes of the simulated WeChat. */
const DATA: Record<string, RegExp> = {
  'format.ts': / [万亿]`/,
  'app/nav.tsx': /^page\(|^pages: \[page\(/,
  'app/sign-in.tsx': /'中文'/,
  'app/who-am-i.tsx': /label: '中文'/,
  'livecodes/editor-fields.ts': /^text: '\{\{|^card: \{ title/,
  'parts/bits.tsx': /\?\? '客'/,
  'parts/phone.tsx': /\?\? '店'/,
  'simulator/page.tsx': /\? 'EN' : '中'/,
  'simulator/message-view.tsx': /text\.startsWith\(/,
  'simulator/words.ts': /^const (surnames|given) =/,
}

test('every text of the admin is there in both languages', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .map(name => name.replaceAll('\\', '/'))
    .filter(name => /\.tsx?$/.test(name) && !name.includes('.test.'))
  expect(files.length).toBeGreaterThan(100)
  const missing = files.flatMap(file =>
    leftOver(readFileSync(join(import.meta.dirname, file), 'utf8'))
      .filter(line => !DATA[file]?.test(line))
      .map(line => `${file}: ${line}`),
  )
  expect(missing).toEqual([])
})

test('a Chinese text alone, or with a Chinese twin, is found', () => {
  expect(leftOver("const a = '发布'")).toEqual(["const a = '发布'"])
  expect(leftOver("t('发布', '发布')")).toHaveLength(1)
  expect(leftOver("t('发布', 'Publish') // 发布")).toEqual([])
  expect(leftOver("const draft: Words = ['草稿', 'Draft']")).toEqual([])
  expect(leftOver('<b>已发布 {count}</b>')).toHaveLength(1)
})

/** Lines with Chinese outside a pair, and pairs whose second half is Chinese or missing. Comments do not count. */
function leftOver(source: string): string[] {
  const text = source
    .replace(/\/\*[\s\S]*?\*\//g, comment => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|[\s;{(,])\/\/[^\n]*/g, comment => comment.replace(/[^\n]/g, ' '))
  const isPaired = new Uint8Array(text.length)
  const bad: string[] = []
  for (const pair of text.matchAll(/\bt\(|\[(?=\s*['"`])|\{(?=\s*zh:)|\b(?:required|ago)\(/g)) {
    const open = pair.index + pair[0].length - 1
    const close = endOf(text, open)
    const parts = partsOf(text.slice(open + 1, close)).filter(part => !pair[0].startsWith('ago') || /['"`]/.test(part))
    if (pair[0] === '[' && parts.length !== 2) continue
    const [zh = '', en = ''] = parts
    const isWhole = en.trim() !== '' && !HAN.test(en.replace(/\$\{[^}]*\}/g, ''))
    if (HAN.test(zh) && !isWhole) bad.push(text.slice(pair.index, close + 1))
    isPaired.fill(1, open, close + 1)
  }
  let start = 0
  for (const line of text.split('\n')) {
    const isLeft = [...line.matchAll(/\p{Script=Han}/gu)].some(han => isPaired[start + han.index] === 0)
    if (isLeft) bad.push(line.trim())
    start += line.length + 1
  }
  return bad
}

/** The bracket that closes the one at `open`. */
function endOf(text: string, open: number): number {
  let at = open
  let depth = 0
  let quote = ''
  for (; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (quote) {
      if (character === '\\') at += 1
      else if (character === quote) quote = ''
    } else if (`'"\``.includes(character)) quote = character
    else if ('([{'.includes(character)) depth += 1
    else if (')]}'.includes(character)) {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return at
}

/** `a, f(b, c)` in two. */
function partsOf(list: string): string[] {
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < list.length; at += 1) {
    const character = list[at] ?? ''
    if ('([{'.includes(character)) at = endOf(list, at)
    else if (`'"\``.includes(character)) at = afterQuote(list, at)
    else if (character === ',') {
      parts.push(list.slice(from, at))
      from = at + 1
    }
  }
  const last = list.slice(from)
  return last.trim() ? [...parts, last] : parts
}

function afterQuote(list: string, open: number): number {
  for (let at = open + 1; at < list.length; at += 1) {
    if (list[at] === '\\') at += 1
    else if (list[at] === list[open]) return at
  }
  return list.length
}
