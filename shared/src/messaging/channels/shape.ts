import type { Words } from '../../language.ts'
import type { MessagePurpose } from '../purposes.ts'

/** What a message channel is, for every face and for the server: its lawful purposes, its needs and its field lengths. */
export type ChannelShape = {
  name: Words
  /** Type of the connection (account) that sends it. */
  connectionType: 'miniProgram' | 'officialAccount' | 'wecom'
  purposes: readonly MessagePurpose[]
  /** True when every send uses up one credit that the reader gave by a tap. */
  needsCredit: boolean
  rules: readonly Words[]
  fieldKinds: readonly { kind: string; name: Words; maxLength: number }[]
  maxLengthDefault: number
}
