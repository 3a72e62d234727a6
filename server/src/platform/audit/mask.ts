/** What an audit entry or a dead letter may show of an input: enough to recognise, too little to abuse. Pure. */
const SECRET = /password|secret|token|apikey|privatekey|authorization|sessionkey|^jscode$|^phonecode$/i
const IDENTIFIER = /openid|unionid|external_?user_?id|^phone|phone$|mobile|email|^code$|code$/i
const PHONE = /(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g
const LIST_MAX = 20
const TEXT_MAX = 500

export function masked(value: unknown, name = '', depth = 0): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value
  if (SECRET.test(name)) return '***'
  if (typeof value === 'number') return IDENTIFIER.test(name) ? shortened(String(value)) : value
  if (typeof value === 'string') {
    if (IDENTIFIER.test(name)) return shortened(value)
    const text = value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}… (${value.length})` : value
    return text.replace(PHONE, '$1****$2')
  }
  if (depth >= 6) return '…'
  if (Array.isArray(value)) {
    const shown = value.slice(0, LIST_MAX).map(item => masked(item, name, depth + 1))
    return value.length > LIST_MAX ? [...shown, `… (${value.length})`] : shown
  }
  // An identifier is often { type: 'phone', value: '138...' }: the value takes its sensitivity from its type.
  const fields = value as Record<string, unknown>
  const isIdentifier = typeof fields.type === 'string' && IDENTIFIER.test(fields.type)
  return Object.fromEntries(
    Object.entries(fields).map(([key, item]) => [
      key,
      key === 'value' && isIdentifier ? masked(item, String(fields.type), depth + 1) : masked(item, key, depth + 1),
    ]),
  )
}

function shortened(text: string): string {
  if (/^1[3-9]\d{9}$/.test(text)) return `${text.slice(0, 3)}****${text.slice(-4)}`
  return text.length <= 6 ? '***' : `${text.slice(0, 3)}***${text.slice(-3)}`
}
