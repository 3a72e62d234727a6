/**
 * Who belongs to a brand's programme: mini-program sessions, enrolment, the points ledger and tiers. Points change only by
 * appending to the ledger; tiers follow what was spent or earned, never the balance.
 */
import { membersCarrier } from './carry-members.ts'
import { linkContactTask } from './link-contact.ts'

export { checkLedger } from './check-ledger.ts'
export { type ClawbackResult, clawBack, clawBackLoose } from './claw-back.ts'
export { type Earning, earnMany, earnPoints, touch } from './earn-points.ts'
export {
  memberJoined,
  memberSessionOpened,
  memberTierChanged,
  memberTierEnding,
  pointsChanged,
  pointsExpiring,
} from './events.ts'
export { expirePoints } from './expire-points.ts'
export { type MemberBrief, memberBriefsOf } from './facts.ts'
export { captureFreeze, freezePoints, voidFreeze } from './freeze-points.ts'
export { jobs } from './jobs.ts'
export { joinMany, joinMember, memberOf, memberOfCode, membersOfPeople, tierRanksOf } from './join-member.ts'
export { pointRuleOf, updatePointRule } from './point-rule.ts'
export { qrSvg } from './qr-svg.ts'
export { bringTiers, countSpends, lowerAfterRefund, qualifyTier, raiseMany, type Spend, type TierMove } from './qualify-tier.ts'
export { countCouponsBy, membershipsOf, scanMember, standingOf } from './read-members.ts'
export { balanceOf, postingsBefore, postingsOf } from './read-points.ts'
export { routes } from './routes.ts'
export { migrations } from './schema.ts'
export { returnSpent, spendPoints, stillSpent } from './spend-points.ts'
export { subscribers } from './subscribers.ts'
export { createTier, tiersOf, updateTier } from './tiers.ts'

export const carriers = [membersCarrier]
export const tasks = [linkContactTask]
