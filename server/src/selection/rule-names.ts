import type { Reader, RuleNames } from '@banyan/shared'
import { trackPlan, trackWord } from '../tracking/index.ts'
import { relatedKind, type SubjectKind, type SubjectKinds } from './subject-kind.ts'

/** The words for what a rule about subjects of `typeId` names by id or key, in the reader's language. */
export async function ruleNames(
  reader: Reader,
  { typeId, kinds }: { typeId: number; kinds: SubjectKinds },
  tagNames: ReadonlyMap<number, string>,
): Promise<RuleNames> {
  const plan = await trackPlan()
  const namesOf = (kind: SubjectKind | undefined): RuleNames => ({
    language: reader.language,
    field: key => kind?.fields.get(key),
    tag: id => tagNames.get(id) ?? String(id),
    segment: String,
    track: name => trackWord(reader, name, plan.get(name)?.zh),
    property: (track, key) => {
      const zh = plan.get(track)?.properties.find(property => property.key === key)?.zh
      return trackWord(reader, track, zh, key)
    },
    related: path => {
      const other = kind && relatedKind(kinds, kind, path)
      const relation = kinds.get(path.typeId)?.relations.find(one => one.key === path.relation)
      // Seen from its end a relation is called by the things that have it: a person's 车辆 (车主).
      const [zh, en] =
        path.end === 'out'
          ? [relation?.zh ?? path.relation, relation?.en ?? '']
          : [`${other?.zh ?? ''}（${relation?.zh ?? path.relation}）`, `${other?.en ?? ''} (${relation?.en || path.relation})`]
      return { zh, en, names: namesOf(other ?? undefined) }
    },
  })
  return namesOf(kinds.get(typeId))
}
