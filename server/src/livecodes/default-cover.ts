import type { Ctx } from '../core/index.ts'
import { batchValue } from '../coupons/index.ts'
import { brandOfId } from '../platform/index.ts'
import { coverPng, worthOf } from './cover.ts'
import { imageOfKey, storeImage } from './images.ts'

/** Of whom a card speaks, and what it promises. */
type Promised = { brandId: number; couponBatchId: number | null }

const KEPT_MAX = 500
const PREVIEWS_MAX = 50 // some 15 KB each
const idByKey = new Map<string, number>()
const addresses = new Map<string, string>()

/** The picture of a card without one of its own: made once per colour and worth, asked for at every welcome, so its id is remembered. */
export async function defaultCoverId(ctx: Ctx, promised: Promised): Promise<number> {
  const { color, worth } = await drawnFor(promised)
  const key = `cover-${Buffer.from(`${color}${worth}`).toString('base64url')}`.slice(0, 32)
  const kept = idByKey.get(key)
  if (kept !== undefined) return kept
  const id = (await imageOfKey(key))?.id ?? (await store(ctx, key, coverPng(color, worth)))
  if (idByKey.size >= KEPT_MAX) idByKey.clear()
  idByKey.set(key, id)
  return id
}

/** The same picture for a preview, as an address that needs no request. */
export async function coverAddress(promised: Promised): Promise<string> {
  const { color, worth } = await drawnFor(promised)
  const key = `${color}${worth}`
  const kept = addresses.get(key)
  if (kept !== undefined) return kept
  const address = `data:image/png;base64,${coverPng(color, worth).toString('base64')}`
  if (addresses.size >= PREVIEWS_MAX) addresses.clear()
  addresses.set(key, address)
  return address
}

async function drawnFor({ brandId, couponBatchId }: Promised): Promise<{ color: string; worth: string }> {
  const [brand, value] = await Promise.all([brandOfId(brandId), couponBatchId === null ? null : batchValue(couponBatchId)])
  return { color: brand.color, worth: worthOf(value) }
}

async function store(ctx: Ctx, key: string, bytes: Buffer): Promise<number> {
  try {
    return (await storeImage(ctx, { brandId: null, key, contentType: 'image/png', bytes })).id
  } catch (error) {
    const winner = await imageOfKey(key) // another process was first
    if (winner) return winner.id
    throw error
  }
}
