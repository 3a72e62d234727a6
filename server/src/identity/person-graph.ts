import type { DecisionView, IdentifierView, IdentifierType as TypeContract } from '@banyan/shared'
import type { z } from 'zod'
import { behind, brandScope, type Ctx, type Cursor, type Reader, readIn, rows, say, sql } from '../core/index.ts'
import { rulebook } from './identifier-types.ts'
import { briefOf, canonicalIds, homesOf, mustSeePerson, ofBothSides, personNames, visiblePeople } from './people.ts'
import { decisionWords, listed, nameless, typeWord } from './words.ts'

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
export async function identifierViews(
  reader: Reader,
  personIds: readonly number[],
): Promise<(IdentifierView & { personId: number })[]> {
  if (personIds.length === 0) return []
  const found = await rows<Row>(
    sql`SELECT i.id, i.person_id, i.type, i.scope, i.masked, i.is_strong, i.source, i.first_seen_at, i.last_seen_at, i.home_id, t.zh FROM identifiers i JOIN identifier_types t ON t.name = i.type WHERE i.person_id IN (${[...personIds]}) ORDER BY t.priority, i.id LIMIT 2000`,
  )
  return found.map(row => ({
    personId: Number(row.person_id),
    id: Number(row.id),
    type: row.type,
    typeName: typeWord(reader, row.type, row.zh),
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

const DECISIONS_SHOWN = 200

/** The decisions about a person, newest first, from behind one of them on when it is given, in words; another person whom the reader may not see stays nameless. */
export async function decisionsOf(
  ctx: Ctx,
  personId: number,
  { limit, before, below }: { limit: number } & Partial<Cursor>,
): Promise<z.output<typeof DecisionView>[]> {
  const homes = await homesOf(personId)
  const from = before ? behind(sql`d.at`, sql`d.id`, { before, below: below ?? null }) : sql`1 = 1`
  const found = await rows<DecisionRow>(
    sql`SELECT d.id, d.person_id, d.other_person_id, d.merge_id, d.kind, d.detail, d.actor_name, d.source, d.at, m.undone_at FROM identity_decisions d LEFT JOIN merges m ON m.id = d.merge_id WHERE (d.person_id IN (${homes}) OR d.other_person_id = ${personId}) AND ${from} ORDER BY d.at DESC, d.id DESC LIMIT ${limit}`,
  )
  const others = found.flatMap(row => [
    Number(row.person_id),
    ...(row.other_person_id === null ? [] : [Number(row.other_person_id)]),
  ])
  const seen = await seenAmong(ctx, others, homes)
  const names = await personNames(
    ctx,
    others.filter(id => seen.has(id)),
  )
  const { types } = await rulebook()
  return found.map(row => {
    const detail = JSON.parse(row.detail) as { types: string[]; note: string | null }
    const other = row.other_person_id === null || !seen.has(Number(row.other_person_id)) ? null : Number(row.other_person_id)
    const isHidden = row.other_person_id !== null && other === null
    const matched = listed(
      ctx,
      [...new Set(detail.types)].map(type => typeWord(ctx, type, types.get(type)?.zh)),
    )
    const otherName = isHidden
      ? say(ctx, '另一位客户', 'another customer')
      : other === null
        ? ''
        : `${names.get(other) ?? nameless(ctx, other)}（#${other}）`
    return {
      id: Number(row.id),
      kind: row.kind,
      personId: seen.has(Number(row.person_id)) ? Number(row.person_id) : personId,
      otherPersonId: other,
      mergeId: row.merge_id === null ? null : Number(row.merge_id),
      text: decisionWords(ctx, row.kind, matched, otherName, detail.note && readIn(ctx, detail.note)),
      matchedTypes: detail.types,
      actorName: row.actor_name,
      source: row.source,
      canUndo: row.kind === 'merged' && row.merge_id !== null && row.undone_at === null,
      at: row.at,
    }
  })
}

/** Which of these ids the caller may know of: the person's own homes, and whoever is in his scope, by whatever id. */
async function seenAmong(ctx: Ctx, ids: readonly number[], homes: readonly number[]): Promise<Set<number>> {
  const canonical = await canonicalIds(ids)
  const visible = new Set(await visiblePeople(ctx, [...new Set(canonical.values())]))
  return new Set(ids.filter(id => homes.includes(id) || visible.has(canonical.get(id) ?? id)))
}

/** What the person's page shows about who he is and why. */
export async function personGraph(ctx: Ctx, { personId }: { personId: number }) {
  const id = await mustSeePerson(ctx, personId)
  const homes = await homesOf(id)
  const [identifiers, decisions, people, merges, reviews, never] = [
    await identifierViews(ctx, [id]),
    await decisionsOf(ctx, id, { limit: DECISIONS_SHOWN }),
    await rows<{ id: number; created_at: Date; first_source: string }>(
      sql`SELECT id, created_at, first_source FROM people WHERE id IN (${homes}) ORDER BY id`,
    ),
    await rows<{ id: number; from_id: number }>(
      sql`SELECT id, from_id FROM merges WHERE from_id IN (${homes}) AND undone_at IS NULL`,
    ),
    await rows<{ id: number }>(
      sql`SELECT id FROM reviews WHERE status = 'open' AND (left_id IN (${homes}) OR right_id IN (${homes})) AND ${ofBothSides(ctx)} ORDER BY id LIMIT 50`,
    ),
    await rows<{ left_home_id: number; right_home_id: number }>(
      sql`SELECT left_home_id, right_home_id FROM never_links WHERE left_home_id IN (${homes}) OR right_home_id IN (${homes}) LIMIT 200`,
    ),
  ]
  const apart = never
    .flatMap(row => [Number(row.left_home_id), Number(row.right_home_id)])
    .filter(other => !homes.includes(other))
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
    neverLinkedTo: [...(await seenAmong(ctx, apart, []))],
  }
}

/** True when the whole group of brands is the caller's: some decisions reach across brands. */
export function seesEverything(ctx: Ctx): boolean {
  return brandScope(ctx) === null
}
