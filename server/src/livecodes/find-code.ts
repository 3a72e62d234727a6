import { type Ctx, canSeeStore, findIn, mustSeeBrand, notFound, Op } from '../core/index.ts'
import { LiveCode } from './live-code.ts'

/** One code within the caller's brands and stores. Throws thing.notFound. */
export async function findCode(ctx: Ctx, id: number): Promise<LiveCode> {
  const code = await findIn(ctx, LiveCode, id)
  mustBeInStores(ctx, code)
  return code
}

/** Several; those that do not exist are left out, those outside the scope are refused. */
export async function findCodes(ctx: Ctx, ids: readonly number[]): Promise<LiveCode[]> {
  const codes = await LiveCode.findAll({ where: { id: { [Op.in]: [...ids] } }, order: [['id', 'ASC']] })
  for (const code of codes) {
    mustSeeBrand(ctx, code.brandId)
    mustBeInStores(ctx, code)
  }
  return codes
}

function mustBeInStores(ctx: Ctx, { id, storeId }: LiveCode): void {
  if (ctx.storeIds === 'all') return
  if (!storeId || !canSeeStore(ctx, storeId)) throw notFound('liveCode', id)
}
