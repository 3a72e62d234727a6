import type { ClientRule, ConditionOf, OperatorKind } from '@banyan/shared'
import type { ReactNode } from 'react'
import type { Output } from '../api/call.ts'

export type Catalogue = Output<'selection.catalogue'>
export type CatalogueField = Catalogue['fields'][number]
export type CatalogueTrack = Catalogue['tracks'][number]
export type ClientGroup = Extract<ClientRule, { rules: ClientRule[] }>
export type ClientCondition = Exclude<ClientRule, ClientGroup>
/** A condition of one kind as the wire has it. */
export type ClientConditionOf<K extends OperatorKind> = Extract<ClientCondition, { kind: K }>

/** The face of one kind of condition: how it begins, and how its sentence is edited. */
export type OperatorFace<K extends OperatorKind> = {
  /** In the menu of conditions; fields and tracks of the catalogue make their own entries. */
  entries: (catalogue: Catalogue) => { key: string; label: string; group: string; make: () => ClientConditionOf<K> }[]
  Sentence: (props: {
    value: ClientConditionOf<K>
    onChange: (value: ClientConditionOf<K>) => void
    catalogue: Catalogue
  }) => ReactNode
}

export const isGroup = (rule: ClientRule): rule is ClientGroup =>
  rule.kind === 'all' || rule.kind === 'any' || rule.kind === 'none'

export type { ClientRule, ConditionOf, OperatorKind }
