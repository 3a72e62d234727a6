import { type Carrier, type Ctx, rows, run, sql } from '../core/index.ts'

/** What a merge must carry, in the order of the modules; handed over by app, because identity comes before most of them. */
let carriers: readonly Carrier[] = []

export function setCarriers(all: readonly Carrier[]): void {
  carriers = all
}

export function allCarriers(): readonly Carrier[] {
  return carriers
}

type Column = { table: string; column: string }

/**
 * A carrier for rows that simply belong to a person (orders, messages, attributions): a merge gives them to the survivor and remembers
 * which, an un-merge gives exactly those back. Each table needs an `id`. Where a unique key holds the person, write your own.
 */
export function rowsCarrier(of: {
  name: string
  columns: readonly Column[]
  erase?: Carrier['erase']
  export?: Carrier['export']
}): Carrier {
  return {
    name: of.name,
    columns: of.columns,
    async preview(_ctx, { fromId }) {
      const counts: Record<string, unknown> = {}
      for (const { table, column } of of.columns)
        counts[table] = Number(
          (await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM ${sql.id(table)} WHERE ${sql.id(column)} = ${fromId}`))[0]
            ?.n ?? 0,
        )
      return counts
    },
    async merge(_ctx, { fromId, toId, mergeId }) {
      for (const column of of.columns) await carryRows(column, { fromId, toId, mergeId })
    },
    async unmerge(_ctx, { fromId, mergeId }) {
      for (const column of of.columns) await carryRowsBack(column, { fromId, mergeId })
    },
    export: of.export ?? (async (_ctx, personId) => exportRows(of.columns, personId)),
    erase: of.erase ?? (async () => undefined),
  }
}

/** Gives the rows of one person to another and remembers which they were. */
export async function carryRows(
  { table, column }: Column,
  { fromId, toId, mergeId }: { fromId: number; toId: number; mergeId: number },
): Promise<void> {
  await run(
    sql`INSERT INTO merge_moves (merge_id, table_name, column_name, row_id) SELECT ${mergeId}, ${table}, ${column}, id FROM ${sql.id(table)} WHERE ${sql.id(column)} = ${fromId} ORDER BY id`,
  )
  await run(sql`UPDATE ${sql.id(table)} SET ${sql.id(column)} = ${toId} WHERE ${sql.id(column)} = ${fromId}`)
}

/** Gives back what `carryRows` of this merge moved; later merges then no longer hold those rows. */
export async function carryRowsBack(
  { table, column }: Column,
  { fromId, mergeId }: { fromId: number; mergeId: number },
): Promise<void> {
  const moved = sql`SELECT row_id FROM merge_moves WHERE merge_id = ${mergeId} AND table_name = ${table} AND column_name = ${column}`
  await run(sql`UPDATE ${sql.id(table)} SET ${sql.id(column)} = ${fromId} WHERE id IN (${moved})`)
  // MySQL cannot read the table it deletes from in a plain subquery; through a derived table it can.
  await run(
    sql`DELETE FROM merge_moves WHERE table_name = ${table} AND column_name = ${column} AND merge_id > ${mergeId} AND row_id IN (SELECT row_id FROM (${moved}) AS moved)`,
  )
}

const EXPORT_ROWS_MAX = 10_000

async function exportRows(columns: readonly Column[], personId: number): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const { table, column } of columns)
    found[table] = await rows(sql`SELECT * FROM ${sql.id(table)} WHERE ${sql.id(column)} = ${personId} LIMIT ${EXPORT_ROWS_MAX}`)
  return found
}

export type { Carrier, Ctx }
