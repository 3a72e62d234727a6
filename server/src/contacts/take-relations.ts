import { type Ctx, Op, type PublishOptions, publish, transaction } from '../core/index.ts'
import { type ResolveCall, resolveMany } from '../identity/index.ts'
import { countAdded, type StaffFacts, staffByUserIds } from '../staff/index.ts'
import type { Customer, CustomerTag, Follow } from '../wecom/index.ts'
import { ContactRelation, type RelationSource } from './contact-relation.ts'
import { contactAdded, contactTagsChanged } from './events.ts'
import { isConnectedNow } from './rules.ts'

export type SeenRelation = { customer: Customer; follow: Follow }
export type Taken = { relation: ContactRelation; personId: number; isNewPerson: boolean; isAdded: boolean; isChanged: boolean }

const GENDERS = { 0: 'unknown', 1: 'male', 2: 'female' } as const

/**
 * Brings relations to what the platform says: people resolved, rows written, `contact.added` published for those that are new or have returned.
 * Safe to repeat. `tagNames` gives names to bare corp tag ids (the batch API sends ids only).
 */
export async function takeRelations(
  ctx: Ctx,
  corpId: string,
  seen: readonly SeenRelation[],
  source: RelationSource,
  tagNames: ReadonlyMap<string, CustomerTag> = new Map(),
  /** Relations of long ago (the sample): written down, and nobody is told. */
  options: { isHistorical?: boolean } = {},
): Promise<Taken[]> {
  if (seen.length === 0) return []
  return transaction(async () => {
    const staff = await staffByUserIds(
      corpId,
      seen.map(({ follow }) => follow.userId),
      ctx.now,
    )
    const resolved = await resolveMany(
      ctx,
      seen.map(({ customer, follow }) => resolveCallOf(corpId, customer, follow, staff.get(follow.userId))),
    )
    const known = await knownRelations(corpId, seen)
    const taken: Taken[] = []
    for (const [at, { customer, follow }] of seen.entries()) {
      const answer = resolved[at]
      if (!answer || answer.personId === null) continue
      const person = { personId: answer.personId, isNewPerson: answer.isNew }
      taken.push(
        await takeOne(
          ctx,
          corpId,
          { customer, follow },
          staff.get(follow.userId),
          person,
          known.get(keyOf(customer, follow)) ?? null,
          source,
          tagNames,
          options.isHistorical ?? false,
        ),
      )
    }
    return taken
  })
}

async function takeOne(
  ctx: Ctx,
  corpId: string,
  { customer, follow }: SeenRelation,
  staff: StaffFacts | undefined,
  { personId, isNewPerson }: { personId: number; isNewPerson: boolean },
  known: ContactRelation | null,
  source: RelationSource,
  tagNames: ReadonlyMap<string, CustomerTag>,
  isHistorical: boolean,
): Promise<Taken> {
  const noted = {
    name: customer.name.slice(0, 128),
    remark: follow.remark.slice(0, 100),
    description: follow.description.slice(0, 500),
    tags: namedTags(follow, tagNames, known?.tags ?? []),
    addWay: follow.addWay,
  }
  const place = { staffId: staff?.id ?? null, storeId: staff?.storeId ?? null, brandId: staff?.brandId ?? null }
  if (known && (known.removedAt ?? null) === null) {
    const isChanged = hasChanged(known, { ...noted, personId })
    const isTaggedAnew = tagText(known.tags) !== tagText(noted.tags) || known.personId !== personId
    if (isChanged || known.staffId !== place.staffId) await known.update({ ...noted, ...place, personId })
    if (isTaggedAnew && !isHistorical)
      await publish(ctx, contactTagsChanged, { relationId: known.id, personId, corpId }, subjectOf(customer.externalUserId))
    return { relation: known, personId, isNewPerson, isAdded: false, isChanged }
  }
  if (known && !isConnectedNow(stateOf(known), follow.addedAt)) {
    return { relation: known, personId, isNewPerson, isAdded: false, isChanged: false }
  }

  const fresh = {
    ...noted,
    ...place,
    personId,
    state: follow.state.slice(0, 64),
    addedAt: follow.addedAt,
    removedAt: null,
    removedBy: null,
    source,
  }
  const relation = known
    ? await known.update(fresh)
    : await ContactRelation.create({
        ...fresh,
        corpId,
        userId: follow.userId,
        externalUserId: customer.externalUserId,
        firstState: fresh.state,
        createdAt: ctx.now,
      })
  if (staff) await countAdded(staff.id, follow.addedAt)
  if (isHistorical) return { relation, personId, isNewPerson, isAdded: true, isChanged: true }
  await publish(
    ctx,
    contactAdded,
    {
      relationId: relation.id,
      personId,
      ...place,
      corpId,
      userId: follow.userId,
      externalUserId: customer.externalUserId,
      state: fresh.state,
      addedAt: follow.addedAt,
      isNewPerson,
      isReturning: known !== null,
      source,
    },
    subjectOf(customer.externalUserId),
  )
  return { relation, personId, isNewPerson, isAdded: true, isChanged: true }
}

