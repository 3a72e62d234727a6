/**
 * Switches for everything that goes wrong on the real platforms. A rule names a fault, where it strikes
 * (a pattern over `origin path` or `callback name`), and how often: always, with a probability, or for the next n times.
 */
export const callFaults = {
  slow: '慢应答',
  busy: '系统繁忙 -1',
  quota: '频率超限 45009',
  concurrency: '并发超限 45033',
  conflict: '版本冲突 6000',
  tokenExpired: '令牌过期 42001',
  tokenInvalid: '令牌无效 40014',
  ipRefused: 'IP 不在白名单 40164 / 60020',
  serverError: 'HTTP 500',
  disconnect: '不处理就断开',
  lostAnswer: '处理了但应答丢失',
  badAnswerSignature: '应答签名错误 (支付)',
  templateFails: '模板消息系统失败',
} as const

export const callbackFaults = {
  duplicate: '重复推送',
  drop: '丢失',
  reorder: '乱序',
  late: '迟到',
  sameSecond: '同一秒的两件事',
  halfThenFull: '先半后全 (add_half)',
  wrongSignature: '签名错误',
  tamperedBody: '密文被篡改',
  tamperedTag: 'GCM 标签被篡改 (支付)',
  staleTimestamp: '过时的时间戳',
} as const

export type CallFault = keyof typeof callFaults
export type CallbackFault = keyof typeof callbackFaults
export type FaultKind = CallFault | CallbackFault

export type FaultRule = {
  id: number
  kind: FaultKind
  /** Matched as a part of `wecom POST /cgi-bin/…` or `wecom add_external_contact`; `*` is everywhere. */
  target: string
  /** 0 to 1. */
  probability: number
  /** Strikes this many more times; null: until switched off. */
  remaining: number | null
  /** For slow and late. */
  ms: number
  hits: number
}

export type FaultInput = { kind: FaultKind; target?: string; probability?: number; remaining?: number | null; ms?: number }

export type Faults = {
  list(): FaultRule[]
  add(input: FaultInput): FaultRule
  remove(id: number): void
  clear(): void
  /** The rule of this kind that strikes here now, counted as a hit; null when none does. */
  strike(kind: FaultKind, place: string): FaultRule | null
}

const RULES_MAX = 100
const defaultMs: Partial<Record<FaultKind, number>> = { slow: 4000, late: 25_000 }

export function createFaults(random: () => number = Math.random): Faults {
  let rules: FaultRule[] = []
  let lastId = 0
  return {
    list: () => rules,
    add({ kind, target = '*', probability = 1, remaining = null, ms }) {
      if (!(kind in callFaults) && !(kind in callbackFaults)) throw new Error(`unknown fault: ${kind}`)
      if (rules.length >= RULES_MAX) throw new Error(`at most ${RULES_MAX} faults at once`)
      const rule: FaultRule = {
        id: ++lastId,
        kind,
        target,
        probability: Math.min(1, Math.max(0, probability)),
        remaining,
        ms: Math.min(120_000, Math.max(0, ms ?? defaultMs[kind] ?? 0)),
        hits: 0,
      }
      rules = [...rules, rule]
      return rule
    },
    remove(id) {
      rules = rules.filter(rule => rule.id !== id)
    },
    clear() {
      rules = []
    },
    strike(kind, place) {
      if (rules.length === 0) return null
      for (const rule of rules) {
        if (rule.kind !== kind || (rule.target !== '*' && !place.includes(rule.target))) continue
        if (rule.probability < 1 && random() >= rule.probability) continue
        rule.hits += 1
        if (rule.remaining !== null && --rule.remaining <= 0) rules = rules.filter(other => other !== rule)
        return rule
      }
      return null
    },
  }
}
