/** Who reads: Chinese first, English on demand. */
export type Language = 'zh' | 'en'
export type Reader = { language: Language }

/** The same in both languages; the pair stays together, so neither can be forgotten. */
export type Words = readonly [zh: string, en: string]

/** Words in the language of their reader: `say(ctx, '已使用', 'Used')`. */
export function say(reader: Reader, zh: string, en: string): string {
  return reader.language === 'en' ? en : zh
}

/** In English one thing is said otherwise than several: `1 person`, `1,020 people`, `3 days`. */
export function many(count: number, one: string, others = `${one}s`): string {
  return `${grouped(count)} ${Math.abs(count) === 1 ? one : others}`
}

/** 12,345: whole numbers as people read them. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
