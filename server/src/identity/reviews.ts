import type { InputOf, identity, Review } from '@banyan/shared'
import { brandScope, type Ctx, notFound, refused, rows, run, type Sql, sql } from '../core/index.ts'
import { noteDecisions } from './decisions.ts'
import { rulebook } from './identifier-types.ts'
import { mergeByHand } from './merge-by-hand.ts'
import { chooseSurvivor, previewMerge } from './merge-preview.ts'
import { briefsOf, canonicalIds, homesOf } from './people.ts'
import { identifierViews } from './person-graph.ts'
import { neverLink } from './unmerge.ts'

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

/**
 * Reviews of two people whom the caller's brands have both met: a review shows both sides, and deciding it joins them. Those across brands are
 * for who sees both. By home, since a decided review names somebody who is merged.
 */
function ofBothSides(ctx: Ctx): Sql {
  const brands = brandScope(ctx)
  if (brands === null) return sql`1 = 1`
  const met = (id: Sql) =>
    sql`EXISTS (SELECT 1 FROM person_brands met WHERE (met.person_id = ${id} OR met.home_id = ${id}) AND met.brand_id IN (${brands}))`
  return sql`(${met(sql`reviews.left_id`)} AND ${met(sql`reviews.right_id`)})`
}

export async function listReviews(ctx: Ctx, input: InputOf<(typeof identity)['reviews.list']>) {
  const where = sql.and([sql`status = ${input.status}`, ...(input.kind ? [sql`kind = ${input.kind}`] : []), ofBothSides(ctx)])
  const [counted] = await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM reviews WHERE ${where}`)
  const found = await rows<ReviewRow>(
    sql`SELECT * FROM reviews WHERE ${where} ORDER BY CASE kind WHEN 'careful' THEN 1 ELSE 0 END, id DESC LIMIT ${input.pageSize} OFFSET ${(input.page - 1) * input.pageSize}`,
  )
  return { items: await viewsOf(found), total: Number(counted?.n ?? 0) }
}

export async function countOpenReviews(ctx: Ctx): Promise<number> {
  const [counted] = await rows<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM reviews WHERE status = 'open' AND ${ofBothSides(ctx)}`,
  )
  return Number(counted?.n ?? 0)
}

/** Open reviews that name this person, by any of his homes. */
export async function openReviewIdsOf(personId: number): Promise<number[]> {
  const homes = await homesOf(personId)
  const found = await rows<{ id: number }>(
    sql`SELECT id FROM reviews WHERE status = 'open' AND (left_id IN (${homes}) OR right_id IN (${homes})) ORDER BY id LIMIT 50`,
  )
  return found.map(row => Number(row.id))
}

async function viewsOf(found: readonly ReviewRow[]): Promise<Review[]> {
  const canonical = await canonicalIds(found.flatMap(row => [Number(row.left_id), Number(row.right_id)]))
  const briefs = new Map((await briefsOf([...canonical.values()])).map(brief => [brief.id, brief]))
  const { types } = await rulebook()
  return found.map(row => {
    const matchedTypes = JSON.parse(row.matched_types) as string[]
    const ids = [...new Set([Number(row.left_id), Number(row.right_id)].map(id => canonical.get(id) ?? id))]
    return {
      id: Number(row.id),
      kind: row.kind,
      status: row.status,
      zh: wordsOf(
        row.reason_type,
        matchedTypes.map(type => types.get(type)?.zh ?? type).join('、'),
        types.get(row.reason_type)?.zh,
      ),
      reasonType: row.reason_type,
      matchedTypes,
      people: ids.flatMap(id => briefs.get(id) ?? []),
      openedAt: row.opened_at,
      decidedAt: row.decided_at,
      decidedBy: row.decided_by,
    }
  })
}

function wordsOf(reasonType: string, matched: string, reasonZh: string | undefined): string {
  if (reasonType === 'people') return `${matched}相同，但一次合并超过 50 人，请人工确认`
  if (reasonType === 'merges') return `${matched}相同，但合并次数已达 100 次上限，请人工确认`
  if (reasonType === 'identifiers') return `${matched}相同，但标识总数已达 1,000 个上限，请人工确认`
  return `${matched}相同，但两人的${reasonZh ?? reasonType}不同，系统没有自动合并`
}

async function reviewRow(ctx: Ctx, reviewId: number): Promise<ReviewRow> {
  const [found] = await rows<ReviewRow>(sql`SELECT * FROM reviews WHERE id = ${reviewId} AND ${ofBothSides(ctx)}`)
  if (!found) throw notFound('review', reviewId)
  return found
}

export async function getReview(ctx: Ctx, { reviewId }: { reviewId: number }) {
  const row = await reviewRow(ctx, reviewId)
  const [review] = await viewsOf([row])
  if (!review) throw notFound('review', reviewId)
  const ids = review.people.map(person => person.id)
  const survivorId = await chooseSurvivor(ids)
  const identifiers = await identifierViews(ids)
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
    reason: `审核 ${reviewId}`,
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
  const [view] = await viewsOf([await reviewRow(ctx, reviewId)])
  if (!view) throw notFound('review', reviewId)
  return view
}
