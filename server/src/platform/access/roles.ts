import type { InputOf, platform } from '@banyan/shared'
import { type Ctx, isDuplicate, notFound, refused } from '../../core/index.ts'
import { mustCover } from './beyond-own.ts'
import { Operator } from './operator.ts'
import { mustKeepOneOwner } from './operators.ts'
import { Role } from './role.ts'

type Platform = typeof platform

export async function listRoles(_ctx: Ctx) {
  const held = await timesHeld()
  const roles = await Role.findAll({ order: [['id', 'ASC']] })
  return roles.map(role => roleView(role, held.get(role.id) ?? 0))
}

export async function createRole(ctx: Ctx, input: InputOf<Platform['roles.create']>) {
  await mustCover(ctx, input)
  const role = await Role.create(input).catch(asTaken)
  return roleView(role, 0)
}

/** Throws role.builtIn, role.taken, operator.beyondOwn, operator.last. */
export async function updateRole(ctx: Ctx, { roleId, ...changes }: InputOf<Platform['roles.update']>) {
  const role = await changeable(roleId)
  await mustCover(ctx, role)
  await mustCover(ctx, { permissions: changes.permissions ?? [], mayReveal: changes.mayReveal ?? false })
  await role.update(changes).catch(asTaken)
  await mustKeepOneOwner()
  return roleView(role, (await timesHeld()).get(role.id) ?? 0)
}

/** Throws role.inUse, role.builtIn. */
export async function removeRole(ctx: Ctx, { roleId }: { roleId: number }) {
  const role = await changeable(roleId)
  await mustCover(ctx, role)
  if ((await timesHeld()).has(roleId)) throw refused('role.inUse')
  await role.destroy()
  return { isDone: true as const }
}

async function changeable(roleId: number): Promise<Role> {
  const role = await Role.findByPk(roleId)
  if (!role) throw notFound('role', roleId)
  if (role.isBuiltIn) throw refused('role.builtIn')
  return role
}

async function timesHeld(): Promise<Map<number, number>> {
  const held = new Map<number, number>()
  for (const { roleIds } of await Operator.findAll({ attributes: ['id', 'roleIds'], limit: 10_000 }))
    for (const id of roleIds) held.set(id, (held.get(id) ?? 0) + 1)
  return held
}

function asTaken(error: unknown): never {
  if (isDuplicate(error)) throw refused('role.taken', { field: 'name' })
  throw error
}

function roleView(role: Role, operatorCount: number) {
  return {
    id: role.id,
    name: role.name,
    permissions: role.permissions,
    mayReveal: role.mayReveal,
    isBuiltIn: role.isBuiltIn,
    operatorCount,
  }
}
