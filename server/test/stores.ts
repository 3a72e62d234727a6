import { afterAll, beforeAll } from 'vitest'
import { setClock } from '../src/core/clock.ts'
import { closeDatabase } from '../src/core/stores/database.ts'
import { type Migration, runMigrations } from '../src/core/stores/migrate.ts'
import { redis } from '../src/core/stores/redis.ts'
import { runOnce, type WorkerDef } from '../src/core/work/worker.ts'

/** The stores alone, without the product: for tests of core. */
export function useStores(migrations: readonly Migration[]): void {
  beforeAll(() => runMigrations(migrations))
  afterAll(async () => {
    setClock(null)
    await redis.close()
    await closeDatabase()
  })
}

/** Runs these workers until nothing is due; answers how many rows there were. */
export async function drain(workers: readonly WorkerDef[]): Promise<number> {
  let total = 0
  for (let round = 0; round < 200; round += 1) {
    let count = 0
    for (const worker of workers) count += await runOnce(worker)
    total += count
    if (count === 0) return total
  }
  throw new Error('work does not settle')
}
