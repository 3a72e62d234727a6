import { limitOf } from '../platform/index.ts'
import { callWecom } from './wecom-client.ts'

/** Corp tags: the catalogue that the whole corp shares, and the marks of it, one for each staff member and customer. Wechat contract C4. */

export type CorpTag = { id: string; name: string; order: number; madeAtSeconds: number }
export type CorpTagGroupOf = { id: string; name: string; order: number; tags: CorpTag[] }
export type CorpTags = CorpTagGroupOf[]

type RawTag = { id: string; name: string; order?: number; create_time?: number; deleted?: boolean }
type RawGroup = { group_id: string; group_name: string; order?: number; deleted?: boolean; tag?: RawTag[] }

/** Every group and tag that is there. Who made a tag the platform does not say. */
export async function corpTags(corpId: string): Promise<CorpTags> {
  const answer = await callWecom(corpId, { path: '/externalcontact/get_corp_tag_list', body: {}, isRead: true, concurrency: 2 })
  return ((answer.tag_group as RawGroup[] | undefined) ?? []).filter(group => !group.deleted).map(groupOf)
}

/** Makes one tag, in a group that is there or in a new one. Throws wecom.tagNameTaken, wecom.tagsFull, wecom.tagGone (of the group). */
export async function addCorpTag(
  corpId: string,
  { groupId, groupName, name }: { groupId: string | null; groupName: string; name: string },
): Promise<CorpTagGroupOf> {
  const answer = await callWecom(corpId, {
    path: '/externalcontact/add_corp_tag',
    body: { ...(groupId ? { group_id: groupId } : { group_name: groupName }), tag: [{ name }] },
  })
  return groupOf(answer.tag_group as RawGroup)
}

/** Of a tag that this app made; of others the platform knows no such id. Safe to repeat. Throws wecom.tagGone, wecom.tagNameTaken. */
export async function renameCorpTag(corpId: string, tagId: string, name: string): Promise<void> {
  await callWecom(corpId, { path: '/externalcontact/edit_corp_tag', body: { id: tagId, name }, isRead: true })
}

/** Of a tag that this app made; it comes off every customer. Throws wecom.tagGone. */
export async function deleteCorpTag(corpId: string, tagId: string): Promise<void> {
  await callWecom(corpId, { path: '/externalcontact/del_corp_tag', body: { tag_id: [tagId] } })
}

/**
 * Puts corp tags on a relation or takes them off, whoever made the tags; repeating it changes nothing. The platform makes no event of it.
 * Two calls at once about the same customer are refused (45033): call for one after the other. Throws wecom.tagGone, wecom.noRelation.
 */
export async function markTag(
  corpId: string,
  userId: string,
  externalUserId: string,
  change: { add?: string[]; remove?: string[] },
): Promise<void> {
  await callWecom(corpId, {
    path: '/externalcontact/mark_tag',
    body: {
      userid: userId,
      external_userid: externalUserId,
      ...(change.add?.length ? { add_tag: change.add } : {}),
      ...(change.remove?.length ? { remove_tag: change.remove } : {}),
    },
    isRead: true,
    concurrency: await limitOf('wecom.markTagConcurrency'),
  })
}

function groupOf(raw: RawGroup): CorpTagGroupOf {
  return {
    id: raw.group_id,
    name: raw.group_name,
    order: Number(raw.order ?? 0),
    tags: (raw.tag ?? [])
      .filter(tag => !tag.deleted)
      .map(({ id, name, order, create_time }) => ({
        id,
        name,
        order: Number(order ?? 0),
        madeAtSeconds: Number(create_time ?? 0),
      })),
  }
}
