import { load } from './http-load.ts'
import { caller, type Row, settled, whole } from './measures.ts'
import type { BenchProduct } from './product.ts'

const TRACKS_PER_CALL = 1_000
const CALLS = 400
const PEOPLE = 20_000
const VISIBLE_MS = 1_000

/** Another system sends tracks of members in batches; they count when ClickHouse answers with them, where segments look. */
export async function collectTracks(product: BenchProduct): Promise<Row> {
  const { call, world } = await caller(product)
  const { personIds } = await product.act<{ personIds: number[] }>('makeMembers', { count: PEOPLE })
  const { secret } = await call<{ secret: string }>('apiKeys.create', {
    name: 'bench',
    scopes: ['tracks.collect'],
    brandIds: [world.brandId],
    storeId: null,
  })
  const occurredAt = new Date().toISOString()
  const bodies = Array.from({ length: CALLS }, (_, at) =>
    JSON.stringify({
      tracks: Array.from({ length: TRACKS_PER_CALL }, (_, index) => ({
        name: 'page_view',
        occurredAt,
        messageId: `bench-${at}-${index}`,
        personId: personIds[(at * TRACKS_PER_CALL + index) % PEOPLE],
        properties: { page: `pages/goods/${index % 50}`, title: '商品详情', durationMs: index * 7 },
      })),
    }),
  )
  await settled(product)
  const before = await stored(product)
  let accepted = 0
  const acceptedAt: { atMs: number; count: number }[] = []
  const startedAt = performance.now()
  let isOver = false
  let lagMsMax = 0
  const total = CALLS * TRACKS_PER_CALL
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
      total: CALLS,
      connections: 8,
      request: index => ({
        path: '/api/tracks.collect',
        headers: { 'Content-Type': 'application/json', 'X-Api-Key': secret },
        body: bodies[index] ?? '',
      }),
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
  const perSecond = accepted / result.seconds
  return {
    what: `Tracks collected over HTTP, ${whole(TRACKS_PER_CALL)} per call`,
    reached: `${whole(perSecond)} accepted/s, visible at most ${whole(lagMsMax)} ms later, ${whole(kept)} of ${whole(total)} stored`,
    target: '20,000/s, visible within 1 s, none lost',
    isReached: perSecond >= 20_000 && lagMsMax <= VISIBLE_MS && kept === total && accepted === total,
    notes: [`all stored after ${doneSeconds.toFixed(1)} s: ${whole(total / doneSeconds)}/s through to ClickHouse`],
    detail: { ...result, cores, accepted, kept, lagMsMax, doneSeconds },
  }
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
