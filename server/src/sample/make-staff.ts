import { addDays, type Ctx } from '../core/index.ts'
import { staffByUserIds, syncStaffOfCorp, updateStaff } from '../staff/index.ts'
import { staffDefs } from './directory.ts'
import type { Organisation } from './make-brands.ts'
import type { Accounts } from './make-people.ts'
import { atMoment, workOff } from './play.ts'
import { once, onceOutside } from './steps.ts'

/** Staff come from the directory, as always; then they get their stores. */
export async function makeStaff(ctx: Ctx, organisation: Organisation, accounts: Accounts): Promise<void> {
  await onceOutside(ctx, 'staff:sync', () => syncStaffOfCorp(ctx, accounts.corpId))
  await once(ctx, 'staff:stores', async () => {
    for (const { def, id } of await knownStaff(ctx, accounts)) {
      const storeId = def.storeCode ? organisation.storeIds[def.storeCode] : undefined
      if (storeId) await updateStaff(ctx, { staffId: id, storeId, role: def.role })
    }
  })
}

/** One has 4,900 friends whom no list names: with those that it names she stands at 4,980 of 5,000, and codes pass her over soon. */
export async function fillUpStaff(ctx: Ctx, accounts: Accounts): Promise<void> {
  await once(ctx, 'staff:full', async () => {
    for (const { def, id } of await knownStaff(ctx, accounts))
      if (def.contactsElsewhere > 0) await updateStaff(ctx, { staffId: id, contactsElsewhere: def.contactsElsewhere })
  })
}

/** Two leave, with 105 customers each still in their names, and one of them alone behind a live code. */
export async function letStaffLeave(ctx: Ctx, { world }: Accounts): Promise<void> {
  if (!world) return
  for (const { userid, leavesDaysAgo } of staffDefs) {
    if (leavesDaysAgo === null) continue
    await onceOutside(ctx, `staff:left:${userid}`, () =>
      atMoment(addDays(ctx.now, -leavesDaysAgo), async () => {
        await world.act('staff.leave', { simStaff: userid })
        await workOff(world, { events: ['wecom.staffChanged', 'staff.changed'], tasks: ['livecodes.rotate'] })
      }),
    )
  }
}

async function knownStaff(ctx: Ctx, { corpId }: Accounts) {
  const known = await staffByUserIds(
    corpId,
    staffDefs.map(one => one.userid),
    ctx.now,
  )
  return staffDefs.flatMap(def => {
    const id = known.get(def.userid)?.id
    return id ? [{ def, id }] : []
  })
}
