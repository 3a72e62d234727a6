import type { ContactRelation as ContactRelationView, contacts, InputOf } from '@banyan/shared'
import { brandScope, type Ctx, Op } from '../core/index.ts'
import { masked, mustSeePerson } from '../identity/index.ts'
import { staffByIds } from '../staff/index.ts'
import { ContactRelation } from './contact-relation.ts'
import { addWayName } from './rules.ts'
import { withStoreNames } from './store-names.ts'

/** Who knows this person, within the caller's brands, by pages; the present ones first, each kind by the newest. */
export async function contactsOf(
  ctx: Ctx,
  {
    personId,
    page,
    pageSize,
    isStaffKnown = false,
  }: InputOf<(typeof contacts)['contacts.of']> & {
    /** Without the relations of accounts that are no staff of ours. */
    isStaffKnown?: boolean
  },
): Promise<{ items: ContactRelationView[]; total: number }> {
  const where = {
    ...inBrands(ctx, await mustSeePerson(ctx, personId)),
    ...(isStaffKnown ? { staffId: { [Op.ne]: null } } : {}),
  }
  const [present, total] = await Promise.all([
    ContactRelation.count({ where: { [Op.and]: [where, { removedAt: null }] } }),
    ContactRelation.count({ where }),
  ])
  const skipped = (page - 1) * pageSize
  const some = (removedAt: object | null, offset: number, limit: number) =>
    limit <= 0
      ? []
      : ContactRelation.findAll({
          where: { [Op.and]: [where, { removedAt }] },
          order: [
            ['addedAt', 'DESC'],
            ['id', 'DESC'],
          ],
          offset,
          limit,
        })
  const here = await some(null, skipped, Math.min(pageSize, present - skipped))
  const gone = await some({ [Op.ne]: null }, Math.max(0, skipped - present), pageSize - here.length)
  return { items: await viewsOf(ctx, [...here, ...gone]), total }
}

/** The relations that began or ended last in a span of the timeline: before an instant or, of that very one, up to an id. */
export async function relationMomentsOf(
  ctx: Ctx,
  { personId, before, upToId, limit }: { personId: number; before: Date; upToId: number | null; limit: number },
): Promise<ContactRelationView[]> {
  const lists = await Promise.all(
    (['addedAt', 'removedAt'] as const).map(moment =>
      ContactRelation.findAll({
        where: {
          [Op.and]: [
            inBrands(ctx, personId),
            {
              [Op.or]: [
                { [moment]: { [Op.lt]: before } },
                ...(upToId === null ? [] : [{ [moment]: before, id: { [Op.lte]: upToId } }]),
              ],
            },
          ],
        },
        order: [
          [moment, 'DESC'],
          ['id', 'DESC'],
        ],
        // the relation that was shown last may be among them
        limit: limit + 1,
      }),
    ),
  )
  return viewsOf(ctx, [...new Map(lists.flat().map(one => [one.id, one])).values()])
}

function inBrands(ctx: Ctx, personId: number) {
  const brands = brandScope(ctx)
  return { personId, ...(brands ? { [Op.or]: [{ brandId: null }, { brandId: { [Op.in]: brands } }] } : {}) }
}

export async function viewsOf(ctx: Ctx, relations: readonly ContactRelation[]): Promise<ContactRelationView[]> {
  const staff = await staffByIds(
    relations.flatMap(relation => relation.staffId ?? []),
    ctx.now,
  )
  const views = relations.map(relation => {
    const member = relation.staffId ? staff.get(relation.staffId) : undefined
    return {
      id: relation.id,
      corpId: relation.corpId,
      personId: relation.personId,
      externalUserIdMasked: masked('externalUserid', relation.externalUserId),
      staffId: relation.staffId ?? null,
      staffName: member?.name ?? relation.userId,
      staffAvatar: member?.avatar ?? '',
      storeId: relation.storeId ?? null,
      remark: relation.remark,
      description: relation.description,
      tags: relation.tags,
      addWay: relation.addWay,
      addWayName: addWayName(ctx, relation.addWay),
      state: relation.state,
      addedAt: relation.addedAt,
      isActive: (relation.removedAt ?? null) === null,
      removedAt: relation.removedAt ?? null,
      removedBy: relation.removedBy ?? null,
    }
  })
  return withStoreNames(views)
}
