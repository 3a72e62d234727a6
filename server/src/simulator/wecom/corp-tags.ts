/** Corp tags and marking: contract C4. Tags sit on the relation of one staff member and one customer. */
import { derivedText } from '../crypto.ts'
import type { Call, RouteTable } from '../origin.ts'
import { nowSeconds, PlatformError } from '../simulator.ts'
import { type Corp, nextNumber, type Tag } from '../world.ts'
import { charLength, jsonBody, ok, optionalNumber, relationOf, text, texts, withCorp } from './envelope.ts'

const TAGS_MAX = 10_000
const TAGS_PER_RELATION_MAX = 3_000 // developer.work.weixin.qq.com/document/path/92697

function list(call: Call, corp: Corp) {
  const body = jsonBody(call)
  const groupIds = texts(body.group_id)
  const tagIds = texts(body.tag_id)
  const groups = corp.tagGroupList.filter(group =>
    groupIds.length ? groupIds.includes(group.group_id) : !tagIds.length || group.tag.some(tag => tagIds.includes(tag.id)),
  )
  return {
    ...ok,
    tag_group: groups.map(group => ({
      ...told(group),
      tag: (groupIds.length || !tagIds.length ? group.tag : group.tag.filter(tag => tagIds.includes(tag.id))).map(told),
    })),
  }
}

/** Who made it is the platform's own knowledge. */
function told<T extends { isByApp?: boolean }>({ isByApp: _, ...rest }: T): Omit<T, 'isByApp'> {
  return rest
}

function add(call: Call, corp: Corp) {
  const { sim } = call
  const body = jsonBody(call)
  const wanted = (Array.isArray(body.tag) ? body.tag : []) as { name?: unknown; order?: unknown }[]
  if (wanted.length === 0) throw new PlatformError(40063, 'empty argument: tag')
  const names = wanted.map(tag => text(tag.name))
  const groupName = text(body.group_name)
  if (names.some(name => !name || charLength(name) > 30) || charLength(groupName) > 30)
    throw new PlatformError(40071, 'invalid tag name')
  const count = corp.tagGroupList.reduce((sum, group) => sum + group.tag.length, 0)
  if (count + names.length > TAGS_MAX) throw new PlatformError(40126, 'tag count out of limit')
  let group = corp.tagGroupList.find(one => (body.group_id ? one.group_id === body.group_id : one.group_name === groupName))
  if (!group && body.group_id) throw new PlatformError(40068, 'invalid tag group id')
  if (!group && !groupName) throw new PlatformError(40063, 'empty argument: group_name')
  if (group && names.some(name => group?.tag.some(tag => tag.name === name)))
    throw new PlatformError(40071, 'invalid tag name: exists')
  if (!group) {
    group = {
      group_id: newId(call, corp),
      group_name: groupName,
      create_time: nowSeconds(sim),
      order: optionalNumber(body, 'order') ?? 0,
      tag: [],
      isByApp: true,
    }
    corp.tagGroupList.push(group)
  }
  const tags: Tag[] = wanted.map((tag, index) => ({
    id: newId(call, corp),
    name: names[index] ?? '',
    create_time: nowSeconds(sim),
    order: Number(tag.order ?? 0) || 0,
    isByApp: true,
  }))
  group.tag.push(...tags)
  sim.changed()
  return { ...ok, tag_group: { ...told(group), tag: tags.map(told) } }
}

function newId(call: Call, corp: Corp): string {
  return `et${derivedText(30, call.sim.world.seed, corp.corpId, 'made', String(nextNumber(call.sim.world)))}`
}

function edit(call: Call, corp: Corp) {
  const body = jsonBody(call)
  const id = text(body.id)
  const name = text(body.name)
  if (charLength(name) > 30) throw new PlatformError(40071, 'invalid tag name')
  const group = corp.tagGroupList.find(one => one.group_id === id)
  const tag = corp.tagGroupList.flatMap(one => one.tag).find(one => one.id === id)
  // of a tag that somebody else made the platform says that there is none: developers.weixin.qq.com/community, 2020-06
  if (!(group ?? tag)?.isByApp) throw new PlatformError(40068, 'invalid tag id')
  if (group && name) group.group_name = name
  if (tag && name) tag.name = name
  const order = optionalNumber(body, 'order')
  if (order !== undefined) (group ?? tag ?? { order: 0 }).order = order
  call.sim.changed()
  return ok
}

