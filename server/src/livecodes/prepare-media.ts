import { z } from 'zod'
import { type Ctx, enqueue, task } from '../core/index.ts'
import { connectionsOf } from '../platform/index.ts'
import { defaultCoverId } from './default-cover.ts'
import { mediaIdOf, mediaToRenew, renewMedia } from './images.ts'
import type { LiveCode } from './live-code.ts'

/** Pictures are uploaded before the first customer comes: a welcome has twenty seconds, and people look away after one. */
export const mediaTask = task(
  'livecodes.prepareMedia',
  z.object({ corpId: z.string(), imageId: z.int(), isRenewed: z.boolean() }),
  async (ctx, { corpId, imageId, isRenewed }) => {
    if (isRenewed) await renewMedia(corpId, imageId)
    else await mediaIdOf(ctx, corpId, imageId)
  },
)

/** Lines up the uploads that a code's welcome needs. */
export async function prepareMedia(ctx: Ctx, code: LiveCode): Promise<void> {
  const corpIds = await corpsWelcoming(code)
  for (const imageId of await imagesOf(ctx, code)) {
    for (const corpId of corpIds) await enqueue(ctx, mediaTask, { corpId, imageId, isRenewed: false })
  }
}

export async function renewDueMedia(ctx: Ctx): Promise<void> {
  for (const { imageId, corpId } of await mediaToRenew(ctx)) await enqueue(ctx, mediaTask, { corpId, imageId, isRenewed: true })
}

async function imagesOf(ctx: Ctx, { brandId, welcome: { imageId, card } }: LiveCode): Promise<number[]> {
  const promised = card && { brandId, couponBatchId: card.couponBatchId }
  const cover = promised && (card.coverImageId ?? (await defaultCoverId(ctx, promised)))
  return [imageId, cover].filter((id): id is number => id !== null)
}

/** Only WeCom welcomes; codes of the other kinds greet on their own pages. */
async function corpsWelcoming(code: LiveCode): Promise<string[]> {
  if (code.kind !== 'wecom') return []
  return (await connectionsOf('wecom')).filter(one => one.externalId === code.accountId).map(one => one.externalId)
}
