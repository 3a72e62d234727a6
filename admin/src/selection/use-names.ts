import type { Field, RelationPath, RuleNames } from '@banyan/shared'
import { useQueries } from '@tanstack/react-query'
import { call, type Output } from '../api/call.ts'
import { keyOf, useCall } from '../api/hooks.ts'
import { currentLocale } from '../i18n.ts'
import { fieldLabel } from './groups.ts'
import { relationOf } from './relations.ts'
import { type Catalogue, type ClientRule, isGroup } from './types.ts'

const KEPT = { staleTime: 300_000 }

/** The words for what a rule names by id or key, of its subject and of all related ones; they fill in as they are read. */
export function useRuleNames(rule: ClientRule | null, typeId: number | null): RuleNames {
  const tags = useCall('tags.list', { pageSize: 200 }, { staleTime: 60_000 })
  const segments = useCall('segments.list', { pageSize: 200 }, { staleTime: 60_000 })
  const catalogues = useCatalogues(rule, typeId)
  const namesOf = (of: number | null): RuleNames => {
    const catalogue = catalogues.get(of)
    const track = (name: string) => catalogue?.tracks.find(one => one.name === name)
    return {
      language: currentLocale(),
      field: key => {
        const found = catalogue?.fields.find(one => one.key === key)
        return found && ({ ...found, unit: found.unit ?? undefined, choices: found.choices ?? undefined } as Field)
      },
      tag: id => tags.data?.items.find(one => one.id === id)?.name ?? `#${id}`,
      segment: id => segments.data?.items.find(one => one.id === id)?.name ?? `#${id}`,
      track: name => fieldLabel(track(name)) ?? name,
      property: (name, key) => fieldLabel(track(name)?.properties.find(one => one.key === key)) ?? key,
      related: path => {
        const relation = catalogue && relationOf(catalogue, path)
        const name = relation?.name ?? path.relation
        return { zh: name, en: name, names: relation ? namesOf(relation.toTypeId) : namesOf(of) }
      },
    }
  }
  return namesOf(typeId)
}

/** The catalogues of all types that a rule asks about; a relation's is read once its owner's is there. */
function useCatalogues(rule: ClientRule | null, typeId: number | null): Map<number | null, Catalogue> {
  const first = useCall('selection.catalogue', inputOf(typeId), KEPT)
  const known = new Map<number | null, Catalogue>(first.data ? [[typeId, first.data]] : [])
  const hasRelated = rule !== null && relatedPaths(rule).length > 0
  const types = useCall('subjectTypes.list', {}, { ...KEPT, enabled: hasRelated })
  const wanted = rule && types.data ? relatedTypes(rule, types.data) : []
  const more = useQueries({
    queries: wanted.map(id => ({
      queryKey: keyOf('selection.catalogue', inputOf(id)),
      queryFn: () => call('selection.catalogue', inputOf(id)),
      ...KEPT,
    })),
  })
  wanted.forEach((id, at) => {
    const data = more[at]?.data
    if (data) known.set(id, data)
  })
  return known
}

const inputOf = (typeId: number | null) => (typeId ? { typeId } : {})

/** Every type that a rule asks about beside its own; null stands for people. */
function relatedTypes(rule: ClientRule, types: Output<'subjectTypes.list'>): (number | null)[] {
  const leadsTo = relatedPaths(rule).map(path => {
    if (path.end === 'in') return path.typeId
    const relation = types.find(one => one.id === path.typeId)?.relations.find(one => one.key === path.relation)
    return types.find(one => one.key === relation?.to)?.id ?? null
  })
  return [...new Set(leadsTo)]
}

function relatedPaths(rule: ClientRule): RelationPath[] {
  if (isGroup(rule)) return rule.rules.flatMap(relatedPaths)
  return rule.kind === 'related' ? [rule.path, ...relatedPaths(rule.rule)] : []
}
