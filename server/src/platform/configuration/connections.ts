import type { ConnectionType, Connection as ConnectionView, InputOf, platform } from '@banyan/shared'
import { afterCommit, brandScope, type Ctx, decrypt, encrypt, mustSeeBrand, Op, refused } from '../../core/index.ts'
import { mustSeeEverything } from '../access/beyond-own.ts'
import { Connection } from './connection.ts'
import { remember } from './remember.ts'

type Platform = typeof platform

/** One account on a platform with its secrets in clear: for gateways only; never log it, never answer with it. */
export type ActiveConnection = {
  id: number
  type: ConnectionType
  externalId: string
  brandId: number | null
  name: string
  config: Record<string, unknown>
  secrets: Record<string, string>
  isActive: boolean
}

const cache = remember<ActiveConnection[]>(10_000)

/** The active accounts of a type. */
export async function connectionsOf(type: ConnectionType): Promise<ActiveConnection[]> {
  return cache.get(type, async () => {
    const found = await Connection.findAll({ where: { type, isActive: true }, order: [['id', 'ASC']], limit: 1000 })
    return found.map(opened)
  })
}

/**
 * The account with this external id, or the one that serves this brand: its own first, else one that serves all brands.
 * Throws connection.missing.
 */
export async function connectionOf(
  type: ConnectionType,
  by: { brandId: number | null } | { externalId: string },
): Promise<ActiveConnection> {
  const found = await findConnection(type, by)
  if (!found) throw refused('connection.missing', { type, ...by })
  return found
}

/** Like connectionOf, null when there is none. */
export async function findConnection(
  type: ConnectionType,
  by: { brandId: number | null } | { externalId: string },
): Promise<ActiveConnection | null> {
  const all = await connectionsOf(type)
  if ('externalId' in by) return all.find(one => one.externalId === by.externalId) ?? null
  return (
    all.find(one => by.brandId !== null && one.brandId === by.brandId) ??
    all.find(one => one.brandId === null) ??
    (by.brandId === null ? all[0] : null) ??
    null
  )
}

/** One account by our own id, active or not, or null. */
export async function connectionById(id: number): Promise<ActiveConnection | null> {
  const found = await Connection.findByPk(id)
  return found ? opened(found) : null
}

export async function listConnections(ctx: Ctx, { type }: InputOf<Platform['connections.list']>) {
  const scope = brandScope(ctx)
  const found = await Connection.findAll({
    where: { ...(type ? { type } : {}), ...(scope ? { [Op.or]: [{ brandId: null }, { brandId: { [Op.in]: scope } }] } : {}) },
    order: [['id', 'ASC']],
    limit: 1000,
  })
  return found.map(connectionView)
}

/** Creates or changes the account. Secrets that are not given stay; an empty text removes one. Throws connection.ofOtherBrand. */
export async function updateConnection(ctx: Ctx, input: InputOf<Platform['connections.update']>): Promise<ConnectionView> {
  if (input.brandId === null) mustSeeEverything(ctx)
  else mustSeeBrand(ctx, input.brandId)
  const known = await Connection.findOne({ where: { type: input.type, externalId: input.externalId } })
  if (known && known.brandId !== input.brandId && ctx.brandIds !== 'all') throw refused('connection.ofOtherBrand')
  const secrets: Record<string, string> = known ? JSON.parse(decrypt(known.secrets)) : {}
  for (const [name, value] of Object.entries(input.secrets)) {
    if (value === '') delete secrets[name]
    else secrets[name] = value
  }
  const values = { ...input, secrets: encrypt(JSON.stringify(secrets)), updatedAt: ctx.now }
  const saved = known ? await known.update(values) : await Connection.create(values)
  afterCommit(cache.forget)
  return connectionView(saved)
}

function opened(one: Connection): ActiveConnection {
  const { id, type, externalId, brandId, name, config, isActive } = one
  return { id, type, externalId, brandId: brandId ?? null, name, config, isActive, secrets: JSON.parse(decrypt(one.secrets)) }
}

function connectionView(one: Connection): ConnectionView {
  const { secrets, ...rest } = opened(one)
  return { ...rest, secretNames: Object.keys(secrets).sort(), updatedAt: one.updatedAt }
}
