import type { PointRule } from '@banyan/shared'
import { assert, bulkInsert, type Ctx, publish, row, rows, run, sql, transaction } from '../core/index.ts'
import { recordTracks } from '../tracking/index.ts'
import { memberTierChanged, memberTierEnding } from './events.ts'
import { isLongAgo } from './ledger.ts'
import { Member } from './member.ts'
import { pointRuleOf } from './point-rule.ts'
import type { Tier } from './tier.ts'
import { decideTier, termEnd, tierAfterRefund, tierFor, windowStart } from './tier-rules.ts'
import { tiersOf } from './tiers.ts'
import { reasons } from './words.ts'

export type Spend = {
  memberId: number
  /** Unique per member: a repeat counts once. */
  key: string
  /** Signed: a refund is negative and dated like its order, so it leaves the same window. */
  spentFen: number
  earnedPoints: number
  orderId: number | null
  at: Date
}

/** Keeps what counts towards tiers. Safe to repeat. */
export async function countSpends(spends: readonly Spend[]): Promise<void> {
  await bulkInsert(
    'member_spends',
    spends.map(({ memberId, key, ...rest }) => ({ memberId, homeMemberId: memberId, spendKey: key, ...rest })),
    { onDuplicate: 'ignore' },
  )
}

/** What counts now for a member, in fen (basis `spent`) or points (basis `earned`). */
export async function qualifyingOf(member: { id: number; joinedAt: Date }, rule: PointRule, now: Date): Promise<number> {
  const since = windowStart(rule.tierWindow, now, member.joinedAt)
  const found = await row<{ spent: number | null; earned: number | null }>(
    sql`SELECT SUM(spent_fen) AS spent, SUM(earned_points) AS earned FROM member_spends WHERE member_id = ${member.id} AND at >= ${since} AND at <= ${now}`,
  )
  return Math.max(0, Number((rule.tierBasis === 'spent' ? found?.spent : found?.earned) ?? 0))
}

export type TierMove = { fromName: string; toName: string; isUp: boolean }

/** Raises a member at once, renews or lowers him when his term is over. Answers the move, or null when the tier's name stayed. */
export async function qualifyTier(ctx: Ctx, memberId: number, of: { orderId?: number | null } = {}): Promise<TierMove | null> {
  const member = await Member.findByPk(memberId)
  if (!member || member.status !== 'active') return null
  const tiers = await tiersOf(member.brandId, ctx.now)
  const current = tiers.find(tier => tier.id === member.tierId) ?? (tiers[0] as Tier)
  const rule = await pointRuleOf(member.brandId)
  const qualifying = await qualifyingOf(member, rule, ctx.now)
  const decision = decideTier({
    tiers,
    current,
    endsAt: member.tierEndsAt,
    graceUntil: member.graceUntil,
    qualifying,
    drop: rule.tierDrop,
    now: ctx.now,
  })
  if (decision.kind === 'keep') return null
  if (decision.kind === 'grace') {
    await run(sql`UPDATE members SET grace_until = ${decision.graceUntil} WHERE id = ${member.id}`)
    const payload = {
      memberId,
      personId: member.personId,
      brandId: member.brandId,
      tierId: current.id,
      tierName: current.name,
      missingFen: Math.max(0, current.thresholdFen - qualifying),
      graceUntil: decision.graceUntil,
      at: ctx.now,
    }
    await publish({ ...ctx, brandId: member.brandId }, memberTierEnding, payload, { subject: `person:${member.personId}` })
    return null
  }
  return moveTier(ctx, member, current, decision.tier, {
    kind: decision.kind,
    endsAt: decision.endsAt,
    orderId: of.orderId ?? null,
    reason: why[decision.kind],
  })
}

const why = { up: reasons.tierUp(), renew: reasons.tierRenewed(), down: reasons.tierDown() }

