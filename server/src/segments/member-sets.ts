import { type Ctx, clickhouse } from '../core/index.ts'
import { ofStoresSql } from '../selection/index.ts'

/** One bitmap per segment, `s0`, `s1` ..., of its stored members whom the caller may see; merged since, they count as the survivor. */
export function memberSets(ctx: Ctx, segmentIds: readonly number[]): { columns: string; params: Record<string, unknown> } {
  const mine = ofStoresSql(ctx)
  const columns = segmentIds.map(
    (_, at) => `(SELECT groupBitmapState(toUInt32(coalesce(alias.to_id, members.home_id))) FROM (
        SELECT person_id AS home_id FROM segment_members FINAL WHERE segment_id = {s${at}:UInt32} AND is_in = 1${mine.sql}) AS members
      LEFT JOIN (SELECT home_id, person_id AS to_id FROM person_aliases FINAL WHERE person_id != home_id) AS alias ON alias.home_id = members.home_id) AS s${at}`,
  )
  return {
    columns: columns.join(', '),
    params: { ...mine.params, ...Object.fromEntries(segmentIds.map((id, at) => [`s${at}`, id])) },
  }
}

/** Members of all (or any) of `inside` and of none of `outside`; the names are those of `memberSets`. */
export function partOf(inside: readonly string[], match: 'all' | 'any', outside: readonly string[]): string {
  const both = (list: readonly string[], of: string) => list.reduce((left, right) => `${of}(${left}, ${right})`)
  const kept = both(inside, match === 'all' ? 'bitmapAnd' : 'bitmapOr')
  return outside.length > 0 ? `bitmapAndnot(${kept}, ${both(outside, 'bitmapOr')})` : kept
}

/** How many are in each part, all at one instant: for `count` sets, part `n` is who is in exactly the sets of its bits. */
export async function countParts(ctx: Ctx, segmentIds: readonly number[]): Promise<number[]> {
  const names = segmentIds.map((_, at) => `s${at}`)
  const parts = Array.from({ length: 2 ** names.length - 1 }, (_, at) => {
    const isIn = (name: string) => ((at + 1) >> names.indexOf(name)) & 1
    const inside = names.filter(name => isIn(name))
    return `bitmapCardinality(${partOf(
      inside,
      'all',
      names.filter(name => !isIn(name)),
    )})`
  })
  const { columns, params } = memberSets(ctx, segmentIds)
  const [answer] = await clickhouse.query<{ parts: number[] }>(
    `SELECT [${parts.join(', ')}] AS parts FROM (SELECT ${columns})`,
    params,
  )
  return answer?.parts ?? parts.map(() => 0)
}
