import { type Carrier, type Ctx, enqueue, insertOne, row, rows, run, sql } from '../core/index.ts'
import { canonicalId } from '../identity/index.ts'
import { putFacts } from '../selection/index.ts'
import { factsOfStay } from './move-people.ts'
import { storeTask } from './refresh-lifecycle.ts'

type Merge = { fromId: number; toId: number; mergeId: number }
type Stay = { id: number; brand_id: number; stage_id: number; from_at: Date }
const COLUMN = { table: 'lifecycle_stays', column: 'person_id' } as const

/**
 * A person counts once, by the survivor's own stays; where a brand knew only the other, the survivor takes his over. An un-merge puts both back where the
 * merge found them, and the rules then say where they are now.
 */
export const carriers: Carrier[] = [
  {
    name: 'lifecycle',
    columns: [COLUMN, { table: 'lifecycle_merges', column: 'person_id' }],
    preview: async () => ({}),
    async merge(ctx, merge) {
      for (const brandId of await brandsOf([merge.fromId])) await mergeIn(ctx, brandId, merge)
    },
    async unmerge(ctx, merge) {
      const kept = await rows<{ brand_id: number; person_id: number; stay_id: number | null; last_stay_id: number }>(
        sql`SELECT brand_id, person_id, stay_id, last_stay_id FROM lifecycle_merges WHERE merge_id = ${merge.mergeId} ORDER BY id`,
      )
      for (const { brand_id, person_id, stay_id, last_stay_id } of kept)
        await unmergeIn(ctx, Number(brand_id), merge, {
          personId: Number(person_id),
          stayId: stay_id === null ? null : Number(stay_id),
          lastStayId: Number(last_stay_id),
        })
      await run(sql`DELETE FROM lifecycle_merges WHERE merge_id = ${merge.mergeId}`)
    },
    async export(_ctx, personId) {
      return {
        lifecycle: await rows(
          sql`SELECT s.name AS stage, y.from_at, y.until_at FROM lifecycle_stays y JOIN lifecycle_stages s ON s.id = y.stage_id WHERE y.person_id = ${personId} ORDER BY y.id LIMIT 10000`,
        ),
      }
    },
    async erase(ctx, personId) {
      const isMerged = (await canonicalId(personId)) !== personId
      const brands = await brandsOf([personId])
      for (const brandId of brands) {
        const open = await openStay(brandId, personId)
        if (open && !isMerged) await recount(open.stage_id, -1)
      }
      await run(sql`DELETE FROM lifecycle_stays WHERE person_id = ${personId}`)
      await run(sql`DELETE FROM lifecycle_merges WHERE person_id = ${personId}`)
      for (const brandId of brands) await store(ctx, brandId, [personId])
    },
  },
]

async function mergeIn(ctx: Ctx, brandId: number, { fromId, toId, mergeId }: Merge): Promise<void> {
  const own = await openStay(brandId, toId)
  const his = await openStay(brandId, fromId)
  const last = await row<{ id: number }>(sql`SELECT MAX(id) AS id FROM lifecycle_stays`)
  await insertOne('lifecycle_merges', {
    mergeId,
    brandId,
    personId: toId,
    stayId: own ? own.id : null,
    lastStayId: last?.id ?? 0,
  })
  const known = await row(sql`SELECT id FROM lifecycle_stays WHERE brand_id = ${brandId} AND person_id = ${toId} LIMIT 1`)
  if (known) {
    // Both were there: his stays wait under his own id, and he is not counted.
    if (his) await recount(his.stage_id, -1)
    return
  }
  await run(
    sql`INSERT INTO merge_moves (merge_id, table_name, column_name, row_id) SELECT ${mergeId}, ${COLUMN.table}, ${COLUMN.column}, id FROM lifecycle_stays WHERE brand_id = ${brandId} AND person_id = ${fromId} ORDER BY id`,
  )
  await run(sql`UPDATE lifecycle_stays SET person_id = ${toId} WHERE brand_id = ${brandId} AND person_id = ${fromId}`)
  await tell(ctx, brandId, [fromId, toId])
}

type Kept = { personId: number; stayId: number | null; lastStayId: number }

