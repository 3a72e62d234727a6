import {
  bulkInsert,
  type Ctx,
  canSeeBrand,
  mustBeInTransaction,
  publishMany,
  refused,
  rows,
  sql,
  storeScope,
} from '../core/index.ts'
import { identifiersOfMany, resolveMany, visiblePeople } from '../identity/index.ts'
import { recordTracks } from '../tracking/index.ts'
import { earnMany } from './earn-points.ts'
import { memberJoined, memberTierChanged } from './events.ts'
import { Member } from './member.ts'
import { readMemberCode } from './member-code.ts'
import { pointRuleOf } from './point-rule.ts'
import { tiersOf } from './tiers.ts'
import { reasons } from './words.ts'

export type Joining = {
  personId: number
  /** The home of the identifier he joined with; default the person. */
  homeId?: number
  channel: string
  scene?: string | null
  storeId?: number | null
  at?: Date
}

export type JoinOptions = {
  /** Joined long ago: no event tells anybody, joining points only as `joinPoints` says. */
  isHistorical?: boolean
  /** Default: the brand's rule. */
  joinPoints?: number
  /** The caller tells rules once at the end (touch). */
  isToldLater?: boolean
}

/** Enrols a person in a brand. A second call answers with the same member. */
export async function joinMember(
  ctx: Ctx,
  brandId: number,
  joining: Joining,
  options: JoinOptions = {},
): Promise<{ member: Member; isNew: boolean; joinPoints: number }> {
  const before = await memberOf(joining.personId, brandId)
  if (before) return { member: before, isNew: false, joinPoints: 0 }
  const [member] = await joinMany(ctx, brandId, [joining], options)
  if (!member) throw new Error('joining made no member')
  return { member, isNew: true, joinPoints: options.joinPoints ?? (await pointRuleOf(brandId)).joinPoints }
}

/** The active member of a person in a brand, or null. */
export function memberOf(personId: number, brandId: number): Promise<Member | null> {
  return Member.findOne({ where: { personId, brandId, status: 'active' } })
}

/** Enrols many people of one brand with few statements. Answers all of them as members, new or not, in id order. */
export async function joinMany(
  ctx: Ctx,
  brandId: number,
  joinings: readonly Joining[],
  options: JoinOptions = {},
): Promise<Member[]> {
  mustBeInTransaction()
  const tiers = await tiersOf(brandId, ctx.now)
  const [lowest] = tiers
  if (!lowest) throw new Error(`brand ${brandId} has no tiers`)
  const byPerson = new Map(joinings.map(joining => [joining.personId, joining]))
  const known = new Set((await membersOfPeople(brandId, [...byPerson.keys()])).map(member => member.personId))
  const fresh = [...byPerson.values()].filter(joining => !known.has(joining.personId))
  await bulkInsert(
    'members',
    fresh.map(joining => ({
      brandId,
      personId: joining.personId,
      homeId: joining.homeId ?? joining.personId,
      memberNo: memberNoOf(brandId, joining.personId),
      status: 'active',
      tierId: lowest.id,
      tierRank: lowest.tierRank,
      joinedAt: joining.at ?? ctx.now,
      joinChannel: joining.channel.slice(0, 40),
      scene: joining.scene ?? null,
      storeId: joining.storeId ?? null,
    })),
    { onDuplicate: 'ignore' },
  )
  const members = await membersOfPeople(brandId, [...byPerson.keys()])
  const joined = members.filter(member => !known.has(member.personId))
  await bulkInsert(
    'tier_changes',
    joined.map(member => ({
      memberId: member.id,
      kind: 'join',
      fromTierId: null,
      toTierId: lowest.id,
      reason: reasons.joined(),
      at: member.joinedAt,
    })),
  )
  await nameByNumber(ctx, brandId, joined)
  await giveJoinPoints(ctx, brandId, joined, options)
  await recordTracks(
    ctx,
    brandId,
    joined.map(member => ({
      personId: member.homeId,
      name: 'member_joined',
      occurredAt: member.joinedAt,
      messageId: `member:${member.id}`,
      properties: { channel: member.joinChannel, ...storeOf(member.storeId) },
    })),
  )
  if (!options.isHistorical) await announce(ctx, lowest, joined)
  return members
}

function storeOf(storeId: number | null): Record<string, string> {
  return storeId ? { storeId: String(storeId) } : {}
}

