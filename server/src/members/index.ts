/**
 * Who belongs to a brand's programme: mini-program sessions, enrolment, the points ledger and tiers. Points change only by
 * appending to the ledger; tiers follow what was spent or earned, never the balance.
 */
export { clawBack, type ClawbackResult } from './claw-back.ts'
export { earnMany, earnPoints, type Earning } from './earn-points.ts'
export { memberJoined, memberSessionOpened, memberTierChanged, memberTierEnding, pointsChanged, pointsExpiring } from './events.ts'
export { captureFreeze, freezePoints, voidFreeze } from './freeze-points.ts'
export { joinMany, joinMember, memberOf, memberOfCode, tierRanksOf } from './join-member.ts'
export { pointRuleOf } from './point-rule.ts'
export { countSpends, lowerAfterRefund, qualifyTier, raiseMany, type Spend, type TierMove } from './qualify-tier.ts'
export { returnSpent, spendPoints, stillSpent } from './spend-points.ts'
