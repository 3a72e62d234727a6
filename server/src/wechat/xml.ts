export type XmlValue = string | XmlNode | XmlValue[]
export type XmlNode = { [name: string]: XmlValue }

const BYTES_MAX = 512 * 1024
const DEPTH_MAX = 32
const NAME = /[A-Za-z_\u0080-\uffff][\w.\-:\u0080-\uffff]*/y
/** What follows the name in a tag: attributes, whose values are quoted and of no interest, and the end. */
const REST_OF_TAG = /(?:\s+[^\s"'<>/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>/y
const END_OF_TAG = /\s*>/y
const REFERENCE = /&(#\d{1,7}|#x[\da-fA-F]{1,6}|\w{1,20});/g
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

type Open = { name: string; text: string; children: XmlNode | null }

/**
 * The children of `<xml>` as texts and nodes, or null when the text is not well-formed XML of that shape. Every text stays a text: 64-bit ids
 * would lose their last digits as numbers, and a staff id such as 007 its zeros. Attributes and comments are passed over. A document type is
 * refused with all that it could define: callbacks are data from outside. Written for the few hundred bytes of a callback, which a general
 * parser reads in ten times the time; two of them stand in every callback.
 */
export function parseXml(text: string): XmlNode | null {
  if (text.length > BYTES_MAX) return null
  const path: Open[] = []
  let root: Open | null = null
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  while (at < text.length) {
    const mark = text.indexOf('<', at)
    const words = readWords(text.slice(at, mark < 0 ? text.length : mark))
    const parent = path[path.length - 1]
    if (words === null || (words !== '' && !parent)) return null
    if (parent) parent.text += words
    if (mark < 0) break

    const next = text.charCodeAt(mark + 1)
    if (next === BANG || next === QUESTION) {
      const [opening, closing] = next === QUESTION ? ['<?', '?>'] : text.startsWith('<!--', mark) ? ['<!--', '-->'] : CDATA
      const end = text.startsWith(opening, mark) ? text.indexOf(closing, mark + opening.length) : -1
      if (end < 0) return null
      if (opening === CDATA[0]) {
        if (!parent) return null
        parent.text += text.slice(mark + opening.length, end)
      }
      at = end + closing.length
    } else if (next === SLASH) {
      const closed = path.pop()
      if (!closed?.name || !text.startsWith(closed.name, mark + 2)) return null
      at = endOf(END_OF_TAG, text, mark + 2 + closed.name.length)
      if (at < 0) return null
      const above = path[path.length - 1]
      if (above) put(above, closed)
    } else {
      const end = endOf(NAME, text, mark + 1)
      const name = text.slice(mark + 1, end)
      REST_OF_TAG.lastIndex = end
      const rest = end < 0 || name === '__proto__' ? null : REST_OF_TAG.exec(text)
      if (!rest || (root && path.length === 0) || path.length >= DEPTH_MAX) return null
      const opened: Open = { name, text: '', children: null }
      root ??= opened
      if (rest[1] === '') path.push(opened)
      else if (parent) put(parent, opened)
      at = REST_OF_TAG.lastIndex
    }
  }
  return path.length === 0 && root?.name === 'xml' ? root.children : null
}

const [BANG, QUESTION, SLASH] = [0x21, 0x3f, 0x2f]
const CDATA = ['<![CDATA[', ']]>'] as const

/** Where a sticky pattern ends that must match at `from`; -1 when it does not. */
function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from
  return pattern.test(text) ? pattern.lastIndex : -1
}

/** Text between tags without the blanks around it; null when an & begins no reference. An entity that XML does not know stays as it is. */
function readWords(raw: string): string | null {
  const words = raw.trim()
  if (!words.includes('&')) return words
  if (words.replace(REFERENCE, '').includes('&')) return null
  return words.replace(REFERENCE, (whole, name: string) => {
    if (!name.startsWith('#')) return NAMED[name] ?? whole
    const point = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}

/** Adds a closed element to the one around it: a second one of the same name makes a list. */
function put(parent: Open, { name, text, children }: Open): void {
  const value: XmlValue = children ?? text
  parent.children ??= {}
  const known = Object.hasOwn(parent.children, name) ? parent.children[name] : undefined
  if (known === undefined) parent.children[name] = value
  else if (Array.isArray(known)) known.push(value)
  else parent.children[name] = [known, value]
}

/** The text of one child; '' when absent or not a text. */
export function textOf(node: XmlNode | undefined, name: string): string {
  const value = node?.[name]
  return typeof value === 'string' ? value : ''
}

/** The node of one child, or undefined. */
export function nodeOf(node: XmlNode | undefined, name: string): XmlNode | undefined {
  const value = node?.[name]
  return typeof value === 'object' && !Array.isArray(value) ? value : undefined
}

/** One or many children of the same name, as nodes: the platforms send a single one without a list around it. */
export function nodesOf(node: XmlNode | undefined, name: string): XmlNode[] {
  const value = node?.[name]
  const values = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return values.filter((item): item is XmlNode => typeof item === 'object' && !Array.isArray(item))
}
