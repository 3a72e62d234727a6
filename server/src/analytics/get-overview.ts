import type { analytics, InputOf, Metric } from '@banyan/shared'
import { addDays, brandScope, type Ctx, dayIn, refused, say, shiftDay, startOfDay, type Words } from '../core/index.ts'
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

const METRICS: Record<Measure['key'], { name: Words; unit: Metric['unit']; link: string }> = {
  people: { name: ['新增客户', 'New people'], unit: 'people', link: '/people?sort=-createdAt' },
  joins: { name: ['新会员', 'New members'], unit: 'people', link: '/members?sort=-joinedAt' },
  adds: { name: ['新增企微好友', 'New WeCom contacts'], unit: 'people', link: '/live-codes/report' },
  claims: { name: ['领券', 'Coupons claimed'], unit: 'count', link: '/coupons/claims' },
  redemptions: { name: ['核销', 'Coupons redeemed'], unit: 'count', link: '/coupons/claims?status=used' },
  orders: { name: ['订单', 'Orders'], unit: 'count', link: '/orders' },
  messages: { name: ['送出消息', 'Messages sent'], unit: 'count', link: '/messages' },
}

/** What happened since yesterday, what needs me, is anything broken. Throws overview.rangeTooLong. */
export async function getOverview(ctx: Ctx, input: InputOf<(typeof analytics)['overview.get']>) {
  const today = dayIn(ctx.now)
  const to = input.to ?? today
  const from = input.from ?? shiftDay(to, 1 - DAYS_DEFAULT)
  const days = daysBetween(from, to)
  if (days.length === 0 || days.length > DAYS_MAX) throw refused('overview.rangeTooLong', { field: 'to' })
  const brandIds = brandScope(ctx)
  const span = { from: startOfDay(from), to: startOfDay(shiftDay(to, 1)), brandIds, ctx }
  const before = { from: startOfDay(shiftDay(from, -days.length)), to: span.from, brandIds, ctx }
  const todaySoFar = { from: startOfDay(today), to: ctx.now, brandIds, ctx }
  const yesterday = { from: startOfDay(shiftDay(today, -1)), to: addDays(ctx.now, -1), brandIds, ctx }
  return {
    from,
    to,
    generatedAt: ctx.now,
    today: await metricsOf(ctx, todaySoFar, yesterday),
    deltas: await metricsOf(ctx, span, before),
    trend: await trendOf(days, span),
    needs: await needsOf(ctx),
    alarms: await alarmsOf(ctx),
    totals: { ...(await totalsOf(ctx, await countPeople(ctx))), reachableBySubscribe: await reachableBySubscribe(ctx) },
    topStores: await storeLines(ctx, span),
  }
}

type Span = Parameters<typeof countIn>[1]

async function metricsOf(ctx: Ctx, now: Span, before: Span): Promise<Metric[]> {
  const metrics: Metric[] = []
  for (const measure of MEASURES) {
    const { name, unit, link } = METRICS[measure.key]
    metrics.push(metric(measure.key, say(ctx, ...name), unit, await countIn(measure, now), await countIn(measure, before), link))
  }
  const [sales, salesBefore] = [await salesIn(now), await salesIn(before)]
  metrics.push(metric('amountFen', say(ctx, '成交额', 'Sales'), 'fen', sales.amountFen, salesBefore.amountFen, '/orders'))
  metrics.push(metric('buyers', say(ctx, '购买人数', 'Buyers'), 'people', sales.buyers, salesBefore.buyers, '/orders'))
  return metrics
}

function metric(key: string, name: string, unit: Metric['unit'], value: number, previous: number, link: string): Metric {
  return { key, name, unit, value, previous, deltaRatio: previous === 0 ? null : (value - previous) / previous, link }
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

async function storeLines(ctx: Ctx, span: Span) {
  const top = await topStores(span, STORES_SHOWN)
  const stores = await storesByIds(top.map(one => one.storeId))
  const joins = await joinsByStore(
    span,
    top.map(one => one.storeId),
  )
  return top.map(one => ({
    ...one,
    name: stores.get(one.storeId)?.name ?? say(ctx, `门店 ${one.storeId}`, `Store ${one.storeId}`),
    joins: joins.get(one.storeId) ?? 0,
  }))
}

function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = from; day <= to && days.length <= DAYS_MAX; day = shiftDay(day, 1)) days.push(day)
  return days
}
