/**
 * The last calls and callbacks, for the page that teaches the protocol. Recording only keeps references: decoding and
 * masking happen when somebody reads, so that a thousand calls a second cost next to nothing.
 */
export type Origin = 'weixin' | 'wecom' | 'pay'

export type WireRecord = {
  id: number
  atMs: number
  origin: Origin
  /** `call`: the product calls the platform; `callback`: the platform calls the product. */
  direction: 'call' | 'callback'
  /** `POST /cgi-bin/message/template/send` or `add_external_contact`. */
  name: string
  url: string
  /** HTTP status; 0 when there was no answer. */
  status: number
  /** errcode or Pay's error code; empty when all went well. */
  errcode: string
  tookMs: number
  attempt: number
  fault: string
  /** What went over the wire, as it went. */
  sent: string
  answered: string
  /** Headers and query that carry the signature. */
  signed: Record<string, string>
  /** The clear text of what was encrypted. */
  decoded: string
}

export type WireLog = {
  record(entry: Omit<WireRecord, 'id'>): void
  /** Newest last, masked; only those after `afterId`. */
  read(options?: { afterId?: number; limit?: number }): WireRecord[]
  subscribe(listener: (records: WireRecord[]) => void): () => void
  clear(): void
}

const TEXT_MAX = 6000
const TELL_EVERY_MS = 250
const TOLD_AT_ONCE_MAX = 60

const maskRules: [RegExp, string][] = [
  [/(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g, '$1****$2'],
  [
    /((?:access_token|secret|corpsecret|session_key|appsecret|suite_secret)(?:"?\s*[:=]\s*"?))([^"&\s,}]{4})[^"&\s,}]*/gi,
    '$1$2…',
  ],
]

/** Phones and secrets out of any text: JSON, XML, query or header. */
export function masked(text: string): string {
  let result = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}… (${text.length} 字符)` : text
  for (const [pattern, replacement] of maskRules) result = result.replace(pattern, replacement)
  return result
}

function maskedRecord(record: WireRecord): WireRecord {
  const signed = Object.fromEntries(Object.entries(record.signed).map(([key, value]) => [key, masked(value)]))
  return {
    ...record,
    url: masked(record.url),
    sent: masked(record.sent),
    answered: masked(record.answered),
    decoded: masked(record.decoded),
    signed,
  }
}

export function createWireLog(capacity = 500): WireLog {
  const ring: WireRecord[] = []
  const listeners = new Set<(records: WireRecord[]) => void>()
  let lastId = 0
  let toldId = 0
  let timer: NodeJS.Timeout | null = null

  const read: WireLog['read'] = ({ afterId = 0, limit = 100 } = {}) => {
    const found: WireRecord[] = []
    for (let id = lastId; id > afterId && id > lastId - capacity && found.length < limit; id--) {
      const record = ring[id % capacity]
      if (record?.id === id) found.push(maskedRecord(record))
    }
    return found.reverse()
  }
  const tell = () => {
    timer = null
    const records = read({ afterId: toldId, limit: TOLD_AT_ONCE_MAX })
    toldId = lastId
    for (const listener of listeners) listener(records)
  }
  return {
    read,
    record(entry) {
      lastId += 1
      ring[lastId % capacity] = { id: lastId, ...entry }
      if (listeners.size > 0 && !timer) timer = setTimeout(tell, TELL_EVERY_MS).unref()
    },
    subscribe(listener) {
      if (listeners.size === 0) toldId = lastId
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    clear() {
      ring.length = 0 // ids go on, so that a reader's `afterId` stays right
    },
  }
}
