import type { InputOf, platform } from '@banyan/shared'
import { afterCommit, type Ctx, notFound, Op, randomToken, sha256 } from '../../core/index.ts'
import { ApiKey } from './api-key.ts'
import { mustCover, mustCoverScope } from './beyond-own.ts'
import { forgetApiKeys } from './identify.ts'

type Platform = typeof platform

export async function listApiKeys(_ctx: Ctx, { page, pageSize, search, isActive }: InputOf<Platform['apiKeys.list']>) {
  const { rows, count } = await ApiKey.findAndCountAll({
    where: {
      ...(search ? { name: { [Op.like]: `%${search}%` } } : {}),
      ...(isActive === undefined ? {} : { revokedAt: isActive ? null : { [Op.ne]: null } }),
    },
    order: [['id', 'DESC']],
    limit: pageSize,
    offset: (page - 1) * pageSize,
  })
  return { items: rows.map(apiKeyView), total: count }
}

/** A key for another system; it sees whole brands, so who sees single stores makes none. We keep its hash only: the secret is in this answer and nowhere else. */
export async function createApiKey(ctx: Ctx, { name, scopes, brandIds }: InputOf<Platform['apiKeys.create']>) {
  await mustCover(ctx, { permissions: scopes, mayReveal: false })
  mustCoverScope(ctx, { brandIds, storeIds: null })
  const secret = `bk_${randomToken(32)}`
  const apiKey = await ApiKey.create({
    name,
    scopes,
    brandIds,
    prefix: secret.slice(0, 9),
    secretHash: sha256(secret),
    createdAt: ctx.now,
  })
  return { apiKey: apiKeyView(apiKey), secret }
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
    createdAt: key.createdAt,
    lastUsedAt: key.lastUsedAt ?? null,
    revokedAt: key.revokedAt ?? null,
  }
}
