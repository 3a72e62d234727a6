import type { InputOf, Operator as OperatorView, platform } from '@banyan/shared'
import { type Ctx, hashPassword, isDuplicate, notFound, Op, orderOf, readIn, refused, rows, sql } from '../../core/index.ts'
import { isOwnScope, mustCover, mustCoverScope } from './beyond-own.ts'
import { rightsOf } from './identify.ts'
import { Operator } from './operator.ts'
import { isRoleSeen, Role } from './role.ts'
import { endSessionsOf } from './sessions.ts'

type Platform = typeof platform

const SORTS = ['username', 'name', 'lastSignInAt', 'createdAt'] as const

/** Only those who see no more than the caller does: the names of other brands' people are not his to read. */
export async function listOperators(ctx: Ctx, { page, pageSize, search, sort, isActive }: InputOf<Platform['operators.list']>) {
  const seen = await operatorsSeen(ctx)
  const { rows, count } = await Operator.findAndCountAll({
    where: {
      ...(seen ? { id: { [Op.in]: seen } } : {}),
      ...(isActive === undefined ? {} : { isActive }),
      ...(search ? { [Op.or]: [{ username: { [Op.like]: `%${search}%` } }, { name: { [Op.like]: `%${search}%` } }] } : {}),
    },
    order: [orderOf(sort, SORTS, 'createdAt'), ['id', 'ASC']],
    limit: pageSize,
    offset: (page - 1) * pageSize,
  })
  return { items: await operatorView(ctx, rows), total: count }
}

const OPERATORS_MAX = 10_000

/** The ids of the operators whom the caller may know of, himself among them; null when that is everybody. */
export async function operatorsSeen(ctx: Ctx): Promise<number[] | null> {
  if (ctx.brandIds === 'all' && ctx.storeIds === 'all') return null
  const all = await Operator.findAll({ attributes: ['id', 'brandIds', 'storeIds'], order: [['id', 'ASC']], limit: OPERATORS_MAX })
  return all
    .filter(
      one => one.id === ctx.operatorId || isOwnScope(ctx, { brandIds: one.brandIds ?? null, storeIds: one.storeIds ?? null }),
    )
    .map(one => one.id)
}

/** Creates an operator who may do no more than his creator. Throws operator.taken, operator.beyondOwn. */
export async function createOperator(ctx: Ctx, input: InputOf<Platform['operators.create']>) {
  await mustCover(ctx, await rightsOf(input))
  mustCoverScope(ctx, input)
  const { password, ...rest } = input
  try {
    const operator = await Operator.create({
      ...rest,
      roleIds: await existingRoles(ctx, input.roleIds),
      passwordHash: await hashPassword(password),
      createdAt: ctx.now,
    })
    return (await operatorView(ctx, [operator]))[0]!
  } catch (error) {
    if (isDuplicate(error)) throw refused('operator.taken', { field: 'username' })
    throw error
  }
}

/** Changes name, roles, scope, password or makes active again. Rights hold from the operator's next call; a new password ends his sessions. */
export async function updateOperator(ctx: Ctx, { operatorId, password, ...changes }: InputOf<Platform['operators.update']>) {
  await lockRights()
  const operator = await findOperator(operatorId)
  await mustCover(ctx, await rightsOf(operator))
  mustCoverScope(ctx, operator)
  if (changes.roleIds) {
    await mustCover(ctx, await rightsOf({ roleIds: changes.roleIds }))
    changes.roleIds = await existingRoles(ctx, changes.roleIds)
  }
  // null is a scope too, the widest: only what is not given stays as it is
  const { brandIds = operator.brandIds, storeIds = operator.storeIds } = changes
  mustCoverScope(ctx, { brandIds, storeIds })
  await operator.update({ ...changes, ...(password ? { passwordHash: await hashPassword(password) } : {}) })
  if (password || changes.isActive === false)
    await endSessionsOf(ctx, 'operator', operator.id, operator.id === ctx.operatorId ? ctx.sessionId : null)
  await mustKeepOneOwner()
  return (await operatorView(ctx, [operator]))[0]!
}

export async function disableOperator(ctx: Ctx, { operatorId }: { operatorId: number }) {
  return updateOperator(ctx, { operatorId, isActive: false })
}

/** The contract's view, with the names of the roles. */
export async function operatorView(ctx: Ctx, operators: Operator[]): Promise<OperatorView[]> {
  const roles = new Map((await Role.findAll()).map(role => [role.id, readIn(ctx, role.name)]))
  return operators.map(one => ({
    id: one.id,
    username: one.username,
    name: one.name,
    roleIds: one.roleIds,
    roleNames: one.roleIds.flatMap(id => roles.get(id) ?? []),
    brandIds: one.brandIds ?? null,
    storeIds: one.storeIds ?? null,
    isActive: one.isActive,
    lastSignInAt: one.lastSignInAt ?? null,
    createdAt: one.createdAt,
  }))
}

/**
 * Rights are taken away one after another: two owners who remove each other at one moment would each still see the other. The first thing in its
 * transaction, so that what is read behind it is what the one before has left.
 */
export async function lockRights(): Promise<void> {
  await rows(sql`SELECT id FROM roles WHERE is_built_in = 1 ORDER BY id LIMIT 1 FOR UPDATE`)
}

/** Somebody must be able to do everything, or nobody could mend anything. Throws operator.last. */
export async function mustKeepOneOwner(): Promise<void> {
  const roles = await Role.findAll()
  const ownerRoles = new Set(roles.filter(role => role.permissions.includes('*')).map(role => role.id))
  const operators = await Operator.findAll({ where: { isActive: true }, limit: OPERATORS_MAX })
  const isOwner = (one: Operator) => one.brandIds === null && one.storeIds === null && one.roleIds.some(id => ownerRoles.has(id))
  if (!operators.some(isOwner)) throw refused('operator.last')
}

async function findOperator(id: number): Promise<Operator> {
  const operator = await Operator.findByPk(id)
  if (!operator) throw notFound('operator', id)
  return operator
}

/** Throws thing.notFound for a role that is gone or another brand's. */
async function existingRoles(ctx: Ctx, roleIds: number[]): Promise<number[]> {
  const found = (await Role.findAll({ where: { id: { [Op.in]: roleIds } } })).filter(role => isRoleSeen(ctx, role))
  const missing = roleIds.find(id => !found.some(role => role.id === id))
  if (missing !== undefined) throw notFound('role', missing)
  return [...new Set(roleIds)]
}
