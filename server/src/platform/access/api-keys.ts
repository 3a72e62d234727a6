import type { InputOf, platform } from '@banyan/shared'
import { afterCommit, type Ctx, notFound, Op, orderOf, randomToken, refused, sha256 } from '../../core/index.ts'
import { type StoreFacts, storeOfId } from '../organisation.ts'
import { ApiKey } from './api-key.ts'
import { isOwnScope, mustCover, mustCoverScope } from './beyond-own.ts'
import { forgetApiKeys } from './identify.ts'

type Platform = typeof platform

const SORTS = ['name', 'lastUsedAt', 'createdAt'] as const

/** Keys that reach no further than the caller: of who sees single stores, only those of his stores. */
export async function listApiKeys(ctx: Ctx, { page, pageSize, search, sort, isActive }: InputOf<Platform['apiKeys.list']>) {
  const seen = await keysSeen(ctx)
  const { rows, count } = await ApiKey.findAndCountAll({
    where: {
      ...(seen ? { id: { [Op.in]: seen } } : {}),
      ...(search ? { name: { [Op.like]: `%${search}%` } } : {}),
      ...(isActive === undefined ? {} : { revokedAt: isActive ? null : { [Op.ne]: null } }),
    },
    order: [orderOf(sort, SORTS, '-createdAt'), ['id', 'DESC']],
    limit: pageSize,
    offset: (page - 1) * pageSize,
  })
  return { items: rows.map(apiKeyView), total: count }
}

const KEYS_MAX = 10_000

async function keysSeen(ctx: Ctx): Promise<number[] | null> {
  if (ctx.brandIds === 'all' && ctx.storeIds === 'all') return null
  const all = await ApiKey.findAll({ attributes: ['id', 'brandIds', 'storeId'], order: [['id', 'ASC']], limit: KEYS_MAX })
  const storesOf = (key: ApiKey) => (key.storeId ? [key.storeId] : null)
  return all.filter(key => isOwnScope(ctx, { brandIds: key.brandIds ?? null, storeIds: storesOf(key) })).map(key => key.id)
}

/** A key for another system; it sees whole brands, so who sees single stores makes none. We keep its hash only: the secret is in this answer and nowhere else. */
export async function createApiKey(ctx: Ctx, { name, scopes, brandIds: asked, storeId }: InputOf<Platform['apiKeys.create']>) {
  const brandIds = storeId === null ? asked : [(await mustBeStore(storeId, asked)).brandId]
  await mustCover(ctx, { permissions: scopes, mayReveal: false })
  mustCoverScope(ctx, { brandIds, storeIds: null })
  const secret = `bk_${randomToken(32)}`
  const apiKey = await ApiKey.create({
    name,
    scopes,
    brandIds,
    storeId,
    prefix: secret.slice(0, 9),
    secretHash: sha256(secret),
    createdAt: ctx.now,
  })
  return { apiKey: apiKeyView(apiKey), secret }
}

async function mustBeStore(storeId: number, brandIds: number[] | null): Promise<StoreFacts> {
  const store = await storeOfId(storeId)
  if (!store) throw notFound('store', storeId)
  if (brandIds && !brandIds.includes(store.brandId))
    throw refused('input.invalid', { field: 'storeId', reason: 'not of these brands' })
  return store
}

export async function revokeApiKey(ctx: Ctx, { apiKeyId }: { apiKeyId: number }) {
  const apiKey = await ApiKey.findByPk(apiKeyId)
  if (!apiKey) throw notFound('apiKey', apiKeyId)
  await mustCover(ctx, { permissions: apiKey.scopes, mayReveal: false })
  mustCoverScope(ctx, { brandIds: apiKey.brandIds ?? null, storeIds: null })
  if (!apiKey.revokedAt) await apiKey.update({ revokedAt: ctx.now })
  afterCommit(forgetApiKeys)
  return apiKeyView(apiKey)
}

function apiKeyView(key: ApiKey) {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    brandIds: key.brandIds ?? null,
    storeId: key.storeId ?? null,
    createdAt: key.createdAt,
    lastUsedAt: key.lastUsedAt ?? null,
    revokedAt: key.revokedAt ?? null,
  }
}