export function subjectOf(externalUserId: string): PublishOptions {
  return { subject: `contact:${externalUserId}`.slice(0, 80) }
}

function stateOf({ addedAt, removedAt, removedBy }: ContactRelation) {
  return { addedAt, removedAt: removedAt ?? null, removedBy: removedBy ?? null }
}

function resolveCallOf(corpId: string, customer: Customer, follow: Follow, staff: StaffFacts | undefined): ResolveCall {
  return {
    identifiers: [
      { type: 'externalUserid', scope: corpId, value: customer.externalUserId },
      ...(customer.unionid ? [{ type: 'unionid', value: customer.unionid }] : []),
    ],
    profile: {
      name: customer.name || undefined,
      avatar: customer.avatar || undefined,
      gender: customer.gender === 0 ? undefined : GENDERS[customer.gender],
    },
    brandId: staff?.brandId ?? null,
    occurredAt: follow.addedAt,
    source: 'wecom',
  }
}

async function knownRelations(corpId: string, seen: readonly SeenRelation[]): Promise<Map<string, ContactRelation>> {
  const found = await ContactRelation.findAll({
    where: {
      corpId,
      userId: { [Op.in]: [...new Set(seen.map(({ follow }) => follow.userId))] },
      externalUserId: { [Op.in]: [...new Set(seen.map(({ customer }) => customer.externalUserId))] },
    },
  })
  return new Map(found.map(relation => [`${relation.userId}|${relation.externalUserId}`, relation]))
}

function keyOf(customer: Customer, follow: Follow): string {
  return `${follow.userId}|${customer.externalUserId}`
}

/** `externalcontact/get` names the tags; the batch API gives ids of corp tags only, so personal ones that we know are kept. */
function namedTags(follow: Follow, names: ReadonlyMap<string, CustomerTag>, known: CustomerTag[]): CustomerTag[] {
  if (follow.tags.length > 0 || follow.tagIds.length === 0) return follow.tags
  const personal = known.filter(tag => tag.id === null)
  return [
    ...follow.tagIds.map(
      id => names.get(id) ?? known.find(tag => tag.id === id) ?? { id, name: id, groupName: '', kind: 'corp' as const },
    ),
    ...personal,
  ]
}

function hasChanged(
  known: ContactRelation,
  next: { name: string; remark: string; description: string; tags: CustomerTag[]; addWay: number; personId: number },
): boolean {
  return (
    known.name !== next.name ||
    known.remark !== next.remark ||
    known.description !== next.description ||
    known.addWay !== next.addWay ||
    known.personId !== next.personId ||
    tagText(known.tags) !== tagText(next.tags)
  )
}

function tagText(tags: CustomerTag[]): string {
  return tags
    .map(tag => `${tag.id ?? ''}:${tag.groupName}:${tag.name}`)
    .sort()
    .join('|')
}
