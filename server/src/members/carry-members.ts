import { type Carrier, type Ctx, insertOne, row, rows, run, sql } from '../core/index.ts'
import { carryRows, carryRowsBack } from '../identity/index.ts'
import { touch } from './earn-points.ts'
import { voidFreeze } from './freeze-points.ts'
import { lockAccount, lotsOf, post } from './ledger.ts'
import { Member } from './member.ts'
import { qualifyTier } from './qualify-tier.ts'
import { takeBack } from './take-back-lots.ts'
import { reasons } from './words.ts'

type Merge = { fromId: number; toId: number; mergeId: number }
type Before = { from: TierState; to: TierState | null; toJoinedAt: string | null; spendHomes: number[]; debt: number }
type TierState = { tierId: number; tierRank: number; tierEndsAt: string | null; graceUntil: string | null }

/**
 * Memberships of the same brand join: lots move as postings with their dates, the tier is the higher with the later end, what counts
 * towards tiers adds. A membership of another brand simply gets its new holder. All of it can be undone (semantics 1.7, 1.9).
 */
export const membersCarrier: Carrier = {
  name: 'members',
  columns: [
    { table: 'members', column: 'person_id' },
    { table: 'phone_asks', column: 'person_id' },
  ],
  async preview(_ctx, { fromId, toId }) {
    const found = await rows<{ brand_id: number; posted: number | null; debt: number | null; both: number }>(
      sql`SELECT m.brand_id, a.posted, a.debt, (SELECT COUNT(*) FROM members o WHERE o.brand_id = m.brand_id AND o.person_id = ${toId}) AS ${sql.id('both')}
        FROM members m LEFT JOIN point_accounts a ON a.member_id = m.id WHERE m.person_id = ${fromId} AND m.status <> 'merged'`,
    )
    const sum = (list: readonly (number | null)[]) => list.reduce<number>((total, one) => total + Number(one ?? 0), 0)
    return {
      memberships: found.length,
      joining: found.filter(one => Number(one.both) > 0).length,
      points: sum(found.map(one => one.posted)),
      debt: sum(found.map(one => one.debt)),
    }
  },
  async merge(ctx, merge) {
    await carryRows({ table: 'phone_asks', column: 'person_id' }, merge)
    for (const from of await Member.findAll({ where: { personId: merge.fromId }, order: [['id', 'ASC']] })) {
      if (from.status === 'merged') continue
      const to = await Member.findOne({ where: { personId: merge.toId, brandId: from.brandId } })
      if (to) await joinMemberships(ctx, merge, from, to)
      else await moveMembership(ctx, merge, from)
    }
  },
  async unmerge(ctx, merge) {
    const records = await rows<{ id: number; from_member_id: number; to_member_id: number | null; before: string }>(
      sql`SELECT id, from_member_id, to_member_id, ${sql.id('before')} FROM member_merges WHERE merge_id = ${merge.mergeId} AND undone_at IS NULL ORDER BY id DESC`,
    )
    for (const record of records) {
      await separate(ctx, merge, record.from_member_id, record.to_member_id, JSON.parse(record.before) as Before)
      await run(sql`UPDATE member_merges SET undone_at = ${ctx.now} WHERE id = ${record.id}`)
    }
    await carryRowsBack({ table: 'phone_asks', column: 'person_id' }, merge)
  },
  async export(_ctx, personId) {
    const members = await rows<{ id: number }>(sql`SELECT * FROM members WHERE person_id = ${personId} LIMIT 100`)
    const postings = await rows(
      sql`SELECT p.* FROM point_postings p WHERE p.member_id IN (${members.map(member => member.id)}) ORDER BY p.id LIMIT 10000`,
    )
    return { members, postings }
  },
  /** Points and tiers are a bookkeeping duty and name nobody; the membership ends. */
  async erase(_ctx, personId) {
    await run(sql`UPDATE members SET status = 'left', scene = NULL WHERE person_id = ${personId} AND status = 'active'`)
  },
}

