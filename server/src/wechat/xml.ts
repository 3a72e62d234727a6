import { XMLParser, XMLValidator } from 'fast-xml-parser'

export type XmlValue = string | XmlNode | XmlValue[]
export type XmlNode = { [name: string]: XmlValue }

const BYTES_MAX = 512 * 1024

const parser = new XMLParser({
  ignoreAttributes: true,
  // 64-bit ids lose their last digits as numbers, and a staff id such as 007 its zeros
  parseTagValue: false,
  trimValues: true,
  // no entity of a document type is ever expanded: callbacks are data from outside
  processEntities: { enabled: true, maxEntitySize: 0, maxExpansionDepth: 1, maxTotalExpansions: 1000 },
})

/** The children of `<xml>` as texts and nodes, or null when the text is not well-formed XML of that shape. */
export function parseXml(text: string): XmlNode | null {
  if (text.length > BYTES_MAX || /<!(DOCTYPE|ENTITY)/i.test(text)) return null
  try {
    if (XMLValidator.validate(text) !== true) return null
    const root = (parser.parse(text) as { xml?: unknown }).xml
    return typeof root === 'object' && root !== null && !Array.isArray(root) ? (root as XmlNode) : null
  } catch {
    return null
  }
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
