import type { SubjectInput, SubjectShape, SubjectTemplate } from '@banyan/shared'

/** A pack for a line of business: its types, and a small believable sample, the same every time for one day. */
export type Template = {
  zh: string
  en: string
  description: { zh: string; en: string }
  types: readonly { key: string; shape: SubjectShape }[]
  /** Subjects by type, in the order in which they must be put. */
  sample: (today: Date) => readonly { typeKey: string; subjects: readonly SubjectInput[] }[]
}
export type TemplateKey = SubjectTemplate['key']

const DAY_MS = 86_400_000

export function shape(of: Partial<SubjectShape> & Pick<SubjectShape, 'zh' | 'en'>): SubjectShape {
  return {
    description: '',
    attributes: [],
    relations: [],
    reach: { steps: [], mode: 'first' },
    titleAttribute: null,
    ...of,
  }
}

type AttributeOf = SubjectShape['attributes'][number]
export function attribute(
  key: string,
  zh: string,
  en: string,
  kind: AttributeOf['kind'],
  more: Partial<AttributeOf> = {},
): AttributeOf {
  return { key, zh, en, kind, choices: [], isUnique: false, isRequired: false, unit: '', ...more }
}

export function choices(...names: string[]): AttributeOf['choices'] {
  return names.map(name => ({ value: name, zh: name }))
}

/** `daysAgo(today, 3)` as a day, `2026-11-19`. */
export function daysAgo(today: Date, days: number): string {
  return new Date(today.getTime() - days * DAY_MS).toISOString().slice(0, 10)
}

/** The same numbers for the same seed: mulberry32, by Tommy Ettinger, public domain. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const FAMILY = '王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗'
const GIVEN = [
  '雨桐',
  '子涵',
  '思远',
  '佳怡',
  '浩然',
  '欣妍',
  '梓轩',
  '若溪',
  '嘉豪',
  '诗涵',
  '俊杰',
  '静怡',
  '宇航',
  '晓彤',
  '明轩',
  '雅婷',
]

/** Made-up people; every number begins with 1990 and a digit of its pack, so that packs do not share people. */
export function personOf(pack: number, n: number): { phone: string; name: string } {
  return {
    phone: `1990${pack}${String(n).padStart(6, '0')}`,
    name: `${FAMILY[n % FAMILY.length]}${GIVEN[Math.floor(n / FAMILY.length) % GIVEN.length]}`,
  }
}
