import { coresText } from './cpu.ts'
import { load } from './http-load.ts'
import { caller, type Row, settled, whole } from './measures.ts'
import type { BenchProduct } from './product.ts'

const TRACKS_PER_CALL = 1_000
const PEOPLE = 20_000
const TARGET_PER_SECOND = 20_000
const VISIBLE_MS = 1_000
const BURST_CALLS = 300
const PACED_CALLS = 300

/**
 * Another system sends tracks of members in batches; they count when ClickHouse answers with them, where segments look. Twice: at the pace of the target, for
 * how soon they are visible, and as fast as they are taken.
 */
export async function collectTracks(product: BenchProduct): Promise<Row> {
  const { call, world } = await caller(product)
  const { personIds } = await product.act<{ personIds: number[] }>('makeMembers', { count: PEOPLE })
  const { secret } = await call<{ secret: string }>('apiKeys.create', {
    name: 'bench',
    scopes: ['tracks.collect'],
    brandIds: [world.brandId],
    storeId: null,
  })
  const headers = { 'Content-Type': 'application/json', 'X-Api-Key': secret }
  const send = (name: string, calls: number, perSecond?: number) =>
    sendTracks(product, { bodies: bodiesOf(name, calls, personIds), headers, ...(perSecond ? { perSecond } : {}) })
  await send('warm', 20)
  const paced = await send('paced', PACED_CALLS, TARGET_PER_SECOND / TRACKS_PER_CALL)
  const burst = await send('burst', BURST_CALLS)
  const isWhole = [paced, burst].every(run => run.accepted === run.total && run.kept === run.total)
  return {
    what: `Tracks collected over HTTP, ${whole(TRACKS_PER_CALL)} per call`,
    reached: `at ${whole(paced.perSecond)}/s visible at most ${whole(paced.lagMsMax)} ms later; ${whole(burst.perSecond)}/s accepted in a burst; ${isWhole ? 'none' : 'SOME'} lost`,
    target: '20,000/s, visible within 1 s, none lost',
    isReached: isWhole && paced.lagMsMax <= VISIBLE_MS && paced.perSecond > TARGET_PER_SECOND * 0.98,
    notes: [
      `cores at that pace: ${coresText(paced.cores)}`,
      `the burst: all stored after ${burst.doneSeconds.toFixed(1)} s, ${whole(burst.total / burst.doneSeconds)}/s through to ClickHouse`,
    ],
    detail: { paced, burst },
  }
}

function bodiesOf(name: string, calls: number, personIds: readonly number[]): string[] {
  const occurredAt = new Date().toISOString()
  return Array.from({ length: calls }, (_, at) =>
    JSON.stringify({
      tracks: Array.from({ length: TRACKS_PER_CALL }, (_, index) => ({
        name: 'page_view',
        occurredAt,
        messageId: `bench-${name}-${at}-${index}`,
        personId: personIds[(at * TRACKS_PER_CALL + index) % PEOPLE],
        properties: { page: `pages/goods/${index % 50}`, title: '商品详情', durationMs: index * 7 },
      })),
    }),
  )
}

async function sendTracks(
  product: BenchProduct,
  of: { bodies: readonly string[]; headers: Record<string, string>; perSecond?: number },
) {
  const { bodies, headers, perSecond } = of
  await settled(product)
  const before = await stored(product)
  const total = bodies.length * TRACKS_PER_CALL
  const acceptedAt: { atMs: number; count: number }[] = []
  let accepted = 0
  const startedAt = performance.now()
  let isOver = false
  let lagMsMax = 0
  // While it runs: when was as much accepted as is visible now?
  const watching = (async () => {
    for (;;) {
      const asked = performance.now()
      const visible = (await stored(product)) - before
      const first = acceptedAt.find(one => one.count > visible)
      if (first) lagMsMax = Math.max(lagMsMax, asked - startedAt - first.atMs)
      if (isOver && visible >= total) return
      if (asked - startedAt > 300_000) throw new Error(`after five minutes ${visible} of ${total} tracks are stored`)
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  })()
  const { result, cores } = await product.watching(() =>
    load({
      port: product.port,
      total: bodies.length,
      connections: 8,
      ...(perSecond ? { perSecond } : {}),
      request: index => ({ path: '/api/tracks.collect', headers, body: bodies[index] ?? '' }),
      onAnswer: (_, answer) => {
        if (answer.status !== 200) return
        accepted += (JSON.parse(answer.body) as { data: { accepted: number } }).data.accepted
        acceptedAt.push({ atMs: answer.atMs, count: accepted })
      },
    }),
  )
  isOver = true
  await watching
  const doneSeconds = (performance.now() - startedAt) / 1000
  const kept = (await stored(product)) - before
  return { ...result, cores, total, accepted, kept, lagMsMax, doneSeconds, perSecond: accepted / result.seconds }
}

async function stored(product: BenchProduct): Promise<number> {
  return product.act<number>('storedTracks')
}

const TIMELINE_MS = 100
const ASKED = 40

/** One person's timeline among very many tracks (`BENCH_TRACKS`, 10 million unless told): the newest page and the one behind it. */
export async function readTimelines(product: BenchProduct): Promise<Row> {
  const { call } = await caller(product)
  const { personIds } = await product.act<{ personIds: number[] }>('makeMembers', { count: 200 })
  const count = Number(process.env.BENCH_TRACKS ?? 10_000_000)
  await product.act('fillTracks', { count, personIds })
  type Page = { items: unknown[]; nextBefore: string | null; nextBeforeId: string | null }
  const times: number[] = []
  let seen = 0
  for (const personId of personIds.slice(0, ASKED)) {
    const ask = async (more: object) => {
      const at = performance.now()
      const page = await call<Page>('tracks.timeline', { personId, names: ['page_view'], limit: 50, ...more })
      times.push(performance.now() - at)
      seen += page.items.length
      return page
    }
    const first = await ask({})
    if (first.nextBefore) await ask({ before: first.nextBefore, beforeId: first.nextBeforeId })
  }
  times.sort((a, b) => a - b)
  const at = (part: number) => Math.round(times[Math.floor((times.length - 1) * part)] ?? 0)
  return {
    what: `A page of one person's timeline, ${whole(count)} tracks stored`,
    reached: `median ${at(0.5)} ms, p95 ${at(0.95)} ms, slowest ${at(1)} ms`,
    target: 'under 100 ms',
    isReached: at(0.95) < TIMELINE_MS && seen > 0,
    detail: { count, asked: times.length, seen, p50: at(0.5), p95: at(0.95), max: at(1) },
  }
}
