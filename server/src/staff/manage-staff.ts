import type { staff as contract, InputOf, Staff } from '@banyan/shared'
import {
  brandScope,
  type Ctx,
  canSeeStore,
  dayIn,
  mustSeeBrand,
  notFound,
  orderSql,
  publish,
  rows,
  sql,
  staffOf,
} from '../core/index.ts'
import { endSessionsOf, storeOfId } from '../platform/index.ts'
import { staffChanged } from './events.ts'
import { factsOf, staffByIds, withStoreNames } from './staff-facts.ts'
import { StaffMember } from './staff-member.ts'

type Contract = typeof contract
const SORTS = { id: 'id', name: 'name', contactCount: 'contact_count', storeId: 'store_id' }

/** Staff of the brands and stores one may see; those without a store are seen by who sees all brands, to be assigned. */
export async function listStaff(ctx: Ctx, input: InputOf<Contract['staff.list']>): Promise<{ items: Staff[]; total: number }> {
  const { page, pageSize, search, sort } = input
  const brands = brandScope(ctx)
  const day = dayIn(ctx.now)
  const usable = sql`(status = 'active' AND is_on_duty = 1 AND contact_count < contact_cap AND (daily_add_cap = 0 OR added_on <> ${day} OR added_count < daily_add_cap))`
  const where = sql.and([
    ...(brands
      ? [
          ctx.actor.type === 'operator' && ctx.brandIds === 'all'
            ? sql`brand_id IN ${brands} OR brand_id IS NULL`
            : sql`brand_id IN ${brands}`,
        ]
      : []),
    ...(ctx.storeIds === 'all' ? [] : [sql`store_id IN ${ctx.storeIds}`]),
    ...(input.brandId ? [sql`brand_id = ${input.brandId}`] : []),
    ...(input.storeId ? [sql`store_id = ${input.storeId}`] : []),
    ...(input.ids ? [sql`id IN ${input.ids}`] : []),
    ...(input.status ? [sql`status = ${input.status}`] : []),
    ...(input.hasStore === undefined ? [] : [input.hasStore ? sql`store_id IS NOT NULL` : sql`store_id IS NULL`]),
    ...(input.isUsable === undefined ? [] : [input.isUsable ? usable : sql`NOT ${usable}`]),
    ...(search ? [sql`name LIKE ${`%${search}%`} OR user_id = ${search}`] : []),
  ])
  const [count] = await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM staff WHERE ${where}`)
  const ids = await rows<{ id: number }>(
    sql`SELECT id FROM staff WHERE ${where} ORDER BY ${orderSql(sort, SORTS, 'id')}, id ASC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
  )
  const facts = await staffByIds(
    ids.map(row => row.id),
    ctx.now,
  )
  return {
    items: await withStoreNames(
      ctx,
      ids.flatMap(row => facts.get(row.id) ?? []),
    ),
    total: Number(count?.n ?? 0),
  }
}

/** Changes store, role, caps, friends elsewhere or duty. A new store or role ends his sessions: they carry the scope. */
export async function updateStaff(ctx: Ctx, { staffId, storeId, ...changes }: InputOf<Contract['staff.update']>): Promise<Staff> {
  const member = await StaffMember.findByPk(staffId)
  if (!member || !isInScope(ctx, member)) throw notFound('staff', staffId)
  const place = storeId === undefined ? {} : await placeOf(ctx, storeId)
  const isMoved = storeId !== undefined && storeId !== member.storeId
  const newElsewhere = (changes.contactsElsewhere ?? member.contactsElsewhere) - member.contactsElsewhere
  await member.update({ ...withoutUndefined(changes), ...place })
  if (newElsewhere !== 0) await member.increment('contactCount', { by: newElsewhere })
  if (isMoved || changes.role !== undefined) await endSessionsOf(ctx, 'staff', staffId)
  await publish(ctx, staffChanged, { staffId, corpId: member.corpId, change: 'changed' })
  const [view] = await withStoreNames(ctx, [factsOf(newElsewhere === 0 ? member : await member.reload(), ctx.now)])
  return view!
}

/** A staff member goes on or off duty himself. */
export async function setDuty(ctx: Ctx, { isOnDuty }: InputOf<Contract['staff.setDuty']>): Promise<Staff> {
  const member = await StaffMember.findByPk(staffOf(ctx))
  if (!member) throw notFound('staff', staffOf(ctx))
  await member.update({ isOnDuty })
  await publish(ctx, staffChanged, { staffId: member.id, corpId: member.corpId, change: 'changed' })
  const [view] = await withStoreNames(ctx, [factsOf(member, ctx.now)])
  return view!
}

async function placeOf(ctx: Ctx, storeId: number | null): Promise<{ storeId: number | null; brandId: number | null }> {
  if (storeId === null) return { storeId: null, brandId: null }
  const store = await storeOfId(storeId)
  if (!store || !canSeeStore(ctx, storeId)) throw notFound('store', storeId)
  mustSeeBrand(ctx, store.brandId)
  return { storeId, brandId: store.brandId }
}

/** Whom nobody has given a store yet is assigned by who sees all of them, as the list shows him. */
function isInScope(ctx: Ctx, member: StaffMember): boolean {
  if ((member.brandId ?? null) === null) return ctx.brandIds === 'all' && ctx.storeIds === 'all'
  const brands = brandScope(ctx)
  const isBrandSeen = brands === null || (member.brandId !== null && brands.includes(member.brandId))
  return isBrandSeen && (ctx.storeIds === 'all' || (member.storeId !== null && canSeeStore(ctx, member.storeId)))
}

function withoutUndefined<T extends object>(changes: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
