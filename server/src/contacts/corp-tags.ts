import type { CorpTagGroup } from '@banyan/shared'
import { type Ctx, redis } from '../core/index.ts'
import { connectionsOf } from '../platform/index.ts'
import { type CorpTags, corpTags } from '../wecom/index.ts'

const KEPT_MS = 10 * 60_000

/** The corp's tags, read at most every ten minutes; a tag event makes us read again. */
export async function corpTagsOf(corpId: string): Promise<CorpTags> {
  const kept = await redis.get(keyOf(corpId)).catch(() => null)
  if (kept) return JSON.parse(kept) as CorpTags
  const tags = await corpTags(corpId)
  await redis.set(keyOf(corpId), JSON.stringify(tags), { ttlMs: KEPT_MS }).catch(() => false)
  return tags
}

export async function forgetCorpTags(corpId: string): Promise<void> {
  await redis.del(keyOf(corpId))
}

export async function listCorpTags(_ctx: Ctx, { corpId }: { corpId?: string | undefined }): Promise<CorpTagGroup[]> {
  const corps = (await connectionsOf('wecom')).filter(one => corpId === undefined || one.externalId === corpId)
  const found = await Promise.all(
    corps.map(async corp => (await corpTagsOf(corp.externalId)).map(group => ({ ...group, corpId: corp.externalId }))),
  )
  return found.flat()
}

function keyOf(corpId: string): string {
  return `wecom:corpTags:${corpId}`
}
