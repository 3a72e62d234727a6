/** Store staff: who they are (from the WeCom directory), where they serve, how they sign in, and whether they may take another customer. */
import { staff } from '@banyan/shared'
import { every, on, outsideTransaction, serve } from '../core/index.ts'
import { connectionsOf } from '../platform/index.ts'
import { wecomStaffChanged } from '../wecom/index.ts'
import { listStaff, setDuty, updateStaff } from './manage-staff.ts'
import { jsConfig, signInStaff, staffMe, startSignIn } from './sign-in.ts'
import { listSyncs, renameUserId, startSync, syncOne, syncTask } from './sync-staff.ts'

export { staffChanged } from './events.ts'
export { updateStaff } from './manage-staff.ts'
export { isNearCap, whyNotUsable } from './rules.ts'
export {
  activeStaff,
  corpIdsWithStaff,
  countAdded,
  countRemoved,
  type StaffFacts,
  setContactCounts,
  staffByIds,
  staffByUserIds,
} from './staff-facts.ts'
export { migrations } from './staff-member.ts'
export { ensureStaff, syncCorp as syncStaffOfCorp } from './sync-staff.ts'

export const routes = serve(staff, {
  'staffAuth.start': startSignIn,
  'staffAuth.signIn': outsideTransaction(signInStaff),
  'staff.me': staffMe,
  'staff.list': listStaff,
  'staff.update': updateStaff,
  'staff.setDuty': setDuty,
  'staff.sync': startSync,
  'staff.syncs': listSyncs,
  'staff.jsConfig': jsConfig,
})

export const subscribers = [
  on(
    wecomStaffChanged,
    'staff.followDirectory',
    (ctx, { corpId, change, userId, newUserId }) =>
      change === 'update' && newUserId ? renameUserId(ctx, corpId, userId, newUserId) : syncOne(ctx, corpId, userId),
    { isOutsideTransaction: true },
  ),
]

export const tasks = [syncTask]

export const jobs = [
  every('staff.syncNightly', '30 2 * * *', async ctx => {
    if ((await connectionsOf('wecom')).length > 0) await startSync(ctx, {})
  }),
]
