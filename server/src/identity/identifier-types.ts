import type { CreationOptional, InferAttributes, InferCreationAttributes } from '../core/index.ts'
import { afterCommit, bool, id, insertIgnore, instant, int, Model, now, rows, sql, table, text } from '../core/index.ts'
import type { BlockRule } from './normalise.ts'

/** A kind of identifier: rows, not code, so that an admin can add "dealer number" without a release. */
export class IdentifierType extends Model<InferAttributes<IdentifierType>, InferCreationAttributes<IdentifierType>> {
  declare id: CreationOptional<number>
  declare name: string
  declare zh: string
  /** Lower is stronger. */
  declare priority: number
  declare maxPerPerson: number
  declare isStrong: boolean
  declare isBuiltIn: boolean
}
IdentifierType.init(
  { id: id(), name: text(40), zh: text(40), priority: int(), maxPerPerson: int(), isStrong: bool(), isBuiltIn: bool() },
  table('identifier_types'),
)

export class BlockedValue extends Model<InferAttributes<BlockedValue>, InferCreationAttributes<BlockedValue>> {
  declare id: CreationOptional<number>
  declare type: string | null
  declare value: string
  declare isPattern: boolean
  declare createdAt: Date
}
BlockedValue.init(
  { id: id(), type: text(40, { null: true }), value: text(200), isPattern: bool(), createdAt: instant() },
  table('blocked_values'),
)

/** Semantics 1.4: by priority, with how many of one scope a person may hold. */
const BUILT_IN = [
  { name: 'memberNumber', zh: '会员号', priority: 10, maxPerPerson: 1, isStrong: true },
  { name: 'unionid', zh: 'UnionID', priority: 20, maxPerPerson: 1, isStrong: true },
  { name: 'externalUserid', zh: '企微外部联系人', priority: 30, maxPerPerson: 1, isStrong: true },
  { name: 'phone', zh: '手机号', priority: 40, maxPerPerson: 1, isStrong: true },
  { name: 'openid', zh: 'OpenID', priority: 50, maxPerPerson: 5, isStrong: true },
  { name: 'email', zh: '邮箱', priority: 60, maxPerPerson: 5, isStrong: true },
  { name: 'thirdParty', zh: '第三方账号', priority: 70, maxPerPerson: 5, isStrong: true },
  { name: 'device', zh: '设备', priority: 80, maxPerPerson: 20, isStrong: false },
] as const

export async function seedIdentifierTypes(): Promise<void> {
  await insertIgnore(
    'identifier_types',
    BUILT_IN.map(type => ({ ...type, isBuiltIn: true })),
  )
}

export type TypeRule = { name: string; zh: string; priority: number; limit: number; isStrong: boolean }
export type Rulebook = { types: Map<string, TypeRule>; blocks: BlockRule[] }

const STALE_MS = 5_000
let cached: { book: Rulebook; atMs: number } | null = null

/** Types and blocked values. Other processes see a change within five seconds, this one at once. */
export async function rulebook(): Promise<Rulebook> {
  const atMs = now().getTime()
  if (cached && Math.abs(atMs - cached.atMs) < STALE_MS) return cached.book
  const types = await rows<{ name: string; zh: string; priority: number; max_per_person: number; is_strong: number }>(
    sql`SELECT name, zh, priority, max_per_person, is_strong FROM identifier_types`,
  )
  const blocks = await rows<{ type: string | null; value: string; is_pattern: number }>(
    sql`SELECT type, value, is_pattern FROM blocked_values LIMIT 10000`,
  )
  const book: Rulebook = {
    types: new Map(
      types.map(one => [
        one.name,
        {
          name: one.name,
          zh: one.zh,
          priority: Number(one.priority),
          limit: Number(one.max_per_person),
          isStrong: Boolean(one.is_strong),
        },
      ]),
    ),
    blocks: blocks.map(one => ({ type: one.type, value: one.value, isPattern: Boolean(one.is_pattern) })),
  }
  cached = { book, atMs }
  return book
}

/** After a change of types or blocked values: this process reads them again at once. */
export function forgetRulebook(): void {
  cached = null
  afterCommit(() => {
    cached = null
  })
}
