import { type Ctx, clickhouse } from '../core/index.ts'
import { visiblePeople } from '../identity/index.ts'
import { visibleSubjectsById } from '../subjects/index.ts'
import { memberSets } from './member-sets.ts'

const IDS_AT_ONCE = 20_000
const SHUFFLED_AT_ONCE = 5_000

/** How many stored members of a segment the caller sees. */
export async function memberCount(ctx: Ctx, segmentId: number): Promise<number> {
  const { columns, params } = memberSets(ctx, [segmentId])
  const [counted] = await clickhouse.query<{ n: number }>(`SELECT bitmapCardinality(s0) AS n FROM (SELECT ${columns})`, params)
  return counted?.n ?? 0
}

/** Stored members of a segment, without those of others, ascending, in pages; those whom the caller may see. Merged since, they come once, as the survivor. */
export async function* memberPages(
  ctx: Ctx,
  { segmentId, typeId, size }: { segmentId: number; typeId: number; size: number },
): AsyncGenerator<number[]> {
  const { columns, params } = memberSets(ctx, [segmentId])
  for (let from = 0; ; ) {
    const [answer] = await clickhouse.query<{ ids: number[] }>(
      `SELECT arraySort(bitmapToArray(bitmapSubsetLimit(s0, {from:UInt32}, {limit:UInt32}))) AS ids FROM (SELECT ${columns})`,
      { ...params, from, limit: IDS_AT_ONCE },
      { lane: 'build' },
    )
    const ids = answer?.ids ?? []
    for (let at = 0; at < ids.length; at += size) {
      const some = ids.slice(at, at + size)
      const visible = typeId === 0 ? await visiblePeople(ctx, some) : await visibleThings(ctx, some)
      if (visible.length > 0) yield visible
    }
    if (ids.length < IDS_AT_ONCE) return
    from = (ids.at(-1) as number) + 1
  }
}

async function visibleThings(ctx: Ctx, ids: readonly number[]): Promise<number[]> {
  const visible = new Set((await visibleSubjectsById(ctx, ids)).map(one => Number(one.id)))
  return ids.filter(id => visible.has(id))
}

/** Which of these are stored members of a segment, whoever may see them: who is left out of a file is not told of. */
export async function membersAmong(ctx: Ctx, segmentId: number, ids: readonly number[]): Promise<Set<number>> {
  const { columns, params } = memberSets({ ...ctx, storeIds: 'all' }, [segmentId])
  const [answer] = await clickhouse.query<{ ids: number[] }>(
    `SELECT bitmapToArray(bitmapAnd(s0, bitmapBuild({ids:Array(UInt32)}))) AS ids FROM (SELECT ${columns})`,
    { ...params, ids },
    { lane: 'build' },
  )
  return new Set(answer?.ids ?? [])
}

/** The same in an order that looks random and is the same every time for the same salt: its beginning is a fair sample. */
export async function* shuffledMembers(
  ctx: Ctx,
  { segmentId, salt }: { segmentId: number; salt: string },
): AsyncGenerator<number[]> {
  const { columns, params } = memberSets(ctx, [segmentId])
  for (let [hash, id] = [0, 0]; ; ) {
    const found = await clickhouse.query<{ id: number; hash: number }>(
      `SELECT id, toUInt32(cityHash64(id, {salt:String}) % 4294967291) AS hash FROM (SELECT arrayJoin(bitmapToArray(s0)) AS id FROM (SELECT ${columns}))
        WHERE (hash, id) > ({hash:UInt32}, {id:UInt32}) ORDER BY hash, id LIMIT {limit:UInt32}`,
      { ...params, salt, hash, id, limit: SHUFFLED_AT_ONCE },
      { lane: 'build' },
    )
    const visible = await visiblePeople(
      ctx,
      found.map(one => one.id),
    )
    if (visible.length > 0) yield visible
    const last = found.at(-1)
    if (!last || found.length < SHUFFLED_AT_ONCE) return
    ;[hash, id] = [last.hash, last.id]
  }
}
