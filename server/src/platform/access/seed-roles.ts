import { type Endpoint, endpoints } from '@banyan/shared'
import { type Ctx, hashPassword, phrase, takeOnce, transaction } from '../../core/index.ts'
import { Operator } from './operator.ts'
import { Role } from './role.ts'

/** Reads that show more than business data. */
const SENSITIVE = /^(operators|roles|apiKeys|audit|connections|deadLetters|settings|limits)\./

/** Every read an operator may be given, from the contract itself: a new endpoint is never forgotten. */
const reads = Object.entries(endpoints as Record<string, Endpoint>)
  .filter(([name, endpoint]) => endpoint.kind === 'query' && endpoint.access.includes('operator') && !SENSITIVE.test(name))
  .map(([name]) => name)

/** The roles that every installation has; what operators add is called as they call it. */
const names = {
  owner: phrase('超级管理员', 'Owner'),
  operations: phrase('运营', 'Operations'),
  service: phrase('客服', 'Customer service'),
  reader: phrase('只读', 'Read only'),
}

const builtIn = [
  { name: names.owner(), permissions: ['*'], mayReveal: true },
  {
    name: names.operations(),
    permissions: [
      ...reads,
      'livecodes.*',
      'couponBatches.*',
      'coupons.*',
      'segments.*',
      'lifecycle.*',
      'tags.*',
      'corpTags.*',
      'campaigns.*',
      'messageTemplates.*',
      'notices.*',
      'subscriptions.*',
      'imports.*',
      'exports.*',
      'pointRules.*',
      'tiers.*',
      'people.update',
      'reviews.*',
      'settings.get',
      'limits.list',
    ],
    mayReveal: false,
  },
  {
    name: names.service(),
    permissions: [
      ...reads,
      'people.reveal',
      'people.update',
      'points.adjust',
      'coupons.grant',
      'coupons.void',
      'coupons.refundPurchase',
      'tags.put',
      'tags.take',
      'reviews.*',
    ],
    mayReveal: true,
  },
  { name: names.reader(), permissions: reads, mayReveal: false },
]

/** The built-in roles follow the version: written at every start. */
export async function seedRoles(): Promise<void> {
  await transaction(async () => {
    for (const { name, ...rights } of builtIn) {
      const [role, isNew] = await takeOnce(Role, { name }, { ...rights, isBuiltIn: true })
      if (!isNew && role.isBuiltIn && JSON.stringify(role.permissions) !== JSON.stringify(rights.permissions))
        await role.update(rights)
    }
  })
}

/** The first operator of an installation, who may do everything. False, and nothing changed, when there is an operator already. */
export async function createFirstOperator(ctx: Ctx, of: { username: string; password: string; name: string }): Promise<boolean> {
  if ((await Operator.count()) > 0) return false
  const passwordHash = await hashPassword(of.password)
  return transaction(async () => {
    const owner = await Role.findOne({ where: { name: names.owner() } })
    const [, isNew] = await takeOnce(
      Operator,
      { username: of.username },
      { passwordHash, name: of.name, roleIds: owner ? [owner.id] : [], brandIds: null, storeIds: null, createdAt: ctx.now },
    )
    return isNew
  })
}

/** The id of a role by its name, or null. */
export async function roleIdOf(name: string): Promise<number | null> {
  return (await Role.findOne({ where: { name } }))?.id ?? null
}
