/** The process of the audience bench: its own stores in DATA_DIR, rows of results to its parent. */
import { migrate, wire } from '../../../server/src/app/product.ts'
import { clickhouse, closeDatabase, config, setClock } from '../../../server/src/core/index.ts'
import { measureAudience } from './measures.ts'
import { makeWorld } from './world.ts'

const people = Number(process.env.BENCH_PEOPLE)
const now = new Date('2026-11-01T08:00:00.000Z')
const startedAt = performance.now()
const say = (what: string) => console.log(`    ${((performance.now() - startedAt) / 1000).toFixed(0)} s  ${what}`)

setClock(now)
wire()
await migrate()
const [there] = await clickhouse.query<{ n: number }>("SELECT count() AS n FROM facts_settled WHERE name = 'inBrand'")
if (there?.n !== people) {
  const tracks = await makeWorld(people, now, say)
  say(`${people.toLocaleString('en')} people with ${tracks.toLocaleString('en')} tracks in ${config.dataDir}`)
}
// The data may be made while the machine is busy, and measured later.
if (process.env.BENCH_ONLY_DATA !== '1') {
  const rows = await measureAudience(people, now, say)
  process.send?.(rows)
}
await clickhouse.close()
await closeDatabase()
process.exit(0)