/** The member number identifies from now on: it is tied to the strongest identifier that the person has. */
async function nameByNumber(ctx: Ctx, brandId: number, joined: readonly Member[]): Promise<void> {
  const held = await identifiersOfMany(joined.map(member => member.personId))
  const calls = joined.flatMap(member => {
    const [known] = held.get(member.personId) ?? []
    const number = { type: 'memberNumber', scope: String(brandId), value: member.memberNo }
    return known
      ? [
          {
            identifiers: [{ type: known.type, scope: known.scope, value: known.value }, number],
            brandId,
            occurredAt: member.joinedAt,
            source: 'members',
          },
        ]
      : []
  })
  await resolveMany(ctx, calls)
}

async function giveJoinPoints(
  ctx: Ctx,
  brandId: number,
  joined: readonly Member[],
  { joinPoints, isHistorical = false, isToldLater = false }: JoinOptions,
): Promise<void> {
  const points = joinPoints ?? (await pointRuleOf(brandId)).joinPoints
  if (points > 0)
    await earnMany(
      ctx,
      joined.map(member => ({ memberId: member.id, points, key: 'join', reason: reasons.joinGift(), at: member.joinedAt })),
      { isHistorical, isToldLater },
    )
}

async function announce(ctx: Ctx, lowest: { id: number; name: string }, joined: readonly Member[]): Promise<void> {
  const facts = joined.map(({ id: memberId, personId, brandId, storeId, joinChannel, scene, joinedAt }) => ({
    brandId,
    subject: `person:${personId}`,
    joined: { memberId, personId, brandId, storeId: storeId ?? null, channel: joinChannel, scene: scene ?? null, at: joinedAt },
    tier: {
      memberId,
      personId,
      brandId,
      kind: 'join' as const,
      fromTierId: null,
      toTierId: lowest.id,
      fromName: '',
      toName: lowest.name,
      endsAt: null,
      at: joinedAt,
    },
  }))
  await publishMany(
    ctx,
    memberJoined,
    facts.map(({ joined: payload, brandId, subject }) => ({ payload, brandId, subject })),
  )
  await publishMany(
    ctx,
    memberTierChanged,
    facts.map(({ tier: payload, brandId, subject }) => ({ payload, brandId, subject })),
  )
}

/** The members of a brand among these people, whatever their status. */
export async function membersOfPeople(brandId: number, personIds: readonly number[]): Promise<Member[]> {
  const found: Member[] = []
  for (let from = 0; from < personIds.length; from += 1000)
    found.push(
      ...(await Member.findAll({ where: { brandId, personId: personIds.slice(from, from + 1000) }, order: [['id', 'ASC']] })),
    )
  return found
}

/** Two digits of the brand, nine of the person, one check digit (Luhn, ISO/IEC 7812-1): read aloud and typed without mistakes. */
export function memberNoOf(brandId: number, personId: number): string {
  const body = `${String(brandId % 100).padStart(2, '0')}${String(personId).padStart(9, '0')}`
  return `8${body}${luhnDigit(`8${body}`)}`
}

export function luhnDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? Number(digit) * 2 : Number(digit)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return (10 - (sum % 10)) % 10
}

/** The tier ranks of those of these people who are active members of the brand. */
export async function tierRanksOf(brandId: number, personIds: readonly number[]): Promise<Map<number, number>> {
  const found = await rows<{ person_id: number; tier_rank: number }>(
    sql`SELECT person_id, tier_rank FROM members WHERE brand_id = ${brandId} AND person_id IN (${[...personIds]}) AND status = 'active'`,
  )
  return new Map(found.map(member => [member.person_id, member.tier_rank]))
}

/** The member behind a rotating code or a member number, in one of these brands. Throws member.codeExpired, member.codeUnknown. */
export async function memberOfCode(ctx: Ctx, code: string): Promise<Member> {
  const typed = code.replace(/[\s-]/g, '')
  const read = readMemberCode(typed, ctx.now)
  if (read === 'expired') throw refused('member.codeExpired', { field: 'code' })
  const found = await Member.findOne({ where: read === null ? { memberNo: typed } : { id: read } })
  const member = found?.mergedIntoId ? await Member.findByPk(found.mergedIntoId) : found
  if (!member || member.status !== 'active' || !canSeeBrand(ctx, member.brandId))
    throw refused('member.codeUnknown', { field: 'code' })
  // somebody of another store answers like a code that nobody has
  if (storeScope(ctx) !== null && (await visiblePeople(ctx, [member.personId])).length === 0)
    throw refused('member.codeUnknown', { field: 'code' })
  return member
}