/** Lowers the tier at once, if it was this very order that had raised it (semantics 2.6). */
export async function lowerAfterRefund(ctx: Ctx, memberId: number, orderId: number): Promise<TierMove | null> {
  const member = await Member.findByPk(memberId)
  const last = await row<{
    kind: string
    order_id: number | null
    from_tier_id: number | null
    to_tier_id: number
    from_ends_at: Date | null
  }>(
    sql`SELECT kind, order_id, from_tier_id, to_tier_id, from_ends_at FROM tier_changes WHERE member_id = ${memberId} ORDER BY id DESC LIMIT 1`,
  )
  if (!member || last?.kind !== 'up' || last.order_id !== orderId || last.to_tier_id !== member.tierId) return null
  const tiers = await tiersOf(member.brandId, ctx.now)
  const current = tiers.find(tier => tier.id === member.tierId)
  const before = tiers.find(tier => tier.id === last.from_tier_id)
  if (!current || !before) return null
  const next = tierAfterRefund({
    tiers,
    current,
    before,
    qualifying: await qualifyingOf(member, await pointRuleOf(member.brandId), ctx.now),
  })
  if (next.id === current.id) return null
  const endsAt = next.id === before.id ? last.from_ends_at : termEnd(next, ctx.now)
  return moveTier(ctx, member, current, next, { kind: 'refund', endsAt, orderId, reason: reasons.tierRefunded() })
}

export type TierMoveKind = 'join' | 'up' | 'renew' | 'down' | 'refund' | 'hand' | 'merge' | 'unmerge'

type MoveOf = { kind: TierMoveKind; endsAt: Date | null; orderId?: number | null; reason: string; at?: Date }

/** Writes a move, its history and its event. */
export async function moveTier(
  ctx: Ctx,
  member: Member,
  from: Tier,
  to: Tier,
  of: MoveOf & { isSilent?: boolean },
): Promise<TierMove | null> {
  await writeMoves(ctx, member.brandId, [{ member, from, to, ...of }])
  if (!of.isSilent && !isLongAgo(ctx.now)) {
    const payload = {
      memberId: member.id,
      personId: member.personId,
      brandId: member.brandId,
      kind: of.kind,
      fromTierId: from.id,
      toTierId: to.id,
      fromName: from.name,
      toName: to.name,
      endsAt: of.endsAt,
      at: ctx.now,
    }
    await publish({ ...ctx, brandId: member.brandId }, memberTierChanged, payload, { subject: `person:${member.personId}` })
  }
  return from.id === to.id ? null : { fromName: from.name, toName: to.name, isUp: to.tierRank > from.tierRank }
}

/** Moves of different members of one brand, with their history, in few statements; nobody is told. */
async function writeMoves(
  ctx: Ctx,
  brandId: number,
  moves: readonly ({ member: Member; from: Tier; to: Tier } & MoveOf)[],
): Promise<void> {
  await bulkInsert(
    'tier_changes',
    moves.map(({ member, from, to, kind, endsAt, orderId, reason, at }) => ({
      memberId: member.id,
      kind,
      fromTierId: from.id,
      toTierId: to.id,
      fromEndsAt: member.tierEndsAt,
      toEndsAt: endsAt,
      orderId: orderId ?? null,
      reason,
      at: at ?? ctx.now,
    })),
  )
  for (const { member, to, endsAt } of moves)
    await run(
      sql`UPDATE members SET tier_id = ${to.id}, tier_rank = ${to.tierRank}, tier_ends_at = ${endsAt}, grace_until = NULL WHERE id = ${member.id}`,
    )
  const tracks = moves.flatMap(({ member, from, to, at = ctx.now }) =>
    from.id === to.id
      ? []
      : [
          {
            personId: member.homeId,
            name: 'tier_changed',
            occurredAt: at,
            messageId: `tier:${member.id}:${to.id}:${at.getTime()}`,
            properties: { from: from.name, to: to.name },
          },
        ],
  )
  await recordTracks(ctx, brandId, tracks)
}

/**
 * Tiers that members of one brand bring along from the system before, each kept until its end there as if it were set by hand. Nobody is told;
 * whoever takes members over touches them all when he is done, so that rules know.
 */
