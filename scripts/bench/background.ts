import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { coresText } from './cpu.ts'
import { caller, type Row, settled, whole } from './measures.ts'
import type { BenchProduct } from './product.ts'

const LINES = 300_000
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** A file of order lines, uploaded and imported as an operator does it. `BENCH_ORDERS_FILE` or the real file beside the repository, else made up. */
export async function importOrders(product: BenchProduct): Promise<Row> {
  const { world, call } = await caller(product)
  const { name, body } = ordersFile()
  const response = await fetch(`http://127.0.0.1:${product.port}/api/imports.upload?kind=orders&fileName=${name}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${world.token}`, 'X-Brand-Id': String(world.brandId) },
    body: new Uint8Array(body),
  })
  const { importId } = ((await response.json()) as { data: { importId: number } }).data
  const { suggestedMapping: mapping } = await call<{ suggestedMapping: Record<string, string> }>('imports.preview', { importId })
  type Progress = { status: string; readRows: number; acceptedRows: number; rejectedRows: number; error: string }
  const { result, residentMbMax, cores, seconds } = await product.watching(async () => {
    await call('imports.start', { importId, mapping, options: { currency: 'GBP', platform: 'uci' } })
    for (;;) {
      await wait(250)
      const now = await call<Progress>('imports.get', { importId })
      if (!['queued', 'running'].includes(now.status)) return now
    }
  })
  const perSecond = result.readRows / seconds
  return {
    what: `Import order lines (${whole(result.readRows)} lines of ${name})`,
    reached: `${whole(perSecond)} lines/s, ${residentMbMax} MB resident, ${whole(result.rejectedRows)} refused`,
    target: '20,000/s, < 1,024 MB',
    isReached: result.status === 'finished' && perSecond >= 20_000 && residentMbMax < 1024,
    notes: [`cores: ${coresText(cores)}`],
    detail: { ...result, seconds, perSecond, residentMbMax, cores },
  }
}

function ordersFile(): { name: string; body: Buffer } {
  const path =
    process.env.BENCH_ORDERS_FILE ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'online_retail.csv.gz')
  if (existsSync(path)) return { name: 'online_retail.csv', body: gunzipSync(readFileSync(path)) }
  const lines = ['InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country']
  for (let line = 0; line < LINES; line++) {
    const order = Math.floor(line / 20)
    const day = String(1 + (order % 28)).padStart(2, '0')
    lines.push(
      `${536365 + order},P${line % 4000},PRODUCT ${line % 4000},${1 + (line % 6)},2025-${String(1 + (order % 12)).padStart(2, '0')}-${day} 10:00:00,${1 + (line % 90) / 10},${12000 + (order % 4300)},China`,
    )
  }
  return { name: 'made-up.csv', body: Buffer.from(lines.join('\n')) }
}

/** One campaign of a service notice to followers: gate, render, call, settle, for each. */
export async function sendMessages(product: BenchProduct): Promise<Row> {
  const { world, call } = await caller(product)
  const count = 10_000
  const { personIds } = await product.act<{ personIds: number[] }>('makeFollowers', { count })
  await call('reachSettings.update', { holdSeconds: 0 })
  type Template = { templateId: string; title: string; fields: { key: string; label: string }[] }
  const connections = await call<{ id: number; externalId: string; config: { templates?: Template[] } }[]>('connections.list', {})
  const account = connections.find(one => one.externalId === world.officialAppId)
  const template = account?.config.templates?.find(one => one.title === '优惠券到期提醒')
  if (!account || !template) throw new Error('the simulator has no template to send')
  const { id: templateId } = await call<{ id: number }>('messageTemplates.create', {
    channel: 'template',
    connectionId: account.id,
    purpose: 'service',
    ...template,
  })
  const segment = await call<{ id: number }>('segments.create', { kind: 'static', name: '全部', personIds })
  await settled(product)
  const values = Object.fromEntries(
    template.fields.map(field => [field.key, field.key.startsWith('time') ? '2026-12-01 10:00' : '{{ person.name }}']),
  )
  const { id: campaignId } = await call<{ id: number }>('campaigns.create', {
    name: '到期提醒',
    templateId,
    segmentId: segment.id,
    content: { values },
  })
  const { result, cores } = await product.watching(async () => {
    const startedAt = performance.now()
    await call('campaigns.send', { campaignId })
    let firstAt = 0
    for (;;) {
      await wait(100)
      const { status, counts } = await call<{ status: string; counts: { sent: number; delivered: number; failed: number } }>(
        'campaigns.get',
        { campaignId },
      )
      const sent = counts.sent
      if (sent > 0 && firstAt === 0) firstAt = performance.now()
      if (status === 'done')
        return { ...counts, sent, seconds: (performance.now() - firstAt) / 1000, untilFirst: (firstAt - startedAt) / 1000 }
      if (performance.now() - startedAt > 180_000) throw new Error(`after 180 s ${sent} of ${count} were sent`)
    }
  })
  const perSecond = result.sent / result.seconds
  return {
    what: `Template messages to the simulator (${whole(count)} people)`,
    reached: `${whole(perSecond)}/s, ${whole(result.sent)} sent`,
    target: '1,000/s',
    isReached: perSecond >= 1000 && result.sent === count,
    notes: [`cores: ${coresText(cores)}`],
    detail: { ...result, perSecond, cores },
  }
}
