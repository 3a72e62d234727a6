import type { livecodes as contract, InputOf } from '@banyan/shared'
import { brandScope, type Ctx, Refusal, readIn } from '../core/index.ts'
import { brandOfId, storeOfId } from '../platform/index.ts'
import { couponTitleOf } from './coupon-title.ts'
import { coverAddress } from './default-cover.ts'
import { cardPage, faultsOf, rendered, sampleValues, type WelcomeValues } from './words.ts'

type Contract = typeof contract

/** The welcome as a customer would see it, and everything that would be refused on save. */
export async function previewWelcome(
  ctx: Ctx,
  { welcome, remark, storeId, name }: InputOf<Contract['livecodes.previewWelcome']>,
) {
  const errors = await faultsOf(welcome, remark ?? '')
  const values = await valuesFor(ctx, storeId ?? null, welcome.card?.couponBatchId ?? null, name)
  const text = orEmpty(() => rendered(welcome.text, values))
  return {
    text,
    remark: orEmpty(() => rendered(remark ?? '', values)),
    textBytes: Buffer.byteLength(text),
    cardTitle: welcome.card ? orEmpty(() => rendered(welcome.card?.title ?? '', values)) : null,
    cardPage: welcome.card ? cardPage(welcome, 'q0000000000') : null,
    cover: welcome.card && !welcome.card.coverImageId ? await coverFor(ctx, storeId ?? null, welcome.card.couponBatchId) : null,
    errors: errors.map(error => readIn(ctx, error)),
  }
}

/** The picture that goes out when none was chosen: of the store's brand, or of the only one in sight. */
async function coverFor(ctx: Ctx, storeId: number | null, couponBatchId: number | null): Promise<string | null> {
  const brands = brandScope(ctx)
  const brandId = (storeId ? (await storeOfId(storeId))?.brandId : undefined) ?? brands?.[0]
  const isSeen = brands === null || (brandId !== undefined && brands.includes(brandId))
  const batchSeen = couponBatchId !== null && (await couponTitleOf(couponBatchId, brands)) !== '' ? couponBatchId : null
  return brandId !== undefined && isSeen ? coverAddress({ brandId, couponBatchId: batchSeen }) : null
}

async function valuesFor(
  ctx: Ctx,
  storeId: number | null,
  couponBatchId: number | null,
  name: string | undefined,
): Promise<WelcomeValues> {
  const brands = brandScope(ctx)
  const store = storeId ? await storeOfId(storeId) : null
  const brandId = store?.brandId ?? (brands?.length === 1 ? brands[0] : undefined)
  const isSeen = store === null || brands === null || brands.includes(store.brandId)
  const coupon = await couponTitleOf(couponBatchId, brands)
  return {
    ...sampleValues,
    ...(name ? { code: name } : {}),
    ...(store && isSeen ? { store: store.name } : {}),
    ...(brandId !== undefined && isSeen ? { brand: (await brandOfId(brandId)).name } : {}),
    ...(coupon ? { coupon } : {}),
  }
}

function orEmpty(work: () => string): string {
  try {
    return work()
  } catch (error) {
    if (error instanceof Refusal) return ''
    throw error
  }
}
