import type { Staff } from '@banyan/shared'
import { dayIn, Op, type Reader, readIn, rows, run, sql } from '../core/index.ts'
import { storesByIds } from '../platform/index.ts'
import { whyNotUsable } from './rules.ts'
import { StaffMember } from './staff-member.ts'

/** A staff member as other modules and the faces see him. */
export type StaffFacts = Omit<Staff, 'storeName'>

export function factsOf(member: StaffMember, at: Date): StaffFacts {
  const {
    id,
    corpId,
    userId,
    name,
    avatar,
    brandId,
    storeId,
    role,
    status,
    isOnDuty,
    contactCount,
    contactCap,
    contactsElsewhere,
    dailyAddCap,
    syncedAt,
  } = member
  const addedToday = member.addedOn === dayIn(at) ? member.addedCount : 0
  const why = whyNotUsable({ status, isOnDuty, contactCount, contactCap, addedToday, dailyAddCap })
  return {
    id,
    corpId,
    userId,
    name,
    avatar,
    brandId: brandId ?? null,
    storeId: storeId ?? null,
    role,
    status,
    isOnDuty,
    contactCount,
    contactCap,
    contactsElsewhere,
    addedToday,
    dailyAddCap,
    isUsable: why === null,
    whyNotUsable: why,
    syncedAt: syncedAt ?? null,
  }
}

/** As faces show them, with the names of their stores. */
export async function withStoreNames(reader: Reader, facts: readonly StaffFacts[]): Promise<Staff[]> {
  const stores = await storesByIds(facts.flatMap(one => one.storeId ?? []))
  return facts.map(one => ({
    ...one,
    whyNotUsable: one.whyNotUsable && readIn(reader, one.whyNotUsable),
    storeName: (one.storeId !== null && stores.get(one.storeId)?.name) || null,
  }))
}

/** Staff by id; ids nobody has are left out. No scope: for modules that hold the ids. */
export async function staffByIds(ids: readonly number[], at: Date): Promise<Map<number, StaffFacts>> {
  const found = ids.length === 0 ? [] : await StaffMember.findAll({ where: { id: { [Op.in]: [...new Set(ids)] } } })
  return new Map(found.map(member => [member.id, factsOf(member, at)]))
}

/** Staff of a corp by their WeCom userids. */
export async function staffByUserIds(corpId: string, userIds: readonly string[], at: Date): Promise<Map<string, StaffFacts>> {
  const found =
    userIds.length === 0 ? [] : await StaffMember.findAll({ where: { corpId, userId: { [Op.in]: [...new Set(userIds)] } } })
  return new Map(found.map(member => [member.userId, factsOf(member, at)]))
}

/** Active staff of a brand, of some stores, or of a corp. */
export async function activeStaff(
  of: { brandId?: number; storeIds?: readonly number[]; corpId?: string },
  at: Date,
): Promise<StaffFacts[]> {
  const found = await StaffMember.findAll({
    where: {
      status: 'active',
      ...(of.brandId === undefined ? {} : { brandId: of.brandId }),
      ...(of.storeIds === undefined ? {} : { storeId: { [Op.in]: [...of.storeIds] } }),
      ...(of.corpId === undefined ? {} : { corpId: of.corpId }),
    },
    order: [['id', 'ASC']],
    limit: 20_000,
  })
  return found.map(member => factsOf(member, at))
}

/** One more contact, now: counts for the cap and for the day. */
export async function countAdded(staffId: number, at: Date): Promise<void> {
  const day = dayIn(at)
  // added_count first: MySQL reads columns changed earlier in the same statement with their new value; an older day (a late find) counts for no day
  await run(
    sql`UPDATE staff SET contact_count = contact_count + 1, added_count = CASE WHEN added_on = ${day} THEN added_count + 1 WHEN added_on < ${day} THEN 1 ELSE added_count END, added_on = CASE WHEN added_on < ${day} THEN ${day} ELSE added_on END WHERE id = ${staffId}`,
  )
}

export async function countRemoved(staffId: number): Promise<void> {
  await run(sql`UPDATE staff SET contact_count = contact_count - 1 WHERE id = ${staffId} AND contact_count > 0`)
}

/** The reconcile counted for real: correct what drifted. Friends elsewhere, whom it cannot see, are added. */
export async function setContactCounts(counts: ReadonlyMap<number, number>): Promise<void> {
  for (const [staffId, count] of [...counts].sort(([a], [b]) => a - b)) {
    await run(
      sql`UPDATE staff SET contact_count = ${count} + contacts_elsewhere WHERE id = ${staffId} AND contact_count <> ${count} + contacts_elsewhere`,
    )
  }
}

export async function corpIdsWithStaff(): Promise<string[]> {
  return (await rows<{ corp_id: string }>(sql`SELECT DISTINCT corp_id FROM staff`)).map(row => row.corp_id)
}
