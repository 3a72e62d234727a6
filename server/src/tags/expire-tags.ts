import { type Ctx, phrase, rows, sql, transaction } from '../core/index.ts'
import { takeOff } from './put-tag.ts'
import { tagFacts, tagRows } from './tag.ts'

const outOfDate = phrase('标签已过有效期', 'The tag was no longer valid')

const ROWS_AT_ONCE = 500
const ROUNDS_MAX = 200

/** Takes off what is no longer valid. One that was put on again meanwhile is valid again, and stays. */
export async function expireTags(ctx: Ctx): Promise<number> {
  let count = 0
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const due = await rows<{ tag_id: number; person_id: number }>(
      sql`SELECT tag_id, person_id FROM person_tags WHERE expires_at <= ${ctx.now} ORDER BY expires_at, id LIMIT ${ROWS_AT_ONCE}`,
    )
    if (due.length === 0) break
    const byTag = new Map<number, number[]>()
    for (const { tag_id, person_id } of due) byTag.set(Number(tag_id), [...(byTag.get(Number(tag_id)) ?? []), Number(person_id)])
    const tags = await tagRows(ctx, [...byTag.keys()])
    for (const tag of tags.map(tagFacts))
      await transaction(async () => {
        count += await takeOff(
          ctx,
          tag,
          byTag.get(tag.id) ?? [],
          { source: 'validity', why: outOfDate() },
          sql`expires_at <= ${ctx.now}`,
        )
      })
    if (due.length < ROWS_AT_ONCE || tags.length < byTag.size) break
  }
  return count
}
