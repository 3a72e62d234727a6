import type { analytics, InputOf, Metric } from '@banyan/shared'
import { addDays, brandScope, type Ctx, dayIn, refused, shiftDay, startOfDay } from '../core/index.ts'
import { countPeople } from '../identity/index.ts'
import { reachableBySubscribe } from '../messaging/index.ts'
import { storesByIds } from '../platform/index.ts'
import { alarmsOf, needsOf } from './attention.ts'
import {
  countByDay,
  countIn,
  joinsByStore,
  MEASURES,
  type Measure,
  salesByDay,
  salesIn,
  topStores,
  totalsOf,
} from './count-days.ts'

const DAYS_MAX = 366
const DAYS_DEFAULT = 30
const STORES_SHOWN = 12

const WORDS: Record<Measure['key'], { zh: string; unit: Metric['unit']; link: string }> = {
  people: { zh: '新增客户', unit: 'people', link: '/people?sort=-createdAt' },
  joins: { zh: '新会员', unit: 'people', link: '/members?sort=-joinedAt' },
  adds: { zh: '新增企微好友', unit: 'people', link: '/live-codes/report' },
  claims: { zh: '领券', unit: 'count', link: '/coupons/claims' },
  redemptions: { zh: '核销', unit: 'count', link: '/coupons/claims?status=used' },
  orders: { zh: '订单', unit: 'count', link: '/orders' },
  messages: { zh: '送出消息', unit: 'count', link: '/messages' },
}

/** What happened since yesterday, what needs me, is anything broken. Throws overview.rangeTooLong. */
export async function getOverview(ctx: Ctx, input: InputOf<(typeof analytics)['overview.get']>) {
  const today = dayIn(ctx.now)
  const to = input.to ?? today
  const from = input.from ?? shiftDay(to, 1 - DAYS_DEFAULT)
  const days = daysBetween(from, to)
  if (days.length === 0 || days.length > DAYS_MAX) throw refused('overview.rangeTooLong', { field: 'to' })
  const brandIds = brandScope(ctx)
  const span = { from: startOfDay(from), to: startOfDay(shiftDay(to, 1)), brandIds }
  const before = { from: startOfDay(shiftDay(from, -days.length)), to: span.from, brandIds }
  const todaySoFar = { from: startOfDay(today), to: ctx.now, brandIds }
  const yesterday = { from: startOfDay(shiftDay(today, -1)), to: addDays(ctx.now, -1), brandIds }
  return {
    from,
    to,
    generatedAt: ctx.now,
    today: await metricsOf(todaySoFar, yesterday),
    deltas: await metricsOf(span, before),
    trend: await trendOf(days, span),
    needs: await needsOf(ctx),
    alarms: await alarmsOf(ctx),
    totals: { ...(await totalsOf(brandIds, await countPeople(ctx))), reachableBySubscribe: await reachableBySubscribe(brandIds) },
    topStores: await storeLines(span),
  }
}

type Span = Parameters<typeof countIn>[1]

async function metricsOf(now: Span, before: Span): Promise<Metric[]> {
  const metrics: Metric[] = []
  for (const measure of MEASURES) {
    const { zh, unit, link } = WORDS[measure.key]
    metrics.push(metric(measure.key, zh, unit, await countIn(measure, now), await countIn(measure, before), link))
  }
  const [sales, salesBefore] = [await salesIn(now), await salesIn(before)]
  metrics.push(metric('amountFen', '成交额', 'fen', sales.amountFen, salesBefore.amountFen, '/orders'))
  metrics.push(metric('buyers', '购买人数', 'people', sales.buyers, salesBefore.buyers, '/orders'))
  return metrics
}

function metric(key: string, zh: string, unit: Metric['unit'], value: number, previous: number, link: string): Metric {
  return { key, zh, unit, value, previous, deltaRatio: previous === 0 ? null : (value - previous) / previous, link }
}

async function trendOf(days: readonly string[], span: Span) {
  const counts = new Map<Measure['key'], Map<string, number>>()
  for (const measure of MEASURES) counts.set(measure.key, await countByDay(measure, span))
  const sales = await salesByDay(span)
  const on = (key: Measure['key'], day: string) => counts.get(key)?.get(day) ?? 0
  return days.map(day => ({
    day,
    people: on('people', day),
    joins: on('joins', day),
    adds: on('adds', day),
    claims: on('claims', day),
    redemptions: on('redemptions', day),
    orders: on('orders', day),
    messages: on('messages', day),
    buyers: sales.get(day)?.buyers ?? 0,
    amountFen: sales.get(day)?.amountFen ?? 0,
  }))
}

async function storeLines(span: Span) {
  const top = await topStores(span, STORES_SHOWN)
  const stores = await storesByIds(top.map(one => one.storeId))
  const joins = await joinsByStore(
    span,
    top.map(one => one.storeId),
  )
  return top.map(one => ({
    ...one,
    name: stores.get(one.storeId)?.name ?? `门店 ${one.storeId}`,
    joins: joins.get(one.storeId) ?? 0,
  }))
}

function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = from; day <= to && days.length <= DAYS_MAX; day = shiftDay(day, 1)) days.push(day)
  return days
}
