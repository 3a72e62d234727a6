import { activeRelationsOf, type ContactFacts, relationsOfIds } from '../contacts/index.ts'
import { rows, sql, systemCtx } from '../core/index.ts'
import { groupBy } from '../identity/index.ts'
import { type HeldTag, heldTags, tagsById } from '../tags/index.ts'
import { type Decision, decide } from './decide.ts'
import { liveMirrors, type Mirror, mirrorScope } from './mirror.ts'

export type Link = {
  mirrorId: number
  relationId: number
  isOurs: boolean
  isTheirs: boolean
  state: 'inStep' | 'waiting' | 'failed'
  wantsOn: boolean
  markedAt: Date | null
}

/** What is to be done about one mirror on one relation. */
export type Item = { mirror: Mirror; relation: ContactFacts; link: Link | null; decision: Decision }

/** Everything that is to be decided about these relations, read together. */
export async function gather(relationIds: readonly number[]): Promise<Map<number, Item[]>> {
  const relations = await relationsOfIds(relationIds)
  const mirrors = await liveMirrors({ corpIds: [...new Set(relations.map(one => one.corpId))] })
  if (mirrors.length === 0) return new Map()
  const tagIds = mirrors.map(one => one.tagId)
  const personIds = [...new Set(relations.map(one => one.personId))]
  const [links, held, siblings, tags, isIn] = await Promise.all([
    linksOf(relations.map(one => one.id)),
    heldTags(tagIds, personIds),
    activeRelationsOf(personIds),
    tagsById(systemCtx(), tagIds),
    mirrorScope(),
  ])
  const linkAt = new Map(links.map(one => [`${one.mirrorId}:${one.relationId}`, one]))
  const heldAt = new Map(held.map(one => [`${one.tagId}:${one.personId}`, one]))
  const tagAt = new Map(tags.map(one => [one.id, one]))
  const byPerson = groupBy(siblings, one => one.personId)

  return new Map(
    relations.map(relation => {
      const items = mirrors.flatMap((mirror): Item[] => {
        const link = linkAt.get(`${mirror.id}:${relation.id}`) ?? null
        if (!isIn(mirror, relation) && !link) return []
        const others = (byPerson.get(relation.personId) ?? []).filter(one => one.id !== relation.id && isIn(mirror, one))
        const tag = tagAt.get(mirror.tagId)
        const decision = decide({
          direction: mirror.direction,
          isSingle: mirror.value !== null || (tag?.isExclusive ?? false),
          ...heldBy(heldAt.get(`${mirror.tagId}:${relation.personId}`), mirror),
          isBorne: bears(relation, mirror),
          isBorneElsewhere: others.some(one => bears(one, mirror)),
          isEnded: !relation.isActive,
          link: link && { isOurs: link.isOurs, isTheirs: link.isTheirs, failed: failedOf(link) },
        })
        return [{ mirror, relation, link, decision }]
      })
      return [relation.id, items]
    }),
  )
}

/** Would looking at it change anything? */
export function isToDo({ link, decision, relation }: Item): boolean {
  if (decision.inward || decision.mark) return true
  if (!link) return relation.isActive && (decision.isOurs || decision.isTheirs)
  return link.state === 'waiting' || link.isOurs !== decision.isOurs || link.isTheirs !== decision.isTheirs
}

function heldBy(held: HeldTag | undefined, mirror: Mirror): { isHeld: boolean; isFromWecom: boolean } {
  const isHeld = held !== undefined && (mirror.value === null || held.value === mirror.value)
  return { isHeld, isFromWecom: isHeld && held.source === 'wecom' }
}

function bears(relation: ContactFacts, mirror: Mirror): boolean {
  return relation.isActive && relation.tags.some(tag => tag.id === mirror.corpTagId)
}

function failedOf({ state, wantsOn }: Link): 'add' | 'remove' | null {
  return state !== 'failed' ? null : wantsOn ? 'add' : 'remove'
}

type LinkRow = {
  mirror_id: number
  relation_id: number
  is_ours: number
  is_theirs: number
  state: Link['state']
  wants_on: number
  marked_at: Date | null
}

async function linksOf(relationIds: readonly number[]): Promise<Link[]> {
  const found = await rows<LinkRow>(
    sql`SELECT mirror_id, relation_id, is_ours, is_theirs, state, wants_on, marked_at FROM corp_tag_links WHERE relation_id IN (${[...relationIds]})`,
  )
  return found.map(row => ({
    mirrorId: Number(row.mirror_id),
    relationId: Number(row.relation_id),
    isOurs: row.is_ours === 1,
    isTheirs: row.is_theirs === 1,
    state: row.state,
    wantsOn: row.wants_on === 1,
    markedAt: row.marked_at,
  }))
}