async function moveMembership(ctx: Ctx, merge: Merge, from: Member): Promise<void> {
  await remember(ctx, merge, from, null, { from: tierOf(from), to: null, toJoinedAt: null, spendHomes: [], debt: 0 })
  await run(sql`UPDATE members SET person_id = ${merge.toId} WHERE id = ${from.id}`)
  await touch(ctx, [from])
}

async function joinMemberships(ctx: Ctx, merge: Merge, from: Member, to: Member): Promise<void> {
  const accounts = [from, to].sort((a, b) => a.id - b.id)
  for (const member of accounts) await lockAccount(member.id)
  const held = await rows<{ freeze_key: string }>(
    sql`SELECT f.freeze_key FROM point_freezes f JOIN point_accounts a ON a.id = f.account_id WHERE a.member_id = ${from.id} AND f.status = 'held'`,
  )
  for (const freeze of held) await voidFreeze(ctx, { memberId: from.id, key: freeze.freeze_key })

  const homes = await rows<{ home: number }>(
    sql`SELECT DISTINCT home_member_id AS home FROM member_spends WHERE member_id = ${from.id}`,
  )
  const debt = await moveLots(ctx, merge, from, to)
  await remember(ctx, merge, from, to, {
    from: tierOf(from),
    to: tierOf(to),
    toJoinedAt: to.joinedAt.toISOString(),
    spendHomes: homes.map(one => one.home),
    debt,
  })
  await run(sql`UPDATE member_spends SET member_id = ${to.id} WHERE member_id = ${from.id}`)
  const tier = higherTier(tierOf(from), tierOf(to))
  const joinedAt = new Date(Math.min(from.joinedAt.getTime(), to.joinedAt.getTime()))
  await run(
    sql`UPDATE members SET status = 'active', tier_id = ${tier.tierId}, tier_rank = ${tier.tierRank}, tier_ends_at = ${dateOf(tier.tierEndsAt)}, grace_until = ${dateOf(tier.graceUntil)}, joined_at = ${joinedAt} WHERE id = ${to.id}`,
  )
  await run(sql`UPDATE members SET status = 'merged', merged_into_id = ${to.id} WHERE id = ${from.id}`)
  await noteTier(ctx, to.id, to.tierId, tier, 'merge', reasons.merged())
  await qualifyTier(ctx, to.id)
  await touch(ctx, [to])
}

async function moveLots(ctx: Ctx, merge: Merge, from: Member, to: Member): Promise<number> {
  const source = await lockAccount(from.id)
  const target = await lockAccount(to.id)
  const lots = (await lotsOf(source.id)).sort((a, b) => a.id - b.id)
  const points = lots.reduce((sum, lot) => sum + lot.remaining, 0)
  const { debt } = source
  if (points === 0 && debt === 0) return 0
  const key = `merge:${merge.mergeId}`
  await post(ctx, source, {
    kind: 'merge',
    key,
    body: [key, 'out'],
    reason: reasons.mergedOut(),
    points: -points,
    debtPoints: -debt,
    takes: lots.map(lot => ({ lotId: lot.id, points: lot.remaining })),
    isSilent: true,
  })
  await post(ctx, target, {
    kind: 'merge',
    key,
    body: [key, 'in'],
    reason: reasons.mergedIn(),
    points,
    debtPoints: debt,
    isSilent: true,
    lots: lots.map(lot => ({
      points: lot.remaining,
      earnedAt: lot.earnedAt,
      availableFrom: lot.availableFrom,
      expiresAt: lot.expiresAt,
      originLotId: lot.id,
      orderId: lot.orderId,
    })),
  })
  return debt
}

