import { storesByIds } from '../platform/index.ts'

/** The same items with the names of their stores. */
export async function withStoreNames<T extends { storeId: number | null }>(
  items: readonly T[],
): Promise<(T & { storeName: string | null })[]> {
  const stores = await storesByIds(items.flatMap(item => item.storeId ?? []))
  return items.map(item => ({ ...item, storeName: (item.storeId !== null && stores.get(item.storeId)?.name) || null }))
}
