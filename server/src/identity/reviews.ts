import type { InputOf, identity, Review } from '@banyan/shared'
import { type Ctx, notFound, orderSql, phrase, refused, rows, run, type Sql, sql } from '../core/index.ts'
import { noteDecisions } from './decisions.ts'
import { peopleMeant } from './find-people.ts'
import { rulebook } from './identifier-types.ts'
import { mergeByHand } from './merge-by-hand.ts'
import { chooseSurvivor, previewMerge } from './merge-preview.ts'
import { briefsOf, canonicalIds, homesOf, ofBothSides } from './people.ts'
import { identifierViews } from './person-graph.ts'
import { neverLink } from './unmerge.ts'
import { listed, reviewWords, typeWord } from './words.ts'

const byReview = phrase<{ id: number }>('审核 {id}', 'review {id}')

type ReviewRow = {
  id: number
  kind: Review['kind']
  status: Review['status']
  left_id: number
  right_id: number
  reason_type: string
  matched_types: string
  opened_at: Date
  decided_at: Date | null
  decided_by: string | null
}

const SORTS = { openedAt: 'opened_at', decidedAt: 'decided_at', kind: 'kind' }

/** The recommended ones first, each kind the newest first, unless told otherwise. A search understands what the search of people does. */
export async function listReviews(ctx: Ctx, input: InputOf<(typeof identity)['reviews.list']>) {
  const where = sql.and([
    sql`status = ${input.status}`,
    ...(input.kind ? [sql`kind = ${input.kind}`] : []),
    ...(input.search ? [await about(ctx, input.search)] : []),
    ofBothSides(ctx),
  ])
  const [counted] = await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM reviews WHERE ${where}`)
  const found = await rows<ReviewRow>(
    sql`SELECT * FROM reviews WHERE ${where} ORDER BY ${orderSql(input.sort, SORTS, '-kind')}, id DESC LIMIT ${input.pageSize} OFFSET ${(input.page - 1) * input.pageSize}`,
  )
  return { items: await viewsOf(ctx, found), total: Number(counted?.n ?? 0) }
}

/** Reviews of somebody who is meant; a decided one may name a home that is another's by now. */
async function about(ctx: Ctx, search: string): Promise<Sql> {
  const meant = await peopleMeant(ctx, search)
  const homes = sql`SELECT home_id FROM person_aliases WHERE person_id IN (${meant})`
  return sql`(left_id IN (${meant}) OR right_id IN (${meant}) OR left_id IN (${homes}) OR right_id IN (${homes}))`
}

export async function countOpenReviews(ctx: Ctx): Promise<number> {
  const [counted] = await rows<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM reviews WHERE status = 'open' AND ${ofBothSides(ctx)}`,
  )
  return Number(counted?.n ?? 0)
}

/** Open reviews that name this person, by any of his homes. */
export async function openReviewIdsOf(ctx: Ctx, personId: number): Promise<number[]> {
  const homes = await homesOf(personId)
  const found = await rows<{ id: number }>(
    sql`SELECT id FROM reviews WHERE status = 'open' AND (left_id IN (${homes}) OR right_id IN (${homes})) AND ${ofBothSides(ctx)} ORDER BY id LIMIT 50`,
  )
  return found.map(row => Number(row.id))
}

async function viewsOf(ctx: Ctx, found: readonly ReviewRow[]): Promise<Review[]> {
  const canonical = await canonicalIds(found.flatMap(row => [Number(row.left_id), Number(row.right_id)]))
  const briefs = new Map((await briefsOf([...canonical.values()])).map(brief => [brief.id, brief]))
  const { types } = await rulebook()
  const word = (type: string) => typeWord(ctx, type, types.get(type)?.zh)
  return found.map(row => {
    const matchedTypes = JSON.parse(row.matched_types) as string[]
    const ids = [...new Set([Number(row.left_id), Number(row.right_id)].map(id => canonical.get(id) ?? id))]
    return {
      id: Number(row.id),
      kind: row.kind,
      status: row.status,
      text: reviewWords(ctx, row.reason_type, listed(ctx, matchedTypes.map(word)), word(row.reason_type)),
      reasonType: row.reason_type,
      matchedTypes,
      people: ids.flatMap(id => briefs.get(id) ?? []),
      openedAt: row.opened_at,
      decidedAt: row.decided_at,
      decidedBy: row.decided_by,
    }
  })
}

async function reviewRow(ctx: Ctx, reviewId: number): Promise<ReviewRow> {
  const [found] = await rows<ReviewRow>(sql`SELECT * FROM reviews WHERE id = ${reviewId} AND ${ofBothSides(ctx)}`)
  if (!found) throw notFound('review', reviewId)
  return found
}

export async function getReview(ctx: Ctx, { reviewId }: { reviewId: number }) {
  const row = await reviewRow(ctx, reviewId)
  const [review] = await viewsOf(ctx, [row])
  if (!review) throw notFound('review', reviewId)
  const ids = review.people.map(person => person.id)
  const survivorId = await chooseSurvivor(ids)
  const identifiers = await identifierViews(ctx, ids)
  return {
    ...review,
    sides: review.people.map(person => ({ person, identifiers: identifiers.filter(one => one.personId === person.id) })),
    preview: await previewMerge(ctx, ids, survivorId),
  }
}

async function openReview(ctx: Ctx, reviewId: number): Promise<ReviewRow> {
  const row = await reviewRow(ctx, reviewId)
  if (row.status !== 'open') throw refused('review.decided')
  return row
}

export async function mergeReview(ctx: Ctx, { reviewId, survivorId }: { reviewId: number; survivorId?: number | undefined }) {
  const row = await openReview(ctx, reviewId)
  const canonical = await canonicalIds([Number(row.left_id), Number(row.right_id)])
  const merged = await mergeByHand(ctx, {
    personIds: [...new Set(canonical.values())],
    survivorId,
    reason: byReview({ id: reviewId }),
    matchedTypes: JSON.parse(row.matched_types) as string[],
  })
  await run(
    sql`UPDATE reviews SET status = 'merged', decided_at = ${ctx.now}, decided_by = ${ctx.actor.name.slice(0, 80)} WHERE id = ${reviewId}`,
  )
  return merged
}

/** They are two, for ever: a never-link edge keeps them apart. */
export async function rejectReview(
  ctx: Ctx,
  { reviewId, reason }: { reviewId: number; reason?: string | undefined },
): Promise<Review> {
  const row = await openReview(ctx, reviewId)
  const [leftId, rightId] = [Number(row.left_id), Number(row.right_id)]
  await run(
    sql`UPDATE reviews SET status = 'rejected', decided_at = ${ctx.now}, decided_by = ${ctx.actor.name.slice(0, 80)}, note = ${reason ?? null} WHERE id = ${reviewId}`,
  )
  await neverLink(ctx, leftId, rightId, reason ?? null)
  await noteDecisions(ctx, [
    { kind: 'reviewRejected', personId: leftId, otherPersonId: rightId, note: reason ?? null },
    { kind: 'reviewRejected', personId: rightId, otherPersonId: leftId, note: reason ?? null },
  ])
  const [view] = await viewsOf(ctx, [await reviewRow(ctx, reviewId)])
  if (!view) throw notFound('review', reviewId)
  return view
}
