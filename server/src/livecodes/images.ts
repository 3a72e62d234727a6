import { addMs, type Ctx, insertOne, randomToken, row, rows, sql, upsert } from '../core/index.ts'
import { uploadMedia } from '../wecom/index.ts'

/** Pictures of welcomes and codes, and the platform's temporary copies of them, which live three days and are renewed ahead. */
export type StoredImage = { id: number; key: string; contentType: string; bytes: Buffer }

export async function storeImage(
  ctx: Ctx,
  of: { brandId: number | null; contentType: string; bytes: Buffer; key?: string },
): Promise<{ id: number; key: string }> {
  const key = of.key ?? randomToken(18)
  const id = await insertOne('live_code_images', {
    brandId: of.brandId,
    key,
    contentType: of.contentType,
    base64: of.bytes.toString('base64'),
    createdAt: ctx.now,
  })
  return { id, key }
}

type ImageRow = { id: number; key: string; content_type: string; base64: string }

export async function imageOfId(id: number): Promise<StoredImage | null> {
  return opened(
    await row<ImageRow>(sql`SELECT id, ${sql.id('key')}, content_type, base64 FROM live_code_images WHERE id = ${id}`),
  )
}

export async function imageOfKey(key: string): Promise<StoredImage | null> {
  return opened(
    await row<ImageRow>(
      sql`SELECT id, ${sql.id('key')}, content_type, base64 FROM live_code_images WHERE ${sql.id('key')} = ${key}`,
    ),
  )
}

/** The addresses of pictures by id. */
export async function imageUrls(ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const found = await rows<{ id: number; key: string }>(
    sql`SELECT id, ${sql.id('key')} FROM live_code_images WHERE id IN ${[...new Set(ids)]}`,
  )
  return new Map(found.map(image => [image.id, imageUrl(image.key)]))
}

export function imageUrl(key: string): string {
  return `/files/livecodes/${key}`
}

/** JPEG or PNG by its first bytes, whatever the sender calls it; null for anything else. */
export function contentTypeOf(bytes: Buffer): 'image/jpeg' | 'image/png' | null {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg'
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'image/png'
  return null
}

const RENEW_BEFORE_MS = 24 * 3_600_000
const known = new Map<string, { mediaId: string; expiresAt: Date }>()

/** The platform's id of a picture. Ready in memory or a table in the usual case; uploads only when nobody did so ahead. */
export async function mediaIdOf(ctx: Ctx, corpId: string, imageId: number): Promise<string> {
  const key = `${corpId}:${imageId}`
  const kept = known.get(key)
  if (kept && kept.expiresAt > addMs(ctx.now, 60_000)) return kept.mediaId
  const stored = await row<{ media_id: string; expires_at: Date }>(
    sql`SELECT media_id, expires_at FROM live_code_media WHERE image_id = ${imageId} AND corp_id = ${corpId}`,
  )
  if (stored && new Date(stored.expires_at) > addMs(ctx.now, 60_000)) {
    known.set(key, { mediaId: stored.media_id, expiresAt: new Date(stored.expires_at) })
    return stored.media_id
  }
  return renewMedia(corpId, imageId)
}

export async function renewMedia(corpId: string, imageId: number): Promise<string> {
  const image = await imageOfId(imageId)
  if (!image) throw new Error(`image ${imageId} is missing`)
  const { mediaId, expiresAt } = await uploadMedia(corpId, {
    bytes: image.bytes,
    contentType: image.contentType,
    fileName: `${image.key}.${image.contentType === 'image/png' ? 'png' : 'jpg'}`,
  })
  await upsert('live_code_media', { imageId, corpId, mediaId, expiresAt }, ['mediaId', 'expiresAt'])
  known.set(`${corpId}:${imageId}`, { mediaId, expiresAt })
  return mediaId
}

/** Copies that end within a day: renewed before anybody waits for them. */
export async function mediaToRenew(ctx: Ctx): Promise<{ imageId: number; corpId: string }[]> {
  const found = await rows<{ image_id: number; corp_id: string }>(
    sql`SELECT image_id, corp_id FROM live_code_media WHERE expires_at < ${addMs(ctx.now, RENEW_BEFORE_MS)} AND expires_at > ${addMs(ctx.now, -30 * 86_400_000)} LIMIT 2000`,
  )
  return found.map(one => ({ imageId: one.image_id, corpId: one.corp_id }))
}

function opened(found: ImageRow | null): StoredImage | null {
  return found && { id: found.id, key: found.key, contentType: found.content_type, bytes: Buffer.from(found.base64, 'base64') }
}
