import type { ContactRelation as ContactRelationView } from '@banyan/shared'
import { brandScope, type Ctx, Op } from '../core/index.ts'
import { masked, mustSeePerson } from '../identity/index.ts'
import { staffByIds } from '../staff/index.ts'
import { ContactRelation } from './contact-relation.ts'
import { addWayName } from './rules.ts'
import { withStoreNames } from './store-names.ts'

const RELATIONS_MAX = 500

/** Who knows this person, within the caller's brands; the present ones first. */
export async function contactsOf(ctx: Ctx, { personId }: { personId: number }): Promise<ContactRelationView[]> {
  const id = await mustSeePerson(ctx, personId)
  const brands = brandScope(ctx)
  const found = await ContactRelation.findAll({
    where: { personId: id, ...(brands ? { [Op.or]: [{ brandId: null }, { brandId: { [Op.in]: brands } }] } : {}) },
    order: [['addedAt', 'DESC']],
    limit: RELATIONS_MAX,
  })
  const views = await viewsOf(ctx, found)
  return views.sort((a, b) => Number(b.isActive) - Number(a.isActive))
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
