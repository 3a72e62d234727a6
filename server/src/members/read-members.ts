import type { InputOf, members, Tier as TierView } from '@banyan/shared'
import {
  brandOf,
  brandScope,
  type Ctx,
  findIn,
  mustSeeBrand,
  orderSql,
  personOf,
  refused,
  row,
  rows,
  sql,
} from '../core/index.ts'
import {
  briefOf,
  canonicalId,
  inStores,
  mustSeePerson,
  nameless,
  peopleMeant,
  personName,
  personOfPhone,
  updateProfile,
} from '../identity/index.ts'
import { brandOfId, storesByIds } from '../platform/index.ts'
import { memberOf, memberOfCode } from './join-member.ts'
import { Member } from './member.ts'
import { CODE_SECONDS, makeMemberCode } from './member-code.ts'
import { pointRuleOf } from './point-rule.ts'
import { qrSvg } from './qr-svg.ts'
import { moveTier, qualifyingOf } from './qualify-tier.ts'
import { balanceOf, noPoints } from './read-points.ts'
import { Tier } from './tier.ts'
import { tiersOf, tierView } from './tiers.ts'

type Members = typeof members

export async function memberView(member: Member) {
  const tier = await Tier.findByPk(member.tierId)
  const { id, brandId, personId, memberNo, tierId, tierRank, tierEndsAt, joinedAt, joinChannel, storeId } = member
  return {
    id,
    brandId,
    personId,
    memberNo,
    status: member.status as 'active' | 'left' | 'merged',
    tierId,
    tierName: tier?.name ?? '',
    tierRank,
    tierEndsAt: tierEndsAt ?? null,
    joinedAt,
    joinChannel,
    storeId: storeId ?? null,
  }
}

export async function personView(personId: number) {
  const { id, name, avatar, gender, birthday, phoneMasked } = await briefOf(personId)
  return { id, name: name ?? '', avatar, gender, birthday, phoneMasked }
}

/** Tier, progress and points of one membership; without one, what a newcomer sees. */
export async function standingOf(ctx: Ctx, brandId: number, member: Member | null) {
  const { id, name, isDemo } = await brandOfId(brandId)
  const tiers = await tiersOf(brandId, ctx.now)
  const rule = await pointRuleOf(brandId)
  const qualifying = member ? await qualifyingOf(member, rule, ctx.now) : 0
  const tier = member ? (tiers.find(one => one.id === member.tierId) ?? null) : null
  return {
    brand: { id, name, isDemo },
    member: member ? await memberView(member) : null,
    tier: tier ? (tierView(tier) satisfies TierView) : null,
    nextTier: nextTierOf(tiers, tier ?? tiers[0] ?? null, qualifying),
    qualifyingFen: qualifying,
    missingToKeepFen: member?.tierEndsAt && tier ? Math.max(0, tier.thresholdFen - qualifying) : null,
    points: member ? await balanceOf(member.id, ctx.now) : noPoints,
  }
}

function nextTierOf(tiers: readonly Tier[], current: Tier | null, qualifying: number) {
  const next = tiers.find(tier => tier.tierRank > (current?.tierRank ?? 0))
  if (!next || !current) return null
  const span = Math.max(1, next.thresholdFen - current.thresholdFen)
  const progressPercent = Math.max(0, Math.min(100, Math.floor(((qualifying - current.thresholdFen) * 100) / span)))
  return {
    id: next.id,
    name: next.name,
    thresholdFen: next.thresholdFen,
    missingFen: Math.max(0, next.thresholdFen - qualifying),
    progressPercent,
  }
}

let countCoupons = async (_personId: number, _brandId: number, _now: Date): Promise<number> => 0

/** The home page shows how many coupons one holds; a later module knows and says how to count them. */
export function countCouponsBy(count: typeof countCoupons): void {
  countCoupons = count
}

export async function me(ctx: Ctx) {
  const personId = await canonicalId(personOf(ctx))
  const brandId = brandOf(ctx)
  const person = await personView(personId)
  const couponsHeld = await countCoupons(personId, brandId, ctx.now)
  return {
    person,
    ...(await standingOf(ctx, brandId, await memberOf(personId, brandId))),
    couponsHeld,
    isPhoneKnown: person.phoneMasked !== null,
  }
}

/** The rotating code, to be shown at the counter. Throws member.notJoined. */
export async function myCode(ctx: Ctx) {
  const member = await memberOf(await canonicalId(personOf(ctx)), brandOf(ctx))
  if (!member) throw refused('member.notJoined')
  const { code, expiresAt } = makeMemberCode(member.id, ctx.now)
  return { code, expiresAt, validSeconds: CODE_SECONDS, memberNo: member.memberNo, svg: await qrSvg(code) }
}

/** Whose code is it: rotating code, member number, or a whole phone number. */
export async function scanMember(ctx: Ctx, { code }: InputOf<Members['members.scan']>) {
  const isPhone = /^\+?\d{11,15}$/.test(code.replace(/[\s-]/g, '')) && !/^8\d{12}$/.test(code)
  const member = isPhone ? await memberOfPhone(ctx, code) : await memberOfCode(ctx, code)
  return {
    personId: member.personId,
    personName: await personName(ctx, member.personId),
    member: 'id' in member ? await memberView(member as Member) : null,
  }
}