async function separate(ctx: Ctx, merge: Merge, fromMemberId: number, toMemberId: number | null, before: Before): Promise<void> {
  const from = await Member.findByPk(fromMemberId)
  if (!from) return
  const holder = await holderOf(from)
  if (holder.id !== from.id) {
    await takeBack(ctx, { from: from.id, holder: holder.id, key: `unmerge:${merge.mergeId}`, debt: before.debt })
    if (before.spendHomes.length > 0)
      await run(
        sql`UPDATE member_spends SET member_id = ${from.id} WHERE member_id = ${holder.id} AND home_member_id IN (${before.spendHomes})`,
      )
  }
  await run(
    sql`UPDATE members SET person_id = ${merge.fromId}, status = 'active', merged_into_id = NULL, tier_id = ${before.from.tierId}, tier_rank = ${before.from.tierRank}, tier_ends_at = ${dateOf(before.from.tierEndsAt)}, grace_until = ${dateOf(before.from.graceUntil)} WHERE id = ${from.id}`,
  )
  if (toMemberId !== null && before.to) await restoreSurvivor(ctx, toMemberId, before)
  await qualifyTier(ctx, from.id)
  await touch(ctx, holder.id === from.id ? [from] : [from, holder])
}

/** The survivor's tier goes back to what it was, unless something has moved it since the merge. */
async function restoreSurvivor(ctx: Ctx, toMemberId: number, before: Before): Promise<void> {
  const to = await Member.findByPk(toMemberId)
  const last = await row<{ kind: string }>(
    sql`SELECT kind FROM tier_changes WHERE member_id = ${toMemberId} ORDER BY id DESC LIMIT 1`,
  )
  if (!to || !before.to) return
  if (before.toJoinedAt) await run(sql`UPDATE members SET joined_at = ${new Date(before.toJoinedAt)} WHERE id = ${to.id}`)
  if (last?.kind !== 'merge') return
  await run(
    sql`UPDATE members SET tier_id = ${before.to.tierId}, tier_rank = ${before.to.tierRank}, tier_ends_at = ${dateOf(before.to.tierEndsAt)}, grace_until = ${dateOf(before.to.graceUntil)} WHERE id = ${to.id}`,
  )
  await noteTier(ctx, to.id, to.tierId, before.to, 'unmerge', reasons.unmerged())
  await qualifyTier(ctx, to.id)
}

/** Where a merged membership's points are now. */
async function holderOf(member: Member): Promise<Member> {
  let holder = member
  for (let hops = 0; holder.mergedIntoId && hops < 100; hops += 1) holder = (await Member.findByPk(holder.mergedIntoId)) ?? holder
  return holder
}

async function remember(ctx: Ctx, merge: Merge, from: Member, to: Member | null, before: Before): Promise<void> {
  await insertOne('member_merges', {
    mergeId: merge.mergeId,
    brandId: from.brandId,
    fromMemberId: from.id,
    toMemberId: to?.id ?? null,
    before: JSON.stringify(before),
    at: ctx.now,
  })
}

async function noteTier(
  ctx: Ctx,
  memberId: number,
  fromTierId: number,
  to: TierState,
  kind: string,
  reason: string,
): Promise<void> {
  await insertOne('tier_changes', {
    memberId,
    kind,
    fromTierId,
    toTierId: to.tierId,
    toEndsAt: dateOf(to.tierEndsAt),
    reason,
    at: ctx.now,
  })
}

function tierOf(member: Member): TierState {
  const { tierId, tierRank, tierEndsAt, graceUntil } = member
  return { tierId, tierRank, tierEndsAt: tierEndsAt?.toISOString() ?? null, graceUntil: graceUntil?.toISOString() ?? null }
}

/** The higher tier; of two equal ones the later end. */
export function higherTier(a: TierState, b: TierState): TierState {
  if (a.tierRank !== b.tierRank) return a.tierRank > b.tierRank ? a : b
  return (a.tierEndsAt ?? '9') >= (b.tierEndsAt ?? '9') ? a : b
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}
