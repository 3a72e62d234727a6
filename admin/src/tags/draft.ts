import type { TagComputation, TagKind, TagSchedule, TagValueKind } from '@banyan/shared'
import type { ClientGroup } from '../selection/types.ts'
import { newComputation } from './computation.ts'

/** A tag as it is being written. */
export type TagDraft = {
  name: string
  groupName: string
  color: string | null
  isExclusive: boolean
  description: string
  owner: string
  kind: TagKind
  valueKind: TagValueKind
  choices: string[]
  validDays: number | null
  typeId: number | null
  rule: ClientGroup
  computation: TagComputation
  schedule: TagSchedule
}

export const BLANK: TagDraft = {
  name: '',
  groupName: '',
  color: '#1F7A4D',
  isExclusive: false,
  description: '',
  owner: '',
  kind: 'manual',
  valueKind: 'plain',
  choices: [],
  validDays: null,
  typeId: null,
  rule: { kind: 'all', rules: [] },
  computation: newComputation('count'),
  schedule: { when: 'atOnce' },
}

/** A part of the editor. */
export type PartProps = { draft: TagDraft; onChange: (patch: Partial<TagDraft>) => void; isSaved: boolean }
