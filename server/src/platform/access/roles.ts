import type { InputOf, platform } from '@banyan/shared'
import { type Ctx, isDuplicate, notFound, Op, readIn, refused } from '../../core/index.ts'
import { mustCover, mustCoverScope } from './beyond-own.ts'
import { Operator } from './operator.ts'
import { lockRights, mustKeepOneOwner, operatorsSeen } from './operators.ts'
import { isRoleSeen, Role } from './role.ts'

type Platform = typeof platform

/** The group's roles and those of the caller's brands, with how many operators whom he knows of hold each. */
export async function listRoles(ctx: Ctx) {
  const held = await timesHeld(await operatorsSeen(ctx))
  const roles = await Role.findAll({ order: [['id', 'ASC']] })
  return roles.filter(role => isRoleSeen(ctx, role)).map(role => roleView(ctx, role, held.get(role.id) ?? 0))
}

/** A role that somebody of single brands makes is theirs; the group's roles are for all. */
export async function createRole(ctx: Ctx, input: InputOf<Platform['roles.create']>) {
  await mustCover(ctx, input)
  const role = await Role.create({ ...input, brandIds: ctx.brandIds === 'all' ? null : ctx.brandIds }).catch(asTaken)
  return roleView(ctx, role, 0)
}

/** Throws role.builtIn, role.taken, operator.beyondOwn, operator.last. */
export async function updateRole(ctx: Ctx, { roleId, ...changes }: InputOf<Platform['roles.update']>) {
  await lockRights()
  const role = await changeable(ctx, roleId)
  await mustCover(ctx, role)
  await mustCover(ctx, { permissions: changes.permissions ?? [], mayReveal: changes.mayReveal ?? false })
  await role.update(changes).catch(asTaken)
  await mustKeepOneOwner()
  return roleView(ctx, role, (await timesHeld()).get(role.id) ?? 0)
}

/** Throws role.inUse, role.builtIn. */
export async function removeRole(ctx: Ctx, { roleId }: { roleId: number }) {
  const role = await changeable(ctx, roleId)
  await mustCover(ctx, role)
  if ((await timesHeld()).has(roleId)) throw refused('role.inUse')
  await role.destroy()
  return { isDone: true as const }
}

/** What others use too is changed only by who sees them all. */
async function changeable(ctx: Ctx, roleId: number): Promise<Role> {
  const role = await Role.findByPk(roleId)
  if (!role || !isRoleSeen(ctx, role)) throw notFound('role', roleId)
  if (role.isBuiltIn) throw refused('role.builtIn')
  mustCoverScope(ctx, { brandIds: role.brandIds ?? null, storeIds: null })
  return role
}

async function timesHeld(seen: number[] | null = null): Promise<Map<number, number>> {
  const held = new Map<number, number>()
  const where = seen ? { id: { [Op.in]: seen } } : {}
  for (const { roleIds } of await Operator.findAll({ attributes: ['id', 'roleIds'], where, limit: 10_000 }))
    for (const id of roleIds) held.set(id, (held.get(id) ?? 0) + 1)
  return held
}

function asTaken(error: unknown): never {
  if (isDuplicate(error)) throw refused('role.taken', { field: 'name' })
  throw error
}

function roleView(ctx: Ctx, role: Role, operatorCount: number) {
  return {
    id: role.id,
    name: readIn(ctx, role.name),
    permissions: role.permissions,
    mayReveal: role.mayReveal,
    isBuiltIn: role.isBuiltIn,
    operatorCount,
  }
}
