import type { Output } from '../api/call.ts'
import { t } from '../i18n.ts'

type Plan = Output<'trackPlan.versions'>[number]['plan']
type Property = Plan['properties'][number]

export type PlanChange = { kind: 'added' | 'removed' | 'changed'; what: string; before: string; after: string }

/** What differs between two versions of a track, in words; a property is followed by its key. `before` null is the first version. */
export function planDiff(before: Plan | null, after: Plan, typeName: (id: number | null) => string): PlanChange[] {
  if (!before) return after.properties.map(one => ({ kind: 'added', what: one.key, before: '', after: inWords(one) }))
  const fields: [string, (plan: Plan) => string][] = [
    [t('中文名', 'In Chinese'), plan => plan.zh],
    [t('负责人', 'Owner'), plan => plan.owner],
    [t('说明', 'Description'), plan => plan.description],
    [t('主体', 'Subject'), plan => typeName(plan.subjectTypeId)],
    [t('显示在时间线', 'On the timeline'), plan => yesNo(plan.isOnTimeline)],
    [t('允许客户端上报', 'From clients'), plan => yesNo(plan.isFromClients)],
  ]
  const changes: PlanChange[] = fields
    .filter(([, read]) => read(before) !== read(after))
    .map(([what, read]) => ({ kind: 'changed', what, before: read(before), after: read(after) }))
  const old = new Map(before.properties.map(one => [one.key, one]))
  for (const one of after.properties) {
    const was = old.get(one.key)
    old.delete(one.key)
    if (!was) changes.push({ kind: 'added', what: one.key, before: '', after: inWords(one) })
    else if (inWords(was) !== inWords(one))
      changes.push({ kind: 'changed', what: one.key, before: inWords(was), after: inWords(one) })
  }
  for (const gone of old.values()) changes.push({ kind: 'removed', what: gone.key, before: inWords(gone), after: '' })
  return changes
}

const yesNo = (is: boolean) => (is ? t('是', 'Yes') : t('否', 'No'))

function inWords({ zh, kind, isRequired, example }: Property): string {
  const kinds = { text: t('文字', 'text'), number: t('数字', 'number'), flag: t('是否', 'flag') }
  return [zh, kinds[kind], isRequired && t('必填', 'required'), example && t(`例 ${example}`, `e.g. ${example}`)]
    .filter(Boolean)
    .join(' · ')
}
