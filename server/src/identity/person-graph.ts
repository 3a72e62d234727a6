import type { DecisionView, IdentifierView, IdentifierType as TypeContract } from '@banyan/shared'
import type { z } from 'zod'
import { brandScope, type Ctx, rows, sql } from '../core/index.ts'
import { rulebook } from './identifier-types.ts'
import { briefOf, homesOf, mustSeePerson, personNames } from './people.ts'

export type { TypeContract }

type Row = {
  id: number
  person_id: number
  type: string
  scope: string
  masked: string
  is_strong: number
  source: string
  first_seen_at: Date
  last_seen_at: Date
  home_id: number
  zh: string
}

/** The identifiers of people as a page shows them: masked, strongest first. */
export async function identifierViews(personIds: readonly number[]): Promise<(IdentifierView & { personId: number })[]> {
  if (personIds.length === 0) return []
  const found = await rows<Row>(
    sql`SELECT i.id, i.person_id, i.type, i.scope, i.masked, i.is_strong, i.source, i.first_seen_at, i.last_seen_at, i.home_id, t.zh FROM identifiers i JOIN identifier_types t ON t.name = i.type WHERE i.person_id IN (${[...personIds]}) ORDER BY t.priority, i.id LIMIT 2000`,
  )
  return found.map(row => ({
    personId: Number(row.person_id),
    id: Number(row.id),
    type: row.type,
    typeZh: row.zh,
    scope: row.scope,
    scopeName: null,
    masked: row.masked,
    isStrong: Boolean(row.is_strong),
    source: row.source,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    homeId: Number(row.home_id),
  }))
}

type DecisionRow = {
  id: number
  person_id: number
  other_person_id: number | null
  merge_id: number | null
  kind: z.output<typeof DecisionView>['kind']
  detail: string
  actor_name: string
  source: string | null
  at: Date
  undone_at: Date | null
}

/** Every decision about a person, newest first, in words. */
export async function decisionsOf(personId: number, limit = 200): Promise<z.output<typeof DecisionView>[]> {
  const homes = await homesOf(personId)
  const found = await rows<DecisionRow>(
    sql`SELECT d.id, d.person_id, d.other_person_id, d.merge_id, d.kind, d.detail, d.actor_name, d.source, d.at, m.undone_at FROM identity_decisions d LEFT JOIN merges m ON m.id = d.merge_id WHERE d.person_id IN (${homes}) OR d.other_person_id = ${personId} ORDER BY d.id DESC LIMIT ${limit}`,
  )
  const names = await personNames(
    found.flatMap(row => [Number(row.person_id), ...(row.other_person_id === null ? [] : [Number(row.other_person_id)])]),
  )
  const { types } = await rulebook()
  return found.map(row => {
    const detail = JSON.parse(row.detail) as { types: string[]; note: string | null }
    const other = row.other_person_id === null ? null : Number(row.other_person_id)
    const typesZh = [...new Set(detail.types)].map(type => types.get(type)?.zh ?? type).join('、')
    return {
      id: Number(row.id),
      kind: row.kind,
      personId: Number(row.person_id),
      otherPersonId: other,
      mergeId: row.merge_id === null ? null : Number(row.merge_id),
      zh: wordsOf(row.kind, typesZh, other === null ? '' : `${names.get(other) ?? '客户'}（#${other}）`, detail.note),
      matchedTypes: detail.types,
      actorName: row.actor_name,
      source: row.source,
      canUndo: row.kind === 'merged' && row.merge_id !== null && row.undone_at === null,
      at: row.at,
    }
  })
}

function wordsOf(kind: z.output<typeof DecisionView>['kind'], types: string, other: string, note: string | null): string {
  const why = note ? `，原因：${note}` : ''
  const words: Record<typeof kind, string> = {
    created: types ? `首次出现，凭${types}建档` : '首次出现，建档',
    attached: `补充了${types}`,
    merged: types ? `与${other}合并：${types}指向同一个人${why}` : `与${other}合并${why}`,
    unmerged: `与${other}拆分，今后不再自动合并${why}`,
    demoted: `${types}与已有标识冲突，未用于识别`,
    moved: `${types}从${other}转到此人（最近由此人使用）`,
    reviewOpened: `与${other}有相同的${types}，但标识数量冲突，待人工审核`,
    reviewRejected: `人工判定与${other}不是同一个人${why}`,
    neverLinked: `已标记与${other}永不合并${why}`,
    revealed: `查看了完整的${types}`,
    edited: `修改了资料${why}`,
  }
  return words[kind]
}

/** What the person's page shows about who he is and why. */
export async function personGraph(ctx: Ctx, { personId }: { personId: number }) {
  const id = await mustSeePerson(ctx, personId)
  const homes = await homesOf(id)
  const [identifiers, decisions, people, merges, reviews, never] = [
    await identifierViews([id]),
    await decisionsOf(id),
    await rows<{ id: number; created_at: Date; first_source: string }>(
      sql`SELECT id, created_at, first_source FROM people WHERE id IN (${homes}) ORDER BY id`,
    ),
    await rows<{ id: number; from_id: number }>(
      sql`SELECT id, from_id FROM merges WHERE from_id IN (${homes}) AND undone_at IS NULL`,
    ),
    await rows<{ id: number }>(
      sql`SELECT id FROM reviews WHERE status = 'open' AND (left_id IN (${homes}) OR right_id IN (${homes})) ORDER BY id LIMIT 50`,
    ),
    await rows<{ left_home_id: number; right_home_id: number }>(
      sql`SELECT left_home_id, right_home_id FROM never_links WHERE left_home_id IN (${homes}) OR right_home_id IN (${homes}) LIMIT 200`,
    ),
  ]
  const mergeOf = new Map(merges.map(row => [Number(row.from_id), Number(row.id)]))
  return {
    person: await briefOf(id),
    identifiers,
    homes: people
      .map(row => ({
        homeId: Number(row.id),
        isSurvivor: Number(row.id) === id,
        createdAt: row.created_at,
        source: row.first_source,
        mergeId: mergeOf.get(Number(row.id)) ?? null,
      }))
      .sort((a, b) => Number(b.isSurvivor) - Number(a.isSurvivor) || a.homeId - b.homeId),
    decisions,
    openReviewIds: reviews.map(row => Number(row.id)),
    neverLinkedTo: [
      ...new Set(
        never.flatMap(row => [Number(row.left_home_id), Number(row.right_home_id)]).filter(other => !homes.includes(other)),
      ),
    ],
  }
}

/** True when the whole group of brands is the caller's: some decisions reach across brands. */
export function seesEverything(ctx: Ctx): boolean {
  return brandScope(ctx) === null
}
