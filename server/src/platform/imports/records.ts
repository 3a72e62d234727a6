import { parse } from 'csv-parse/sync'
import { reasons } from './words.ts'

export type FileRow = { line: number; cells: string[]; broken: string | null }

/** Longest quoted field over several lines that we believe; past it a quote was forgotten, and only its own line is lost. */
const LINES_PER_RECORD_MAX = 100
const RECORD_MAX = 64_000
const RECORDS_PER_PARSE = 500

/** `isPlain`: without any quote, so that its cells lie between the delimiters as they are. Most records of most files are. */
type Ready = { line: number; text: string; broken: string | null; isPlain: boolean }

/**
 * Text in pieces -> records. A record that never closes its quote would swallow the rest of the file: here it loses its first line,
 * and reading goes on behind it. Line numbers are those of an editor.
 */
export class RecordReader {
  private rest = ''
  private line = 0
  private pending: string[] = []
  private isOpen = false
  private ready: Ready[] = []
  private readonly delimiter: string

  constructor(delimiter: string) {
    this.delimiter = delimiter
  }

  /** Takes a piece of text, gives the rows that are complete. */
  push(piece: string): FileRow[] {
    const lines = (this.rest + piece).split('\n')
    this.rest = lines.pop() ?? ''
    for (const line of lines) this.take(line.endsWith('\r') ? line.slice(0, -1) : line)
    if (this.rest.length > RECORD_MAX) {
      this.take(this.rest.slice(0, RECORD_MAX))
      this.rest = ''
    }
    return this.ready.length >= RECORDS_PER_PARSE ? this.parseReady() : []
  }

  /** The last rows. */
  end(): FileRow[] {
    if (this.rest !== '') this.take(this.rest.endsWith('\r') ? this.rest.slice(0, -1) : this.rest)
    this.rest = ''
    while (this.pending.length > 0) this.giveUpFirst()
    return this.parseReady()
  }

  private take(line: string): void {
    this.line++
    if (!this.isOpen && !line.includes('"')) {
      if (line.trim() !== '') this.ready.push({ line: this.line, text: line, broken: null, isPlain: true })
      return
    }
    this.pending.push(line)
    this.isOpen = isQuoteOpen(line, this.isOpen, this.delimiter)
    if (!this.isOpen) {
      this.ready.push({ line: this.line - this.pending.length + 1, text: this.pending.join('\n'), broken: null, isPlain: false })
      this.pending = []
    } else if (this.pending.length > LINES_PER_RECORD_MAX || this.pending.reduce((sum, one) => sum + one.length, 0) > RECORD_MAX)
      this.giveUpFirst()
  }

  private giveUpFirst(): void {
    const [first = '', ...others] = this.pending
    this.line -= this.pending.length
    this.line++
    this.ready.push({ line: this.line, text: first, broken: reasons.quoteOpen(), isPlain: false })
    this.pending = []
    this.isOpen = false
    for (const line of others) this.take(line)
  }

  private parseReady(): FileRow[] {
    const records = this.ready
    this.ready = []
    const quoted = records.filter(one => !one.isPlain && one.broken === null)
    const parsed = quoted.length > 0 ? this.parse(quoted.map(one => one.text).join('\n')) : []
    const isOneToOne = parsed?.length === quoted.length
    let next = 0
    return records.map(({ line, text, broken, isPlain }) => {
      if (broken) return { line, cells: [text], broken }
      if (isPlain) return { line, cells: trimmed(text.split(this.delimiter)), broken: null }
      const cells = isOneToOne ? parsed[next++] : this.parse(text)?.[0]
      return cells ? { line, cells: trimmed(cells), broken: null } : { line, cells: [text], broken: reasons.quoteWrong() }
    })
  }

  private parse(text: string): string[][] | null {
    try {
      return parse(text, {
        delimiter: this.delimiter,
        relax_quotes: true,
        relax_column_count: true,
        record_delimiter: '\n',
        skip_empty_lines: false,
      })
    } catch {
      return null
    }
  }
}

function trimmed(cells: string[]): string[] {
  for (let at = 0; at < cells.length; at++) cells[at] = (cells[at] ?? '').trim()
  return cells
}

/** Is a quoted field open at the end of this line? A quote opens a field only at its beginning; `""` inside is a quote. Pure. */
export function isQuoteOpen(line: string, wasOpen: boolean, delimiter: string): boolean {
  let isOpen = wasOpen
  let isFieldStart = !wasOpen
  for (let at = 0; at < line.length; at++) {
    const char = line[at]
    if (isOpen) {
      if (char !== '"') continue
      if (line[at + 1] === '"') at++
      else isOpen = false
    } else if (char === '"' && isFieldStart) isOpen = true
    else isFieldStart = char === delimiter
  }
  return isOpen
}

/** The most frequent of the usual delimiters outside quotes in the first line. Pure. */
export function detectDelimiter(head: string): string {
  const line = (head.split('\n').find(one => one.trim() !== '') ?? '').replace(/"[^"]*"/g, '')
  const counts = [',', '\t', ';', '|'].map(delimiter => ({ delimiter, count: line.split(delimiter).length }))
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).delimiter
}
