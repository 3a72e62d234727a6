import { createContext, useContext } from 'react'
import type { Output } from '../api/call.ts'
import { brandNow } from '../api/session.ts'

export type Me = Output<'auth.me'>

export const MeContext = createContext<Me | null>(null)

export function useMe(): Me {
  const me = useContext(MeContext)
  if (!me) throw new Error('useMe outside the signed-in layout')
  return me
}

/** Whether a permission list allows an endpoint: `*`, `coupons.*` or the exact name. */
export function allows(permissions: string[], endpoint: string): boolean {
  const group = `${endpoint.split('.')[0]}.*`
  return permissions.some(one => one === '*' || one === endpoint || one === group)
}

/** `may('coupons.refundPurchase')`: buttons that would only be refused are not shown. */
export function useMay() {
  const { permissions } = useMe()
  return (endpoint: string) => allows(permissions, endpoint)
}

/** The brand in view, or the only one there is; null when looking at all of several. */
export function useBrandId(): number | null {
  const { brands } = useMe()
  return brandNow() ?? (brands.length === 1 ? (brands[0]?.id ?? null) : null)
}

export function useNames() {
  const { brands, stores } = useMe()
  return {
    brandName: (id: number | null | undefined) => brands.find(brand => brand.id === id)?.name ?? '—',
    storeName: (id: number | null | undefined) => stores.find(store => store.id === id)?.name ?? '—',
  }
}
