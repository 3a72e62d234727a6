import {
  allConditionsOf,
  type Condition,
  type FieldKind,
  isGroup,
  isTextCompare,
  type Rule,
  type TrackFilter,
} from '@banyan/shared'
import { relatedKind, type SubjectKind, type SubjectKinds } from './subject-kind.ts'

/** What a rule may name, beside the fields of its subject. */
export type Known = {
  tracks: ReadonlyMap<string, { properties: readonly { key: string; kind: 'number' | 'text' | 'flag' }[] }>
  kinds: SubjectKinds
}
/** Why a rule cannot be asked: the code, the path of the condition in the tree, and what it named. */
export type Complaint = { code: string; path: string; name: string }

/** Which kinds of field a condition compares. */
const FIELD_KINDS = {
  text: ['text', 'day'],
  number: ['number'],
  date: ['instant'],
  anniversary: ['day', 'instant'],
  flag: ['flag'],
  list: ['list'],
  location: ['location'],
} as const satisfies Record<string, readonly FieldKind[]>

/** The first thing in a rule that does not exist or does not fit, or null. Tags and segments are looked up where they live. */
export function complaintOf(rule: Rule, kind: SubjectKind, known: Known, path = 'rule'): Complaint | null {
  if (isGroup(rule)) {
    for (const [at, part] of rule.rules.entries()) {
      const found = complaintOf(part, kind, known, `${path}.rules.${at}`)
      if (found) return found
    }
    return null
  }
  return ofCondition(rule, kind, known, path)
}

function ofCondition(condition: Condition, kind: SubjectKind, known: Known, path: string): Complaint | null {
  switch (condition.kind) {
    case 'text':
    case 'number':
    case 'date':
    case 'anniversary':
    case 'flag':
    case 'list':
    case 'location': {
      const field = kind.fields.get(condition.field)
      if (!field) return { code: 'selection.unknownField', path, name: condition.field }
      const fits: readonly FieldKind[] = FIELD_KINDS[condition.kind]
      return fits.includes(field.kind) ? null : { code: 'selection.wrongKind', path, name: condition.field }
    }
    case 'tracks': {
      const { name, filters, measure, is, since } = condition
      const wrong =
        ofTrack(name, filters, known, path) ?? (since ? ofTrack(since.name, since.filters, known, `${path}.since`) : null)
      if (wrong) return wrong
      if (isTextCompare(is) && measure.of !== 'first' && measure.of !== 'last')
        return { code: 'selection.textMeasure', path, name: measure.of }
      if (!('property' in measure)) return null
      const property = known.tracks.get(name)?.properties.find(one => one.key === measure.property)
      if (!property) return { code: 'selection.unknownField', path: `${path}.measure`, name: measure.property }
      // The first or last value is compared as what it is; how many different ones there are is a number.
      const isText = property.kind === 'text'
      const isWrong = ['sum', 'avg', 'min', 'max'].includes(measure.of)
        ? isText
        : measure.of !== 'distinct' && wantsOther(is, isText)
      return isWrong ? { code: 'selection.wrongKind', path: `${path}.measure`, name: measure.property } : null
    }
    case 'sequence':
      for (const [at, step] of condition.steps.entries()) {
        const wrong = ofTrack(step.name, step.filters, known, `${path}.steps.${at}`)
        if (wrong) return wrong
      }
      return null
    case 'related': {
      const other = relatedKind(known.kinds, kind, condition.path)
      if (!other) return { code: 'selection.unknownRelation', path, name: condition.path.relation }
      return complaintOf(condition.rule, other, known, `${path}.rule`)
    }
    case 'tag':
    case 'segment':
    case 'consent':
      return null
  }
}

/** Whether a comparison is one of texts where a number stands, or the reverse. */
function wantsOther(is: { op: string }, isText: boolean): boolean {
  if (isTextCompare(is)) return !isText
  return isText && ('value' in is || 'from' in is)
}

function ofTrack(name: string, filters: readonly TrackFilter[], known: Known, path: string): Complaint | null {
  const planned = known.tracks.get(name)
  if (!planned) return { code: 'selection.unknownTrack', path, name }
  for (const [at, { property, is }] of filters.entries()) {
    const found = planned.properties.find(one => one.key === property)
    if (!found) return { code: 'selection.unknownField', path: `${path}.filters.${at}`, name: property }
    if (wantsOther(is, found.kind === 'text'))
      return { code: 'selection.wrongKind', path: `${path}.filters.${at}`, name: property }
  }
  return null
}

/** Every tag that a rule names. */
export function tagsNamed(rule: Rule): number[] {
  return [...new Set(allConditionsOf(rule).flatMap(condition => (condition.kind === 'tag' ? condition.tagIds : [])))]
}

/** The first tag of a rule that is not among the known ones, and the path of the condition that names it. */
export function unknownTagIn(rule: Rule, known: ReadonlySet<number>, path = 'rule'): { path: string; tagId: number } | null {
  if (isGroup(rule)) {
    for (const [at, part] of rule.rules.entries()) {
      const found = unknownTagIn(part, known, `${path}.rules.${at}`)
      if (found) return found
    }
    return null
  }
  if (rule.kind === 'related') return unknownTagIn(rule.rule, known, `${path}.rule`)
  const tagId = rule.kind === 'tag' ? rule.tagIds.find(id => !known.has(id)) : undefined
  return tagId === undefined ? null : { path, tagId }
}
