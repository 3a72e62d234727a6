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
  const cancel = useAct('coupons.cancelPurchase')

  async function waitFor(purchaseId: number): Promise<BuyOutcome> {
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
    }
  }

  return {
    waitFor,
    error: buy.error ?? cancel.error,
    /** Gives an unpaid reservation up. What was paid in the same moment is the buyer's all the same. */
    async giveUp(purchaseId: number): Promise<BuyOutcome | null> {
      const purchase = await cancel.run({ purchaseId })
      changed('coupons.')
      return purchase?.status === 'issued' ? { kind: 'issued', purchase } : null
    },
    async start(batchId: number): Promise<BuyOutcome | null> {
      const order = await buy.run({ batchId })
      if (!order) return null
      try {
        // Closing the wallet is not proof that nothing was paid, but then the notice brings the coupon by itself.
        if (!(await platform.pay(order.payment))) return { kind: 'cancelled' }
      } catch (error) {
        return { kind: 'failed', text: failureOf(error).message }
      }
      return waitFor(order.purchaseId)
    },
  }
}
