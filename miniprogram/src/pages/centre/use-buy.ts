import { useState } from 'react'
import { call, changed, failureOf, type Output, useAct } from '../../client/index.ts'
import { platform } from '../../platform/index.ts'

type Purchase = Output<'coupons.purchase'>
export type BuyOutcome =
  | { kind: 'issued'; purchase: Purchase }
  | { kind: 'waiting'; purchaseId: number }
  | { kind: 'cancelled' }
  | { kind: 'failed'; text: string }

/** Looks this often after WeChat said "paid": the notice usually comes within a second, and the server asks WeChat Pay itself. */
const LOOKS_MS = [600, 1_000, 1_500, 2_500, 4_000]

const OVER: Purchase['status'][] = ['closed', 'refunding', 'refunded', 'failed']

/** Buys one coupon through WeChat Pay and waits until it is in the pocket. */
export function useBuy() {
  const buy = useAct('coupons.buy')
  const [isWaiting, setWaiting] = useState(false)
  const [unpaid, setUnpaid] = useState(readUnpaid)

  function remember(batchId: number, expiresAt: string | null) {
    const next = { ...readUnpaid() }
    if (expiresAt) next[batchId] = expiresAt
    else delete next[batchId]
    platform.write(storageKey(), JSON.stringify(next))
    setUnpaid(next)
  }

  async function waitFor(purchaseId: number): Promise<BuyOutcome> {
    setWaiting(true)
    try {
      for (const wait of LOOKS_MS) {
        await new Promise(resolve => setTimeout(resolve, wait))
        const purchase = await call('coupons.purchase', { purchaseId })
        if (purchase.status === 'issued') {
          changed('coupons.', 'members.me')
          return { kind: 'issued', purchase }
        }
        if (OVER.includes(purchase.status)) return { kind: 'failed', text: purchase.note || '这笔支付没有成功，没有扣款' }
      }
      return { kind: 'waiting', purchaseId }
    } catch (error) {
      return { kind: 'failed', text: failureOf(error).message }
    } finally {
      setWaiting(false)
    }
  }

  return {
    isBusy: buy.isRunning || isWaiting,
    isWaiting,
    waitFor,
    error: buy.error,
    /** The coupon is reserved and not paid yet: buying again opens the same payment until then. */
    isUnpaid: (batchId: number, now: Date) => new Date(unpaid[batchId] ?? 0) > now,
    async start(batchId: number): Promise<BuyOutcome | null> {
      const order = await buy.run({ batchId })
      if (!order) return null
      remember(batchId, order.expiresAt)
      try {
        // Closing the wallet is not proof that nothing was paid, but then the notice brings the coupon by itself.
        if (!(await platform.pay(order.payment))) return { kind: 'cancelled' }
      } catch (error) {
        return { kind: 'failed', text: failureOf(error).message }
      }
      remember(batchId, null)
      return waitFor(order.purchaseId)
    },
  }
}

const storageKey = () => `banyan.unpaid.${platform.owner()}`

function readUnpaid(): Record<number, string> {
  return JSON.parse(platform.read(storageKey()) ?? '{}') as Record<number, string>
}
