import type { SubjectShape } from '@banyan/shared'

const MAY_BE_UNIQUE = new Set(['text', 'choice', 'number', 'phone'])
const MAY_BE_TITLE = new Set(['text', 'choice', 'number'])

/** What is wrong with a type's definition: the path of the first part that does not fit, or null. */
export function whyNotShape(shape: SubjectShape): string | null {
  const keys = [...shape.attributes.map(one => one.key), ...shape.relations.map(one => one.key)]
  const twice = keys.find((key, at) => keys.indexOf(key) !== at)
  if (twice) return `attributes.${twice}`
  for (const attribute of shape.attributes) {
    if (attribute.isUnique && !MAY_BE_UNIQUE.has(attribute.kind)) return `attributes.${attribute.key}.isUnique`
    const values = attribute.choices.map(choice => choice.value)
    if (new Set(values).size !== values.length) return `attributes.${attribute.key}.choices`
  }
  if (shape.titleAttribute !== null) {
    const title = shape.attributes.find(one => one.key === shape.titleAttribute)
    if (!title || !MAY_BE_TITLE.has(title.kind)) return 'titleAttribute'
  }
  for (const [at, step] of shape.reach.steps.entries()) {
    if (step.by === 'attribute') {
      if (shape.attributes.find(one => one.key === step.attribute)?.kind !== 'phone') return `reach.steps.${at}`
      continue
    }
    const relation = shape.relations.find(one => one.key === step.relation)
    if (relation?.to !== 'person' || (step.role && !relation.roles.includes(step.role))) return `reach.steps.${at}`
  }
  return null
}

/** What a new definition would take from the old one: attributes and relations that go, and attributes that change their kind. */
export function lossOf(
  before: SubjectShape,
  after: SubjectShape,
): { gone: string[]; goneRelations: string[]; changedKind: string[] } {
  const kinds = new Map(after.attributes.map(one => [one.key, one.kind]))
  return {
    gone: before.attributes.filter(one => !kinds.has(one.key)).map(one => one.key),
    goneRelations: before.relations
      .filter(one => !after.relations.some(other => other.key === one.key && other.to === one.to))
      .map(one => one.key),
    changedKind: before.attributes.filter(one => kinds.has(one.key) && kinds.get(one.key) !== one.kind).map(one => one.key),
  }
}
