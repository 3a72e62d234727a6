import { phrase } from '../core/index.ts'

/** Why points and tiers moved: kept in the ledger, which its member reads too. */
export const reasons = {
  joined: phrase('加入会员', 'Joined'),
  joinGift: phrase('入会礼', 'Gift for joining'),
  expired: phrase('积分到期', 'Points expired'),
  expiredFrozen: phrase('冻结期间到期的积分', 'Points that expired while frozen'),
  debtSettled: phrase('抵扣此前退款欠下的积分', 'Settled what an earlier refund left owing'),
  mergedOut: phrase('会员合并转出', 'Moved out by a merge'),
  mergedIn: phrase('会员合并转入', 'Moved in by a merge'),
  merged: phrase('会员合并', 'Memberships merged'),
  unmerged: phrase('会员拆分', 'Memberships un-merged'),
  unmergedOut: phrase('会员拆分转出', 'Moved out by an un-merge'),
  unmergedOwing: phrase<{ points: number }>('会员拆分转出，欠 {points} 分', 'Moved out by an un-merge, {points} owing'),
  unmergedBack: phrase('会员拆分转回', 'Moved back by an un-merge'),
  tierUp: phrase('达到升级门槛', 'Reached the tier'),
  tierRenewed: phrase('保级成功，续期', 'Kept the tier for another term'),
  tierDown: phrase('等级到期，未达到保级门槛', 'The tier ended and was not earned again'),
  tierRefunded: phrase('升级所凭的订单已退款', 'The order that earned the tier was refunded'),
}
