import { type Ctx, locked, publish, transaction } from '../core/index.ts'
import type { CustomerTag } from '../wecom/index.ts'
import { ContactRelation } from './contact-relation.ts'
import { corpTagsOf } from './corp-tags.ts'
import { contactTagsChanged } from './events.ts'
import { subjectOf } from './take-relations.ts'

type Marks = { add?: readonly string[]; remove?: readonly string[] }

/** The remark that we have just written on the platform ourselves: operations through the API come back as no event. */
export async function noteRemark(relationId: number, remark: string): Promise<void> {
  await ContactRelation.update({ remark }, { where: { id: relationId } })
}

/** Corp tags that we have just put on or taken off on the platform. Told to whoever follows tags, since WeCom tells nobody. */
export async function noteMarks(ctx: Ctx, relationId: number, marks: Marks): Promise<void> {
  const before = await ContactRelation.findByPk(relationId)
  if (!before) return
  const names = await namesOf(before.corpId, marks.add ?? [])
  await transaction(async () => {
    const relation = await locked(ContactRelation, { id: relationId })
    if (!relation) return
    const tags = marked(relation.tags, marks, names)
    if (tags === relation.tags) return
    await relation.update({ tags })
    const { personId, corpId, externalUserId } = relation
    await publish(ctx, contactTagsChanged, { relationId, personId, corpId }, subjectOf(externalUserId))
  })
}

function marked(tags: CustomerTag[], { add = [], remove = [] }: Marks, names: ReadonlyMap<string, CustomerTag>): CustomerTag[] {
  const kept = tags.filter(tag => tag.id === null || !remove.includes(tag.id))
  const fresh = add.filter(id => !kept.some(tag => tag.id === id))
  if (kept.length === tags.length && fresh.length === 0) return tags
  return [...kept, ...fresh.map(id => names.get(id) ?? { id, name: id, groupName: '', kind: 'corp' as const })]
}

/** The platform's own words for the ids; without them (it may be away) the ids must do until the relation is read again. */
async function namesOf(corpId: string, ids: readonly string[]): Promise<Map<string, CustomerTag>> {
  if (ids.length === 0) return new Map()
  const groups = await corpTagsOf(corpId).catch(() => [])
  return new Map(
    groups.flatMap(group =>
      group.tags
        .filter(tag => ids.includes(tag.id))
        .map(({ id, name }) => [id, { id, name, groupName: group.name, kind: 'corp' as const }] as const),
    ),
  )
}
