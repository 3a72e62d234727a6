/** `npm run bench [-- name ...] [--scale 1m|10m|100m]`: starts its own server on MariaDB + Redis + embedded ClickHouse, measures, prints a table, writes JSON. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureAudience, SCALES, type Scale } from './audience.ts'
import { importOrders, sendMessages } from './background.ts'
import { resolveIdentity } from './identity.ts'
import { acknowledgeCallbacks, claimCoupons, type Row } from './measures.ts'
import { type BenchProduct, startProduct } from './product.ts'
import { collectTracks, readTimelines } from './tracks.ts'

const measures: Record<string, (product: BenchProduct) => Promise<Row>> = {
  identity: resolveIdentity,
  callbacks: acknowledgeCallbacks,
  claims: claimCoupons,
  import: importOrders,
  messages: sendMessages,
  collect: collectTracks,
  timeline: readTimelines,
}

const { values, positionals: wanted } = parseArgs({
  options: { scale: { type: 'string', default: '1m' } },
  allowPositionals: true,
})
const names = [...Object.keys(measures), 'audience']
const unknown = wanted.find(name => !names.includes(name))
if (unknown || !(values.scale in SCALES)) {
  console.error(
    `no measure "${unknown ?? values.scale}"; there are: ${names.join(', ')}, and --scale ${Object.keys(SCALES).join('|')} for audience`,
  )
  process.exit(1)
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'cpu'}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}`
console.log(`\nBench on ${machine}; the load generator shares the cores\n`)
const rows: Row[] = []
const show = (row: Row) => {
  rows.push(row)
  console.log(`${row.isReached ? '✓' : '✗'} ${row.what}\n    ${row.reached}   (target ${row.target})`)
  for (const note of row.notes ?? []) console.log(`    ${note}`)
}
for (const name of wanted.length > 0 ? wanted : names) {
  if (name === 'audience') {
    for (const row of await measureAudience(values.scale as Scale)) show(row)
    continue
  }
  // A fresh server each: no measure runs on the leavings of another.
  let product: BenchProduct | null = null
  try {
    product = await startProduct()
    show(await measures[name]!(product))
  } catch (error) {
    console.error(`✗ ${name}: ${error instanceof Error ? error.message : error}`)
    rows.push({ what: name, reached: 'failed', target: '', isReached: false, detail: { error: String(error) } })
  } finally {
    await product?.stop()
  }
}
const folder = join(import.meta.dirname, '..', '..', 'bench-results')
mkdirSync(folder, { recursive: true })
const file = join(folder, `${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.json`)
writeFileSync(file, `${JSON.stringify({ machine, at: new Date().toISOString(), rows }, null, 2)}\n`)
console.log(`\n${rows.filter(row => row.isReached).length} of ${rows.length} targets reached; details in ${file}\n`)
