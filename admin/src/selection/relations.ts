import type { Catalogue, ClientConditionOf } from './types.ts'

type Path = ClientConditionOf<'related'>['path']

export const relationKey = ({ typeId, relation, end }: Path) => `${typeId}:${relation}:${end}`

/** What the catalogue says of a relation that a rule names; undefined when it is gone. */
export function relationOf(catalogue: Catalogue, path: Path): Catalogue['relations'][number] | undefined {
  return catalogue.relations.find(one => relationKey(one.path) === relationKey(path))
}
