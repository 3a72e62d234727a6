import { members } from '@banyan/shared'
import { outsideTransaction, serve } from '../core/index.ts'
import { askToJoin } from './ask-to-join.ts'
import { checkLedger } from './check-ledger.ts'
import { givePhone, phoneMeter, signIn } from './member-auth.ts'
import { getPointRule, updatePointRule } from './point-rule.ts'
import { listMembers, me, membershipsOf, myCode, scanMember, setTier, updateMyProfile } from './read-members.ts'
import { adjustPoints, myPoints, pointsOf } from './read-points.ts'
import { createTier, listTiers, myTiers, removeTier, updateTier } from './tiers.ts'

export const routes = serve(members, {
  'memberAuth.signIn': outsideTransaction(signIn),
  'memberAuth.phone': outsideTransaction(givePhone),
  'memberAuth.phoneMeter': phoneMeter,
  'members.join': askToJoin,
  'members.me': me,
  'members.code': myCode,
  'members.scan': scanMember,
  'members.updateProfile': updateMyProfile,
  'members.list': listMembers,
  'members.of': membershipsOf,
  'members.setTier': setTier,
  'points.mine': myPoints,
  'points.of': pointsOf,
  'points.adjust': adjustPoints,
  'points.check': checkLedger,
  'pointRules.get': getPointRule,
  'pointRules.update': updatePointRule,
  'tiers.list': listTiers,
  'tiers.mine': myTiers,
  'tiers.create': createTier,
  'tiers.update': updateTier,
  'tiers.remove': removeTier,
})
