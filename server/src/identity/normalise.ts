/** How an identifier is written down, so that one thing has one spelling. Pure: no settings, no store. Semantics 1.2 and 1.3. */

export type Normalised = { value: string } | { reason: 'blocked' | 'invalid' }

/** One admin rule: an exact value, or a pattern where `*` is any text and `?` one character. `type` null means every type. */
export type BlockRule = { type: string | null; value: string; isPattern: boolean }

const WORDS_THAT_IDENTIFY_NOBODY = new Set(['', '0', '-1', 'null', 'undefined', 'anonymous'])
const VALUE_MAX = 300
/** With the blanks and signs that people put around a value. */
const RAW_MAX = VALUE_MAX * 2
/** The number that forms and demos are filled in with. */
const DEMO_PHONE = '+8613800138000'

/**
 * The one spelling of a value, or why it identifies nobody. Ids keep their case; an e-mail is lower case; a phone is E.164
 * with +86 where no country is given.
 */
export function normalise(type: string, raw: string, rules: readonly BlockRule[] = []): Normalised {
  // before anything walks it: a cell of a file may be of any length
  if (raw.length > RAW_MAX) return { reason: 'invalid' }
  const text = halfWidth(raw).trim()
  if (isBlockedText(text)) return { reason: 'blocked' }
  const value = type === 'phone' ? phoneOf(text) : type === 'email' ? emailOf(text) : text
  if (value === null) return { reason: isBlockedText(text.replace(/[^\dA-Za-z]/g, '')) ? 'blocked' : 'invalid' }
  if (value.length > VALUE_MAX) return { reason: 'invalid' }
  if (type === 'phone' && (value === DEMO_PHONE || isBlockedText(nationalOf(value)))) return { reason: 'blocked' }
  const spellings = [value, text, ...(type === 'phone' ? [nationalOf(value)] : [])]
  if (rules.some(rule => (rule.type === null || rule.type === type) && spellings.some(one => isHit(rule, one))))
    return { reason: 'blocked' }
  return { value }
}

/** Full-width letters, digits and the ideographic space become their half-width forms; invisible characters go. */
export function halfWidth(text: string): string {
  return text
    .replace(/[\uFF01-\uFF5E]/g, character => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(/[\u3000\u00A0]/g, ' ')
    .replace(/[\u200B-\u200D\uFEFF\u2060]/g, '')
}

function isBlockedText(text: string): boolean {
  return WORDS_THAT_IDENTIFY_NOBODY.has(text.toLowerCase()) || /^(\d)\1*$/.test(text)
}

function isHit(rule: BlockRule, value: string): boolean {
  return rule.isPattern ? fitsPattern(value, rule.value) : rule.value === value
}

/**
 * Is `text` the whole of a pattern where `*` is any text and `?` one character? Takes at most as many steps as both lengths multiplied: a regular
 * expression of many stars would try every way to cut the text.
 */
export function fitsPattern(text: string, pattern: string): boolean {
  const [letters, wanted] = [[...text], [...pattern]]
  let [at, next] = [0, 0]
  // Where the last star stands, and how much of the text it has taken so far.
  let star: { next: number; at: number } | null = null
  while (at < letters.length) {
    if (wanted[next] === '*') {
      star = { next, at }
      next += 1
    } else if (next < wanted.length && (wanted[next] === '?' || wanted[next] === letters[at])) {
      at += 1
      next += 1
    } else if (star) {
      star.at += 1
      at = star.at
      next = star.next + 1
    } else return false
  }
  return wanted.slice(next).every(letter => letter === '*')
}

/** E.164, or null. `138 0013 8000`, `+86-13800138000` and `008613800138000` are one. */
export function phoneOf(text: string): string | null {
  const compact = text.replace(/[\s\-().·]/g, '')
  if (!/^\+?\d{5,20}$/.test(compact)) return null
  const digits = compact.replace(/^\+/, '')
  const international = compact.startsWith('+') ? digits : digits.startsWith('00') ? digits.slice(2) : null
  const full = international ?? withDefaultCountry(digits)
  if (full === null || !/^[1-9]\d{6,14}$/.test(full)) return null
  if (full.startsWith('86')) {
    const national = full.slice(2)
    const isMobile = /^1[3-9]\d{9}$/.test(national)
    const isLandline = /^0?[2-9]\d{8,10}$/.test(national)
    if (!isMobile && !isLandline) return null
    return `+86${national.replace(/^0/, '')}`
  }
  return `+${full}`
}

function withDefaultCountry(digits: string): string | null {
  if (/^861[3-9]\d{9}$/.test(digits)) return digits
  if (/^1[3-9]\d{9}$/.test(digits)) return `86${digits}`
  if (/^0[1-9]\d{8,10}$/.test(digits)) return `86${digits.slice(1)}`
  return null
}

function nationalOf(phone: string): string {
  return phone.startsWith('+86') ? phone.slice(3) : phone.slice(1)
}

function emailOf(text: string): string | null {
  const value = text.toLowerCase()
  return /^[^\s@]{1,64}@[^\s@]+\.[^\s@]{2,}$/.test(value) ? value : null
}

/** What may be shown to anybody who may see the person: never enough to use it. */
export function masked(type: string, value: string): string {
  if (type === 'phone') {
    const national = nationalOf(value)
    return national.length >= 7 ? `${national.slice(0, 3)}****${national.slice(-4)}` : '****'
  }
  if (type === 'email') return value.replace(/^(.).*(@.*)$/, '$1***$2')
  if (value.length <= 6) return `${value.slice(0, 1)}***`
  return `${value.slice(0, 4)}…${value.slice(-4)}`
}

/** The last four digits of a phone: what a shop assistant asks for. */
export function phoneTailOf(phone: string): string {
  return phone.slice(-4)
}