/** Later merges may have carried the survivor's stays on: who has the stay now is who is put back. */
async function unmergeIn(ctx: Ctx, brandId: number, { fromId, mergeId }: Merge, kept: Kept): Promise<void> {
  const moved = (
    await rows<{ row_id: number }>(
      sql`SELECT row_id FROM merge_moves WHERE merge_id = ${mergeId} AND table_name = ${COLUMN.table} AND column_name = ${COLUMN.column} ORDER BY row_id`,
    )
  ).map(one => Number(one.row_id))
  const stays =
    moved.length > 0
      ? await rows<Stay & { person_id: number }>(
          sql`SELECT * FROM lifecycle_stays WHERE id IN (${moved}) AND brand_id = ${brandId}`,
        )
      : []
  const stay =
    kept.stayId === null
      ? null
      : await row<{ person_id: number }>(sql`SELECT person_id FROM lifecycle_stays WHERE id = ${kept.stayId}`)
  const survivor = Number(stay?.person_id ?? stays[0]?.person_id ?? kept.personId)
  // Merged again since, he is counted no more.
  const isCounted = (await canonicalId(survivor)) === survivor
  const open = await openStay(brandId, survivor)
  if (open && isCounted) await recount(open.stage_id, -1)
  // What came after the merge was of both: neither alone had it.
  await run(sql`DELETE FROM lifecycle_stays WHERE brand_id = ${brandId} AND person_id = ${survivor} AND id > ${kept.lastStayId}`)
  await run(sql`UPDATE lifecycle_stays SET person_id = ${fromId} WHERE id IN (${stays.map(one => one.id)})`)
  // Later merges then no longer hold these rows.
  await run(
    sql`DELETE FROM merge_moves WHERE table_name = ${COLUMN.table} AND column_name = ${COLUMN.column} AND merge_id > ${mergeId} AND row_id IN (${stays.map(one => one.id)})`,
  )
  await reopen(brandId, survivor)
  await reopen(brandId, fromId)
  for (const personId of isCounted ? [survivor, fromId] : [fromId]) {
    const now = await openStay(brandId, personId)
    if (now) await recount(now.stage_id, 1)
  }
  await tell(ctx, brandId, [survivor, fromId])
}

/** The latest of what is left goes on, if it was ended by one that is there no more. */
async function reopen(brandId: number, personId: number): Promise<void> {
  if (await openStay(brandId, personId)) return
  const latest = await row<{ id: number }>(
    sql`SELECT id FROM lifecycle_stays WHERE brand_id = ${brandId} AND person_id = ${personId} ORDER BY from_at DESC LIMIT 1`,
  )
  if (latest) await run(sql`UPDATE lifecycle_stays SET until_at = NULL, until_build_id = NULL WHERE id = ${latest.id}`)
}

async function tell(ctx: Ctx, brandId: number, personIds: readonly number[]): Promise<void> {
  const people = []
  for (const personId of personIds) {
    const open = await openStay(brandId, personId)
    people.push({ personId, facts: factsOfStay(open && { stageId: open.stage_id, fromAt: open.from_at }) })
  }
  await putFacts(ctx, brandId, people)
  await store(ctx, brandId, personIds)
}

function store(ctx: Ctx, brandId: number, personIds: readonly number[]): Promise<void> {
  return enqueue(ctx, storeTask, { brandId, personIds: [...personIds] })
}

async function openStay(brandId: number, personId: number): Promise<Stay | null> {
  const found = await row<Stay>(
    sql`SELECT id, brand_id, stage_id, from_at FROM lifecycle_stays WHERE brand_id = ${brandId} AND person_id = ${personId} AND until_at IS NULL ORDER BY id LIMIT 1`,
  )
  return found && { ...found, id: Number(found.id), stage_id: Number(found.stage_id) }
}

async function recount(stageId: number, by: 1 | -1): Promise<void> {
  await run(sql`UPDATE lifecycle_stages SET count = count + ${by} WHERE id = ${stageId}`)
}

async function brandsOf(personIds: readonly number[]): Promise<number[]> {
  const found = await rows<{ brand_id: number }>(
    sql`SELECT DISTINCT brand_id FROM lifecycle_stays WHERE person_id IN (${[...personIds]}) ORDER BY brand_id`,
  )
  return found.map(one => Number(one.brand_id))
}
