import { coupons } from '@banyan/shared'
import { outsideTransaction, serve } from '../core/index.ts'
import { closeBatch, createBatch, getBatch, listBatches, publishBatch, removeBatch, updateBatch } from './batches.ts'
import { buyCoupon } from './buy-coupon.ts'
import { couponCentre } from './centre.ts'
import { claimCoupon } from './claim-coupon.ts'
import { couponQr, couponsOf, listCoupons, myCoupons } from './read-coupons.ts'
import { checkCoupon, grantCoupon, grantCoupons, redeemCoupon, voidByOperator, whyCoupon } from './redeem-coupon.ts'
import { cancelPurchase, listPurchases, myPurchase, refundPurchase } from './settle-purchase.ts'

export const routes = serve(coupons, {
  'couponBatches.list': listBatches,
  'couponBatches.get': getBatch,
  'couponBatches.create': createBatch,
  'couponBatches.update': updateBatch,
  'couponBatches.publish': publishBatch,
  'couponBatches.close': closeBatch,
  'couponBatches.remove': removeBatch,
  'coupons.centre': couponCentre,
  'coupons.claim': outsideTransaction(claimCoupon),
  'coupons.mine': myCoupons,
  'coupons.qr': couponQr,
  'coupons.buy': outsideTransaction(buyCoupon),
  'coupons.purchase': outsideTransaction(myPurchase),
  'coupons.cancelPurchase': outsideTransaction(cancelPurchase),
  'coupons.purchases': listPurchases,
  'coupons.refundPurchase': outsideTransaction(refundPurchase),
  'coupons.of': couponsOf,
  'coupons.list': listCoupons,
  'coupons.grant': grantCoupon,
  'coupons.grantMany': grantCoupons,
  'coupons.check': checkCoupon,
  'coupons.redeem': redeemCoupon,
  'coupons.void': voidByOperator,
  'coupons.why': whyCoupon,
})
