/** `npm run bench [-- name ...]`: starts its own server on MariaDB + Redis + embedded ClickHouse, measures, prints a table, writes JSON. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { importOrders, sendMessages } from './background.ts'
import { resolveIdentity } from './identity.ts'
import { acknowledgeCallbacks, claimCoupons, type Row } from './measures.ts'
import { type BenchProduct, startProduct } from './product.ts'

const measures: Record<string, (product: BenchProduct) => Promise<Row>> = {
  identity: resolveIdentity,
  callbacks: acknowledgeCallbacks,
  claims: claimCoupons,
  import: importOrders,
  messages: sendMessages,
}

const wanted = process.argv.slice(2)
const unknown = wanted.find(name => !(name in measures))
if (unknown) {
  console.error(`no measure "${unknown}"; there are: ${Object.keys(measures).join(', ')}`)
  process.exit(1)
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'cpu'}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}`
console.log(`\nBench on ${machine}; the load generator shares the cores\n`)
const rows: Row[] = []
for (const name of wanted.length > 0 ? wanted : Object.keys(measures)) {
  // A fresh server each: no measure runs on the leavings of another.
  let product: BenchProduct | null = null
  try {
    product = await startProduct()
    const row = await measures[name]!(product)
    rows.push(row)
    console.log(`${row.isReached ? '✓' : '✗'} ${row.what}\n    ${row.reached}   (target ${row.target})`)
    for (const note of row.notes ?? []) console.log(`    ${note}`)
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
