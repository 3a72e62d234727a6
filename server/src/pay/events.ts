import { Fen, Instant } from '@banyan/shared'
import { z } from 'zod'
import { event } from '../core/index.ts'

/** Money has arrived. May come twice, late, or never (then queryPayment finds it). */
export const payPaid = event(
  'pay.paid',
  z.object({
    merchantId: z.string(),
    appId: z.string(),
    outTradeNo: z.string(),
    transactionId: z.string(),
    amountFen: Fen,
    openid: z.string(),
    paidAt: Instant,
  }),
)

/** What became of a refund; `abnormal`: the card refused it, an operator must act at the merchant platform. */
export const payRefunded = event(
  'pay.refunded',
  z.object({
    merchantId: z.string(),
    outTradeNo: z.string(),
    outRefundNo: z.string(),
    refundId: z.string(),
    status: z.enum(['success', 'processing', 'closed', 'abnormal']),
    amountFen: Fen,
    succeededAt: Instant.nullable(),
  }),
)