async function memberOfPhone(ctx: Ctx, phone: string): Promise<Member | { personId: number }> {
  const id = await personOfPhone(ctx, phone)
  if (id === null) throw refused('member.codeUnknown', { field: 'code' })
  const brands = brandScope(ctx)
  const all = await Member.findAll({ where: { personId: id, status: 'active' }, order: [['id', 'ASC']] })
  return all.find(member => brands === null || brands.includes(member.brandId)) ?? { personId: id }
}

export async function updateMyProfile(ctx: Ctx, changes: InputOf<Members['members.updateProfile']>) {
  const personId = await canonicalId(personOf(ctx))
  await updateProfile(ctx, personId, changes, 'person')
  return personView(personId)
}

export async function membershipsOf(ctx: Ctx, { personId }: { personId: number }) {
  const id = await mustSeePerson(ctx, personId)
  const brands = brandScope(ctx)
  const all = await Member.findAll({ where: { personId: id, status: 'active' }, order: [['brandId', 'ASC']] })
  const standings = []
  for (const member of all)
    if (brands === null || brands.includes(member.brandId)) standings.push(await standingOf(ctx, member.brandId, member))
  return standings
}

const SORTS = {
  joinedAt: 'm.joined_at',
  tierRank: 'm.tier_rank',
  spentFen: 'spent',
  pointsAvailable: 'points',
}

type ListRow = {
  id: number
  brand_id: number
  person_id: number
  member_no: string
  status: 'active'
  tier_id: number
  tier_name: string
  tier_rank: number
  tier_ends_at: Date | null
  joined_at: Date
  join_channel: string
  store_id: number | null
  name: string | null
  points: number | null
  spent: number | null
  last_at: Date | null
}

export async function listMembers(
  ctx: Ctx,
  { page, pageSize, search, sort, brandId, tierId, storeId, joinChannel, joinedFrom, joinedTo }: InputOf<Members['members.list']>,
) {
  if (brandId !== undefined) mustSeeBrand(ctx, brandId)
  const brands = brandId === undefined ? brandScope(ctx) : [brandId]
  const where = sql.and([
    sql`m.status = 'active'`,
    ...(brands ? [sql`m.brand_id IN (${brands})`] : []),
    inStores(ctx, sql`m.person_id`),
    ...(tierId === undefined ? [] : [sql`m.tier_id = ${tierId}`]),
    ...(storeId === undefined ? [] : [sql`m.store_id = ${storeId}`]),
    ...(joinChannel === undefined ? [] : [sql`m.join_channel = ${joinChannel}`]),
    ...(joinedFrom === undefined ? [] : [sql`m.joined_at >= ${joinedFrom}`]),
    ...(joinedTo === undefined ? [] : [sql`m.joined_at < ${joinedTo}`]),
    ...(search ? [sql`(m.member_no = ${search} OR m.person_id IN (${await peopleMeant(ctx, search)}))`] : []),
  ])
  const from = sql`FROM members m JOIN tiers t ON t.id = m.tier_id JOIN people p ON p.id = m.person_id`
  const counted = await row<{ n: number }>(sql`SELECT COUNT(*) AS n ${from} WHERE ${where}`)
  const found = await rows<ListRow>(
    sql`SELECT m.id, m.brand_id, m.person_id, m.member_no, m.status, m.tier_id, t.name AS tier_name, m.tier_rank, m.tier_ends_at, m.joined_at, m.join_channel, m.store_id, p.name,
        (SELECT a.posted - a.frozen FROM point_accounts a WHERE a.member_id = m.id AND a.currency = 'points') AS points,
        (SELECT SUM(s.spent_fen) FROM member_spends s WHERE s.member_id = m.id) AS spent, (SELECT MAX(s.at) FROM member_spends s WHERE s.member_id = m.id AND s.spent_fen > 0) AS last_at
      ${from} WHERE ${where} ORDER BY ${orderSql(sort, SORTS, '-joinedAt')}, m.id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
  )
  const stores = await storesByIds(found.flatMap(one => (one.store_id ? [one.store_id] : [])))
  const items = found.map(one => ({
    id: one.id,
    brandId: one.brand_id,
    personId: one.person_id,
    memberNo: one.member_no,
    status: one.status,
    tierId: one.tier_id,
    tierName: one.tier_name,
    tierRank: one.tier_rank,
    tierEndsAt: one.tier_ends_at,
    joinedAt: one.joined_at,
    joinChannel: one.join_channel,
    storeId: one.store_id,
    personName: one.name ?? nameless(ctx, one.person_id),
    storeName: one.store_id ? (stores.get(one.store_id)?.name ?? null) : null,
    pointsAvailable: Number(one.points ?? 0),
    spentFen: Number(one.spent ?? 0),
    lastOrderAt: one.last_at,
  }))
  return { items, total: counted?.n ?? 0 }
}

/** Sets a tier by hand; the nightly run leaves it alone until `endsAt`. */
export async function setTier(ctx: Ctx, { memberId, tierId, endsAt, reason }: InputOf<Members['members.setTier']>) {
  const member = await findIn(ctx, Member, memberId)
  await mustSeePerson(ctx, member.personId)
  const tiers = await tiersOf(member.brandId, ctx.now)
  const from = tiers.find(tier => tier.id === member.tierId)
  const to = tiers.find(tier => tier.id === tierId)
  if (!from || !to) throw refused('input.invalid', { field: 'tierId', reason: 'a tier of this brand' })
  await moveTier(ctx, member, from, to, { kind: 'hand', endsAt, reason })
  return memberView(await member.reload())
}
