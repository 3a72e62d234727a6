/** Longer lists of ids go as one packed text: ClickHouse reads a list of values one by one, and again wherever it is mentioned. */
const LIST_MAX = 1_000

/** SQL for `x IN ...` these ids. */
export function inIds(ids: readonly number[], bind: (value: unknown, type: string) => string): string {
  if (ids.length <= LIST_MAX) return bind(ids, 'Array(UInt32)')
  return `(SELECT arrayJoin(${idArray(ids, bind)}))`
}

/** SQL for an array of these ids. */
export function idArray(ids: readonly number[], bind: (value: unknown, type: string) => string): string {
  if (ids.length <= LIST_MAX) return bind(ids, 'Array(UInt32)')
  const packed = Buffer.alloc(ids.length * 4)
  for (const [at, id] of ids.entries()) packed.writeUInt32LE(id, at * 4)
  return `reinterpret(base64Decode(${bind(packed.toString('base64'), 'String')}), 'Array(UInt32)')`
}
