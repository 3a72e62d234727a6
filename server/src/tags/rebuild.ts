import { type Ctx, rows, sql, transaction } from '../core/index.ts'
import { putTagFacts } from '../selection/index.ts'
import type { TagRow } from './tag.ts'
import { saidOf } from './tag-value.ts'

type Held = { id: number; tag_id: number; person_id: number; value: string | null } & Pick<TagRow, 'brand_id' | 'value_kind'>

const ROWS_AT_ONCE = 5_000

/** Says again who has which tag, after ClickHouse was lost. */
export async function rebuildTags(ctx: Ctx): Promise<number> {
  let count = 0
  for (let after = 0; ; ) {
    const found = await rows<Held>(
      sql`SELECT p.id, p.tag_id, p.person_id, p.value, tags.brand_id, tags.value_kind FROM person_tags p JOIN tags ON tags.id = p.tag_id WHERE p.id > ${after} ORDER BY p.id LIMIT ${ROWS_AT_ONCE}`,
    )
    const last = found.at(-1)
    if (!last) return count
    await transaction(() =>
      putTagFacts(
        ctx,
        found.map(row => ({
          tagId: row.tag_id,
          brandId: row.brand_id === 0 ? null : row.brand_id,
          personId: row.person_id,
          isOn: true,
          value: saidOf({ valueKind: row.value_kind }, row.value),
        })),
      ),
    )
    count += found.length
    after = last.id
  }
}
