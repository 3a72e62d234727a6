import type { ClientRule } from '../selection/rule.ts'
import type { Window } from '../selection/window.ts'

type ReadyStage = { zh: string; en: string; color: string; rule: ClientRule }

const days = (last: number) => ({ type: 'rolling' as const, last, unit: 'days' as const })
const paid = (window: Extract<Window, { type: 'rolling' | 'none' }>, op: '>=' | '=', value: number): ClientRule => ({
  kind: 'tracks',
  name: 'order_paid',
  window,
  measure: { of: 'count' },
  is: { op, value },
})

/**
 * Stages to begin with, by purchases alone, so that past months can be worked out exactly. Ninety days and half a year are what shops with a
 * season of three months use; every brand changes them.
 */
export const READY_STAGES: { stages: readonly ReadyStage[]; rest: Omit<ReadyStage, 'rule'> } = {
  stages: [
    { zh: '潜客', en: 'Prospect', color: '#7A5BA6', rule: { kind: 'all', rules: [paid({ type: 'none' }, '=', 0)] } },
    {
      zh: '新客',
      en: 'New',
      color: '#3F6FB5',
      rule: { kind: 'all', rules: [paid({ type: 'none' }, '=', 1), paid(days(90), '>=', 1)] },
    },
    { zh: '活跃', en: 'Active', color: '#1F7A4D', rule: { kind: 'all', rules: [paid(days(90), '>=', 1)] } },
    { zh: '沉睡', en: 'Dormant', color: '#C77700', rule: { kind: 'all', rules: [paid(days(180), '>=', 1)] } },
  ],
  // Whoever has bought, but not for half a year.
  rest: { zh: '流失', en: 'Lost', color: '#9A3B2E' },
}
