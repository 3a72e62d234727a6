import type { InputOf, identity } from '@banyan/shared'
import { type Ctx, notFound, Op, orderOf, refused, say, type Words } from '../core/index.ts'
import { mustSeeEverything } from '../platform/index.ts'
import { BlockedValue, forgetRulebook, IdentifierType } from './identifier-types.ts'

const BUILT_IN_VALUES: Words[] = [
  ['空值', 'nothing at all'],
  ...['0', '-1', 'null', 'undefined', 'anonymous', '13800138000'].map((value): Words => [value, value]),
  ['全 0 或同一数字重复', 'zeros only, or one digit repeated'],
]

function typeView(type: IdentifierType) {
  return {
    name: type.name,
    zh: type.zh,
    priority: type.priority,
    limit: type.maxPerPerson,
    isStrong: type.isStrong,
    isBuiltIn: type.isBuiltIn,
  }
}

export async function listTypes(_ctx: Ctx) {
  return {
    items: (
      await IdentifierType.findAll({
        order: [
          ['priority', 'ASC'],
          ['id', 'ASC'],
        ],
      })
    ).map(typeView),
  }
}

/** Adds a type. Throws identity.typeExists. */
export async function createType(ctx: Ctx, input: InputOf<(typeof identity)['identityTypes.create']>) {
  mustSeeEverything(ctx)
  if (await IdentifierType.findOne({ where: { name: input.name } })) throw refused('identity.typeExists', { field: 'name' })
  const type = await IdentifierType.create({
    name: input.name,
    zh: input.zh,
    priority: input.priority,
    maxPerPerson: input.limit,
    isStrong: input.isStrong,
    isBuiltIn: false,
  })
  forgetRulebook()
  return typeView(type)
}

/** Changes how strong a type is or how many a person may hold; people who hold more already keep them. */
export async function updateType(ctx: Ctx, input: InputOf<(typeof identity)['identityTypes.update']>) {
  mustSeeEverything(ctx)
  const type = await IdentifierType.findOne({ where: { name: input.name } })
  if (!type) throw notFound('identifierType', input.name)
  await type.update({
    ...(input.zh ? { zh: input.zh } : {}),
    ...(input.priority ? { priority: input.priority } : {}),
    ...(input.limit ? { maxPerPerson: input.limit } : {}),
  })
  forgetRulebook()
  return typeView(type)
}

function blockedView(row: BlockedValue) {
  return {
    id: row.id,
    type: row.type,
    value: row.value,
    isPattern: row.isPattern,
    isBuiltIn: false,
    createdAt: row.createdAt as Date | null,
  }
}

/** The admin's own values, after those that never identify anybody anywhere. */
const SORTS = ['value', 'createdAt'] as const

export async function listBlocked(ctx: Ctx, input: InputOf<(typeof identity)['blockedValues.list']>) {
  const where = input.search ? { value: { [Op.like]: `%${input.search}%` } } : {}
  const { rows: found, count } = await BlockedValue.findAndCountAll({
    where,
    order: [orderOf(input.sort, SORTS, '-createdAt'), ['id', 'DESC']],
    limit: input.pageSize,
    offset: (input.page - 1) * input.pageSize,
  })
  const builtIn =
    input.page === 1 && !input.search
      ? BUILT_IN_VALUES.map((words, at) => ({
          id: 1_000_000_000 + at,
          type: null,
          value: say(ctx, ...words),
          isPattern: false,
          isBuiltIn: true,
          createdAt: null,
        }))
      : []
  return { items: [...found.map(blockedView), ...builtIn], total: count + (input.search ? 0 : BUILT_IN_VALUES.length) }
}

/** From now on this value identifies nobody; what it identified before stays. */
export async function createBlocked(ctx: Ctx, input: InputOf<(typeof identity)['blockedValues.create']>) {
  mustSeeEverything(ctx)
  if (input.isPattern && /^[*?]+$/.test(input.value)) throw refused('identity.badPattern', { field: 'value' })
  const row = await BlockedValue.create({ type: input.type, value: input.value, isPattern: input.isPattern, createdAt: ctx.now })
  forgetRulebook()
  return blockedView(row)
}

export async function removeBlocked(ctx: Ctx, { id }: { id: number }) {
  mustSeeEverything(ctx)
  if (id >= 1_000_000_000) throw refused('identity.builtIn')
  if ((await BlockedValue.destroy({ where: { id } })) === 0) throw notFound('blockedValue', id)
  forgetRulebook()
  return { id }
}
