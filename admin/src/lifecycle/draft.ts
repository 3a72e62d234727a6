import { READY_STAGES } from '@banyan/shared'
import type { Input, Output } from '../api/call.ts'
import { t } from '../i18n.ts'
import { emptyConditions } from '../selection/rule-check.ts'
import { groupedRule } from '../selection/rule-tree.ts'
import type { ClientGroup, ClientRule } from '../selection/types.ts'

type Lifecycle = Output<'lifecycle.get'>

/** `key` is only for the page: a line keeps what is open in it while it is moved. */
export type StageDraft = { key: string; id?: number; name: string; color: string; rule: ClientGroup }
export type Draft = { stages: StageDraft[]; rest: { name: string; color: string } }

export const COLORS = ['#7A5BA6', '#3F6FB5', '#1F7A4D', '#4F9DA6', '#C77700', '#9A3B2E', '#66736C', '#B0568A']

let lastKey = 0
export const newKey = () => `stage${(lastKey += 1)}`

export function readyDraft(): Draft {
  return {
    stages: READY_STAGES.stages.map(({ zh, en, color, rule }) => ({
      key: newKey(),
      name: t(zh, en),
      color,
      rule: groupedRule(rule),
    })),
    rest: { name: t(READY_STAGES.rest.zh, READY_STAGES.rest.en), color: READY_STAGES.rest.color },
  }
}

export function blankStage(taken: readonly StageDraft[]): StageDraft {
  const color = COLORS.find(one => !taken.some(stage => stage.color === one)) ?? COLORS[0]
  return { key: newKey(), name: '', color: color as string, rule: { kind: 'all', rules: [] } }
}

export function draftOf({ stages }: Lifecycle): Draft {
  const rest = stages.find(stage => stage.rule === null)
  return {
    stages: stages.flatMap(({ id, name, color, rule }) =>
      rule === null ? [] : [{ key: newKey(), id, name, color, rule: groupedRule(rule as ClientRule) }],
    ),
    rest: { name: rest?.name ?? t('其他', 'Others'), color: rest?.color ?? '#66736C' },
  }
}

/** As the endpoints take it. */
export function inputOf({ stages, rest }: Draft): Input<'lifecycle.preview'> {
  return { stages: stages.map(({ id, name, color, rule }) => ({ ...(id ? { id } : {}), name, color, rule })), rest }
}

/** What is still missing, in words; null when it can be counted. */
export function missingIn({ stages, rest }: Draft): string | null {
  const names = [...stages.map(stage => stage.name.trim()), rest.name.trim()]
  if (stages.length === 0) return t('至少要有一个阶段', 'At least one stage is needed')
  if (names.includes('')) return t('有阶段还没有名字', 'A stage has no name yet')
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice) return t(`「${twice}」用了两次`, `“${twice}” stands twice`)
  const empty = stages.find(stage => stage.rule.rules.length === 0)
  if (empty) return t(`「${empty.name}」还没有条件`, `“${empty.name}” has no condition yet`)
  const open = stages.find(stage => emptyConditions(stage.rule) > 0)
  return open ? t(`「${open.name}」有条件没有填完`, `A condition of “${open.name}” is not complete`) : null
}

const keyOf = (brandId: number) => `banyan.draft.lifecycle.${brandId}`

export function keepDraft(brandId: number, draft: Draft | null): void {
  if (draft) localStorage.setItem(keyOf(brandId), JSON.stringify(draft))
  else localStorage.removeItem(keyOf(brandId))
}

/** What was being written and not put in force, if its stages are still there. */
export function keptDraft(brandId: number, { stages }: Lifecycle): Draft | null {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(brandId)) ?? '') as Draft
    const known = new Set(stages.map(stage => stage.id))
    if (!Array.isArray(kept.stages) || kept.stages.some(stage => stage.id !== undefined && !known.has(stage.id))) return null
    return { ...kept, stages: kept.stages.map(stage => ({ ...stage, key: newKey() })) }
  } catch {
    return null
  }
}
