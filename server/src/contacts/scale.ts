import type { ContactScale, contacts as contract, InputOf } from '@banyan/shared'
import { addDays, type Ctx, dayIn, rows, shiftDay, sql, upsert } from '../core/index.ts'
import { connectionsOf, limitOf } from '../platform/index.ts'
import { activeStaff } from '../staff/index.ts'
import { forecastScale } from './rules.ts'
import { withStoreNames } from './store-names.ts'

type Contract = typeof contract
const PACE_DAYS = 28
const TREND_DAYS = 60
const STAFF_SHOWN_MAX = 200

/** What is bought and used per corp, the pace, and the day it is full. */
export async function contactScale(ctx: Ctx, { corpId }: InputOf<Contract['contacts.scale']>): Promise<ContactScale[]> {
  const corps = (await connectionsOf('wecom')).filter(one => corpId === undefined || one.externalId === corpId)
  return Promise.all(corps.map(corp => scaleOf(ctx, corp.externalId, corp.name)))
}

/** Bought scale, people only in groups and the end of the contract: the platform has no API for them. */
export async function setScale(ctx: Ctx, input: InputOf<Contract['contacts.setScale']>): Promise<{ corpId: string }> {
  await upsert('contact_scales', { ...input, updatedAt: ctx.now }, ['boughtCount', 'groupOnlyCount', 'expiresOn', 'updatedAt'])
  return { corpId: input.corpId }
}

/** Once a day, so that the trend can be shown. */
export async function noteScale(ctx: Ctx): Promise<void> {
  for (const { externalId } of await connectionsOf('wecom')) {
    const { usedCount } = await usedOf(ctx, externalId)
    await upsert('contact_scale_days', { corpId: externalId, day: dayIn(ctx.now), usedCount }, ['usedCount'])
  }
}

/** True when the corp is over its scale: nobody can be added any more. */
export async function isScaleFull(ctx: Ctx, corpId: string): Promise<boolean> {
  const { usedCount, boughtCount } = await usedOf(ctx, corpId)
  return usedCount >= boughtCount
}

async function scaleOf(ctx: Ctx, corpId: string, corpName: string): Promise<ContactScale> {
  const today = dayIn(ctx.now)
  const { boughtCount, usedCount, friendCount, groupOnlyCount, expiresOn, freeCount } = await usedOf(ctx, corpId)
  const netAddsPerDay = (await netAdds(ctx, corpId)) / PACE_DAYS
  const days = await rows<{ day: string; used_count: number }>(
    sql`SELECT day, used_count FROM contact_scale_days WHERE corp_id = ${corpId} AND day >= ${shiftDay(today, -TREND_DAYS)} AND day < ${today} ORDER BY day`,
  )
  const staff = (await activeStaff({ corpId }, ctx.now))
    .sort((a, b) => b.contactCount / b.contactCap - a.contactCount / a.contactCap)
    .slice(0, STAFF_SHOWN_MAX)
  return {
    corpId,
    corpName,
    boughtCount,
    usedCount,
    friendCount,
    groupOnlyCount,
    expiresOn,
    addsPerDay: Math.round(netAddsPerDay * 10) / 10,
    ...forecastScale(ctx, { boughtCount, usedCount, netAddsPerDay, today, expiresOn, freeCount }),
    perStaff: await withStoreNames(
      staff.map(({ id, name, storeId, contactCount, contactCap }) => ({ staffId: id, name, storeId, contactCount, contactCap })),
    ),
    trend: [...days.map(row => ({ date: row.day, usedCount: Number(row.used_count) })), { date: today, usedCount }],
  }
}

async function usedOf(_ctx: Ctx, corpId: string) {
  const freeCount = await limitOf('wecom.externalContactsFree')
  const [set] = await rows<{ bought_count: number; group_only_count: number; expires_on: string | null }>(
    sql`SELECT bought_count, group_only_count, expires_on FROM contact_scales WHERE corp_id = ${corpId}`,
  )
  const [counted] = await rows<{ n: number }>(
    sql`SELECT COUNT(DISTINCT external_user_id) AS n FROM contact_relations WHERE corp_id = ${corpId} AND removed_at IS NULL`,
  )
  const friendCount = Number(counted?.n ?? 0)
  const groupOnlyCount = Number(set?.group_only_count ?? 0)
  return {
    freeCount,
    boughtCount: Number(set?.bought_count ?? freeCount),
    groupOnlyCount,
    friendCount,
    usedCount: friendCount + groupOnlyCount,
    expiresOn: set?.expires_on ?? null,
  }
}

/** Customers more (or fewer) than 28 days ago. */
async function netAdds(ctx: Ctx, corpId: string): Promise<number> {
  const since = addDays(ctx.now, -PACE_DAYS)
  const [counted] = await rows<{ added: number; removed: number }>(
    sql`SELECT SUM(CASE WHEN added_at >= ${since} AND removed_at IS NULL THEN 1 ELSE 0 END) AS added, SUM(CASE WHEN added_at < ${since} AND removed_at >= ${since} THEN 1 ELSE 0 END) AS removed FROM contact_relations WHERE corp_id = ${corpId}`,
  )
  return Number(counted?.added ?? 0) - Number(counted?.removed ?? 0)
}
