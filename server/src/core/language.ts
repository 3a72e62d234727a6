import { endpointErrors, type Language, type Reader } from '@banyan/shared'

/** What the server writes for its readers: an answer is said at once, what is kept is a phrase. */
export { grouped, type Language, many, type Reader, say, type Words } from '@banyan/shared'

/** Chinese first: English is for who asks for it before anything else. */
export function languageOf(acceptLanguage: string | undefined): Language {
  return /^\s*en\b/i.test(acceptLanguage ?? '') ? 'en' : 'zh'
}

/** Chinese with names in it: a space stands where a name of Latin letters or figures meets Han, as it does in print: spaced`${'OpenID'}相同`. */
export function spaced(parts: TemplateStringsArray, ...facts: (string | number)[]): string {
  return parts.reduce((text, part, at) => joined(joined(text, String(facts[at - 1] ?? '')), part))
}

function joined(before: string, after: string): string {
  const seam = `${before.at(-1) ?? ''}|${after.at(0) ?? ''}`
  return /^(\p{Script=Han}\|[a-z0-9]|[a-z0-9]\|\p{Script=Han})$/iu.test(seam) ? `${before} ${after}` : before + after
}

type Facts = Record<string, string | number>
type Phrase = { en: string; names: string[]; form: RegExp }

const whole = new Map<string, string>()
const formed: Phrase[] = []

/**
 * A sentence that is written down or thrown where nobody knows who will read it: `const bought = phrase('购买 {orderNo}', 'Bought {orderNo}')`.
 * `bought({ orderNo })` is the Chinese that is kept, since members read their ledger too; `readIn` says it to somebody else.
 */
export function phrase<Given extends Facts = Record<never, never>>(
  zh: string,
  en: string,
): (...facts: keyof Given extends never ? [] : [Given]) => string {
  const names = [...zh.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? '')
  if (names.length === 0) whole.set(zh, en)
  else {
    const form = zh
      .split(/\{\w+\}/)
      .map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('(.*?)')
    formed.push({ en, names, form: new RegExp(`^${form}$`, 's') })
  }
  return (...facts) => filled(zh, facts[0] ?? {})
}

// What a refusal says may be kept too, for example with a refused row.
for (const { zh, en } of Object.values(endpointErrors)) phrase(zh, en)

/** A kept sentence in the reader's language. What people typed themselves, and what no phrase made, stands as it is. */
export function readIn(reader: Reader, kept: string): string {
  if (reader.language === 'zh' || !/\p{Script=Han}/u.test(kept)) return kept
  const same = whole.get(kept)
  if (same !== undefined) return same
  for (const { en, names, form } of formed) {
    const found = form.exec(kept)
    if (found) return filled(en, Object.fromEntries(names.map((name, at) => [name, readIn(reader, found[at + 1] ?? '')])))
  }
  return kept
}

const filled = (text: string, facts: Facts) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ''))
