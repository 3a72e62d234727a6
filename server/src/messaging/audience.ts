import type { Ctx } from '../core/index.ts'
import { peopleOfStores } from '../identity/index.ts'
import { mustUseSegment, audienceOf as peopleOfSegment } from '../segments/index.ts'

/** One place where messaging asks segments. Pages are cut so that every question about them is one statement. */
const PEOPLE_AT_ONCE = 1000

/** The people of a segment at `ctx.now`, in batches; `storeIds`: only those who belong to one of these stores. */
export async function* audienceOf(ctx: Ctx, segmentId: number, storeIds: number[] | null = null): AsyncGenerator<number[]> {
  for await (const page of peopleOfSegment(ctx, { segmentId })) {
    for (let from = 0; from < page.length; from += PEOPLE_AT_ONCE) {
      const some = page.slice(from, from + PEOPLE_AT_ONCE)
      yield storeIds ? await peopleOfStores(some, storeIds) : some
    }
  }
}

/** Throws thing.notFound for a segment that is gone, out of the caller's sight, or not of the brand that sends. */
export async function mustSeeSegment(ctx: Ctx, brandId: number, segmentId: number): Promise<void> {
  await mustUseSegment(ctx, segmentId)
  await mustUseSegment({ ...ctx, brandId }, segmentId)
}
