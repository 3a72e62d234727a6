/** What the corp's administrator does in the WeCom console: corp tags made, renamed, moved and deleted by hand, of which the app is told. */
import { z } from 'zod'
import { pushCorpEvent } from '../callbacks.ts'
import { derivedText } from '../crypto.ts'
import { Impossible, nowSeconds, type Simulator } from '../simulator.ts'
import { removeCorpTags } from '../wecom/corp-tags.ts'
import { type Corp, nextNumber, type TagGroup } from '../world.ts'
import { act, corpOf } from './act.ts'

const corpId = z.string().optional()
const tagId = z.string().min(1).max(64)
const name = z.string().trim().min(1).max(30)

export const corpActs = {
  'corp.addTag': act({ corpId, groupName: name, name }, (sim, input) => {
    const corp = corpOf(sim, input.corpId)
    const group = corp.tagGroupList.find(one => one.group_name === input.groupName) ?? newGroup(sim, corp, input.groupName)
    if (group.tag.some(tag => tag.name === input.name)) throw new Impossible(`已有这个标签: ${input.name}`)
    const tag = { id: newId(sim, corp), name: input.name, create_time: nowSeconds(sim), order: 0 }
    group.tag.push(tag)
    tell(sim, corp, 'create', tag.id)
    return { tagId: tag.id }
  }),
  'corp.renameTag': act({ corpId, tagId, name }, (sim, input) => {
    const corp = corpOf(sim, input.corpId)
    tagOf(corp, input.tagId).name = input.name
    tell(sim, corp, 'update', input.tagId)
  }),
  'corp.removeTag': act({ corpId, tagId }, (sim, input) => {
    const corp = corpOf(sim, input.corpId)
    tagOf(corp, input.tagId)
    removeCorpTags(corp, new Set([input.tagId]))
    tell(sim, corp, 'delete', input.tagId)
  }),
  'corp.shuffleTags': act({ corpId, groupId: tagId }, (sim, input) => {
    const corp = corpOf(sim, input.corpId)
    const group = corp.tagGroupList.find(one => one.group_id === input.groupId)
    if (!group) throw new Impossible(`没有这个标签组: ${input.groupId}`)
    group.tag.reverse()
    for (const [at, tag] of group.tag.entries()) tag.order = group.tag.length - at
    tell(sim, corp, 'shuffle', group.group_id)
  }),
}

function tagOf(corp: Corp, id: string) {
  const tag = corp.tagGroupList.flatMap(group => group.tag).find(one => one.id === id)
  if (!tag) throw new Impossible(`没有这个标签: ${id}`)
  return tag
}

function newGroup(sim: Simulator, corp: Corp, groupName: string): TagGroup {
  const group: TagGroup = { group_id: newId(sim, corp), group_name: groupName, create_time: nowSeconds(sim), order: 0, tag: [] }
  corp.tagGroupList.push(group)
  return group
}

function newId(sim: Simulator, corp: Corp): string {
  return `et${derivedText(30, sim.world.seed, corp.corpId, 'byHand', String(nextNumber(sim.world)))}`
}

function tell(sim: Simulator, corp: Corp, change: 'create' | 'update' | 'delete' | 'shuffle', id: string): void {
  sim.changed()
  const TagType = change === 'shuffle' ? 'tag_group' : 'tag'
  pushCorpEvent(sim, corp, 'change_external_tag', { ChangeType: change, Id: id, TagType })
}
