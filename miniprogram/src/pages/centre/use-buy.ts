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
    async start(batchId: number): Promise<BuyOutcome | null> {
      const order = await buy.run({ batchId })
      if (!order) return null
      let isPaid: boolean
      try {
        isPaid = await platform.pay(order.payment)
      } catch (error) {
        return { kind: 'failed', text: failureOf(error).message }
      }
      // Closing the wallet is not proof that nothing was paid, but then the notice brings the coupon by itself.
      return isPaid ? waitFor(order.purchaseId) : { kind: 'cancelled' }
    },
    error: buy.error,
  }
}
