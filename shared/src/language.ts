/** Who reads: Chinese first, English on demand. */
export type Language = 'zh' | 'en'
export type Reader = { language: Language }

/** The same in both languages; the pair stays together, so neither can be forgotten. */
export type Words = readonly [zh: string, en: string]

/** Words in the language of their reader: `say(ctx, '已使用', 'Used')`. */
export function say(reader: Reader, zh: string, en: string): string {
  return reader.language === 'en' ? en : zh
}
