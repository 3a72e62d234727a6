/**
 * A text, closed or not, or a number. Every way through it is one step per character: callbacks are read before their signature can be
 * looked at, so what strangers send may not make it start over again and again.
 */
const TOKEN = /"(?:[^"\\]|\\[\s\S]?)*(?:"|$)|-?\d[\d.eE+-]*/g
const LONG_WHOLE_NUMBER = /^-?\d{16,}$/

/** JSON whose whole numbers of 16 digits and more stay texts: message ids have 64 bits and would lose their last digits. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(TOKEN, part => (LONG_WHOLE_NUMBER.test(part) ? `"${part}"` : part)))
}