function remove(call: Call, corp: Corp) {
  const body = jsonBody(call)
  const tagIds = new Set(texts(body.tag_id))
  const groupIds = new Set(texts(body.group_id))
  if (tagIds.size + groupIds.size === 0) throw new PlatformError(40063, 'empty argument')
  for (const group of corp.tagGroupList) if (groupIds.has(group.group_id)) for (const tag of group.tag) tagIds.add(tag.id)
  const own = new Set(corp.tagGroupList.flatMap(group => group.tag.filter(tag => tag.isByApp).map(tag => tag.id)))
  if (tagIds.size === 0 || [...tagIds].some(id => !own.has(id))) throw new PlatformError(40068, 'invalid tag id')
  removeCorpTags(corp, tagIds)
  call.sim.changed()
  return ok
}

/** They come off every customer; a group that is left empty goes too. */
export function removeCorpTags(corp: Corp, tagIds: ReadonlySet<string>): void {
  for (const group of corp.tagGroupList) group.tag = group.tag.filter(tag => !tagIds.has(tag.id))
  corp.tagGroupList = corp.tagGroupList.filter(group => group.tag.length > 0)
  for (const relation of corp.relations.values()) relation.tagIds = relation.tagIds.filter(id => !tagIds.has(id))
}

const MARKS_AT_ONCE_MAX = 5 // developer.work.weixin.qq.com/document/path/96320
const marking = new Map<string, number>()

/** Two calls at once about one customer, or more than five of the corp, are refused. */
async function markAlone(call: Call, corp: Corp) {
  const keys = [`${corp.corpId}|${text(jsonBody(call).external_userid)}`, corp.corpId]
  const isTooMany = keys.some((key, at) => (marking.get(key) ?? 0) >= (at === 0 ? 1 : MARKS_AT_ONCE_MAX))
  if (isTooMany) throw new PlatformError(45033, 'api concurrent out of limit')
  for (const key of keys) marking.set(key, (marking.get(key) ?? 0) + 1)
  try {
    await new Promise(resolve => setTimeout(resolve, call.sim.world.settings.listTakesMs))
    return mark(call, corp)
  } finally {
    for (const key of keys) {
      const left = (marking.get(key) ?? 1) - 1
      if (left > 0) marking.set(key, left)
      else marking.delete(key)
    }
  }
}

function mark(call: Call, corp: Corp) {
  const body = jsonBody(call)
  const relation = relationOf(corp, text(body.userid), text(body.external_userid))
  const added = texts(body.add_tag)
  const removed = texts(body.remove_tag)
  if (added.length + removed.length === 0) throw new PlatformError(40063, 'empty argument')
  const known = new Set(corp.tagGroupList.flatMap(group => group.tag.map(tag => tag.id)))
  if ([...added, ...removed].some(id => !known.has(id))) throw new PlatformError(40068, 'invalid tagid')
  const next = [...new Set([...relation.tagIds, ...added])].filter(id => !removed.includes(id))
  if (next.length > TAGS_PER_RELATION_MAX) throw new PlatformError(40126, 'tag count out of limit')
  relation.tagIds = next
  call.sim.changed() // made through the API: no callback
  return ok
}

const customers = { right: 'customers' } as const

export const corpTagRoutes: RouteTable = {
  'POST /cgi-bin/externalcontact/get_corp_tag_list': withCorp({ ...customers, isList: true }, list),
  'POST /cgi-bin/externalcontact/add_corp_tag': withCorp(customers, add),
  'POST /cgi-bin/externalcontact/edit_corp_tag': withCorp(customers, edit),
  'POST /cgi-bin/externalcontact/del_corp_tag': withCorp(customers, remove),
  'POST /cgi-bin/externalcontact/mark_tag': withCorp(customers, markAlone),
}