export async function bringTiers(
  ctx: Ctx,
  brandId: number,
  brought: readonly { member: Member; to: Tier; endsAt: Date }[],
  reason: string,
): Promise<void> {
  const tiers = await tiersOf(brandId, ctx.now)
  const moves = brought.map(one => {
    const from = tiers.find(tier => tier.id === one.member.tierId)
    assert(from && one.to.brandId === brandId, 'a tier of another brand')
    return { ...one, from, kind: 'hand' as const, reason }
  })
  await writeMoves(ctx, brandId, moves)
}

type Sum = { member_id: number; spent: number | null; earned: number | null }

/** Raises many members of one brand after an import, with one sum; nobody is told. Answers how many rose. */
export async function raiseMany(ctx: Ctx, brandId: number, memberIds: readonly number[]): Promise<number> {
  const tiers = await tiersOf(brandId, ctx.now)
  const rule = await pointRuleOf(brandId)
  let raised = 0
  for (let from = 0; from < memberIds.length; from += 500) {
    const some = await Member.findAll({ where: { id: memberIds.slice(from, from + 500), status: 'active' } })
    const sums = await sumsOf(some, rule, ctx.now)
    const moves = some.flatMap(member => {
      const to = tierFor(tiers, Math.max(0, sums.get(member.id) ?? 0))
      const from = tiers.find(tier => tier.id === member.tierId) ?? (tiers[0] as Tier)
      return to.tierRank > from.tierRank
        ? [{ member, from, to, kind: 'up' as const, endsAt: termEnd(to, ctx.now), reason: why.up }]
        : []
    })
    await writeMoves(ctx, brandId, moves)
    raised += moves.length
  }
  return raised
}

async function sumsOf(members: readonly Member[], rule: PointRule, now: Date): Promise<Map<number, number>> {
  const [first] = members
  if (!first) return new Map()
  // Only the anniversary window differs per member.
  if (rule.tierWindow === 'anniversary') {
    const sums = new Map<number, number>()
    for (const member of members) sums.set(member.id, await qualifyingOf(member, rule, now))
    return sums
  }
  const since = windowStart(rule.tierWindow, now, first.joinedAt)
  const found = await rows<Sum>(sql`SELECT member_id, SUM(spent_fen) AS spent, SUM(earned_points) AS earned FROM member_spends
    WHERE member_id IN (${members.map(member => member.id)}) AND at >= ${since} AND at <= ${now} GROUP BY member_id`)
  return new Map(found.map(sum => [sum.member_id, Number((rule.tierBasis === 'spent' ? sum.spent : sum.earned) ?? 0)]))
}

/** The nightly run: terms and graces that are over, and every member of a brand whose tiers were edited. Answers how many it looked at. */
export async function runTiers(ctx: Ctx): Promise<number> {
  let looked = 0
  for (let after = 0; ; ) {
    const due = await rows<{ id: number }>(
      sql`SELECT id FROM members WHERE tier_ends_at <= ${ctx.now} AND (grace_until IS NULL OR grace_until <= ${ctx.now}) AND status = 'active' AND id > ${after} ORDER BY id LIMIT 500`,
    )
    for (const member of due) await transaction(() => qualifyTier(ctx, member.id))
    looked += due.length
    const last = due.at(-1)
    if (!last || due.length < 500) break
    after = last.id
  }
  const edited = await rows<{ brand_id: number }>(
    sql`SELECT brand_id FROM point_rules WHERE tiers_edited_at IS NOT NULL AND (tiers_ran_at IS NULL OR tiers_ran_at < tiers_edited_at)`,
  )
  for (const { brand_id: brandId } of edited) {
    const ids = await rows<{ id: number }>(
      sql`SELECT id FROM members WHERE brand_id = ${brandId} AND status = 'active' ORDER BY id`,
    )
    for (const member of ids) await transaction(() => qualifyTier(ctx, member.id))
    await run(sql`UPDATE point_rules SET tiers_ran_at = ${ctx.now} WHERE brand_id = ${brandId}`)
    looked += ids.length
  }
  return looked
}
