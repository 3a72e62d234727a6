import type { FieldName } from '@banyan/shared'
import { type Ctx, canSeeStore, storeScope } from '../core/index.ts'
import { storesOf } from '../platform/index.ts'

export type Choice = { value: string; zh: string; en: string }
type Loader = (ctx: Ctx) => Promise<Choice[]>

/** Names of a field's values, from the module that owns them: later modules register theirs. */
const loaders = new Map<FieldName, Loader>([
  [
    'storeId',
    async ctx =>
      ctx.brandId === null
        ? []
        : (await storesOf(ctx.brandId))
            .filter(store => storeScope(ctx) === null || canSeeStore(ctx, store.id))
            .map(store => ({ value: String(store.id), zh: store.name, en: store.name })),
  ],
])

/** Registers the choices of a field: `fieldChoices('tierRank', ctx => tiers as [{ value: '2', zh: '繁叶', en: '繁叶' }])`. */
export function fieldChoices(field: FieldName, load: Loader): void {
  loaders.set(field, load)
}

export function choicesOf(field: FieldName): Loader | undefined {
  return loaders.get(field)
}
