import { clickhouse, rows, run, sql } from '../core/index.ts'

type Stay = {
  brand_id: number
  person_id: number
  stage_id: number
  from_at: Date
  until_at: Date | null
  build_id: number
  until_build_id: number | null
}
const PEOPLE_AT_ONCE = 5_000

/** Writes the stays of these people in a brand to ClickHouse as the relational store has them. Repeating it is harmless; `isAnew` first forgets what was there. */
export async function storeStays(
  brandId: number,
  personIds: readonly number[],
  { isAnew = false }: { isAnew?: boolean } = {},
): Promise<void> {
  for (let from = 0; from < personIds.length; from += PEOPLE_AT_ONCE) {
    const some = personIds.slice(from, from + PEOPLE_AT_ONCE)
    if (isAnew)
      await clickhouse.command(
        'DELETE FROM lifecycle_stays WHERE brand_id = {brand:UInt32} AND person_id IN {people:Array(UInt32)}',
        { brand: brandId, people: some },
      )
    const stays = await rows<Stay>(
      sql`SELECT brand_id, person_id, stage_id, from_at, until_at, build_id, until_build_id FROM lifecycle_stays WHERE brand_id = ${brandId} AND person_id IN (${some}) ORDER BY person_id, from_at`,
    )
    await clickhouse.insert('lifecycle_stays', stays.flatMap(rowsOf))
  }
}

/** The beginning of a stay; and its end, where no other begins at that instant. */
function rowsOf(stay: Stay, at: number, stays: readonly Stay[]) {
  const row = (fromAt: Date, stageId: number, version: number) => ({
    brand_id: Number(stay.brand_id),
    person_id: Number(stay.person_id),
    from_at: fromAt.toISOString(),
    stage_id: stageId,
    version,
  })
  const next = stays[at + 1]
  const begins = row(stay.from_at, Number(stay.stage_id), Number(stay.build_id))
  if (!stay.until_at) return [begins]
  const isFollowed = next?.person_id === stay.person_id && +next.from_at === +stay.until_at
  if (isFollowed) return [begins]
  const ends = row(stay.until_at, 0, Number(stay.until_build_id ?? stay.build_id))
  return +stay.until_at === +stay.from_at ? [ends] : [begins, ends]
}

const PENDING_AT_ONCE = 5_000

/** Builds that moved people and, because a process died, did not tell ClickHouse. */
export async function storePending(brandId: number): Promise<void> {
  const open = await rows<{ id: number }>(
    sql`SELECT id FROM lifecycle_builds WHERE brand_id = ${brandId} AND status = 'open' ORDER BY id LIMIT 1000`,
  )
  for (const { id } of open) {
    for (let after = 0; ; ) {
      const people = await rows<{ person_id: number }>(
        sql`SELECT DISTINCT person_id FROM lifecycle_stays WHERE brand_id = ${brandId} AND (build_id = ${id} OR until_build_id = ${id}) AND person_id > ${after} ORDER BY person_id LIMIT ${PENDING_AT_ONCE}`,
      )
      const ids = people.map(one => Number(one.person_id))
      await storeStays(brandId, ids)
      if (ids.length < PENDING_AT_ONCE) break
      after = ids.at(-1) as number
    }
    await run(sql`UPDATE lifecycle_builds SET status = 'stored' WHERE id = ${id}`)
  }
}
