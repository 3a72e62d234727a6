import { type Ctx, dayIn, mustSeeBrand, refused, startOfDay } from '../core/index.ts'
import { type ResolveCall, resolveMany } from '../identity/index.ts'
import { joinMany } from '../members/index.ts'
import { type ImportRow, importKind, type Reject, storesOf } from '../platform/index.ts'
import type { BulkLine, BulkOrder } from './bulk-order.ts'
import { recordOrders } from './record-orders.ts'
import { goods, reasons } from './words.ts'

const BATCH_ROWS = 4000

/**
 * Orders from a file, one row per line of an order. Rows that follow each other with the same order number are one order. A negative
 * quantity is a return, an order number starting with C a cancellation: both are kept as documents of their own with negative amounts.
 * Rows without a customer are orders without a person. A row that cannot be read refuses its whole order: no half order stays.
 */
export const ordersImport = importKind({
  name: 'orders',
  zh: '订单',
  en: 'Orders',
  fields: [
    {
      key: 'orderNo',
      zh: '订单号',
      en: 'Order number',
      isRequired: true,
      aliases: ['InvoiceNo', 'Invoice', '订单编号', '单号', 'order_no', 'order id'],
    },
    {
      key: 'paidAt',
      zh: '付款时间',
      en: 'Paid at',
      isRequired: true,
      aliases: ['InvoiceDate', '下单时间', '支付时间', '日期', 'date', 'paid_at'],
    },
    { key: 'quantity', zh: '数量', en: 'Quantity', isRequired: true, aliases: ['Quantity', '件数', 'qty'] },
    { key: 'unitPrice', zh: '单价（元）', en: 'Unit price', isRequired: true, aliases: ['UnitPrice', 'Price', '单价', '价格'] },
    { key: 'sku', zh: '商品编码', en: 'SKU', isRequired: false, aliases: ['StockCode', '货号', '编码', 'sku'] },
    { key: 'name', zh: '商品名称', en: 'Product', isRequired: false, aliases: ['Description', '商品', '品名', 'product'] },
    { key: 'discount', zh: '优惠（元）', en: 'Discount', isRequired: false, aliases: ['折扣', '优惠金额', 'discount'] },
    {
      key: 'customer',
      zh: '客户编号',
      en: 'Customer',
      isRequired: false,
      aliases: ['CustomerID', 'Customer ID', '会员编号', '买家', 'customer_id'],
    },
    { key: 'phone', zh: '手机号', en: 'Phone', isRequired: false, aliases: ['电话', '手机', 'mobile', 'phone'] },
    { key: 'store', zh: '门店编码', en: 'Store code', isRequired: false, aliases: ['门店', 'store'] },
    { key: 'country', zh: '国家', en: 'Country', isRequired: false, aliases: ['Country', '地区'] },
  ],
  groupBy: 'orderNo',
  batchRows: BATCH_ROWS,
  async begin(ctx, options) {
    optionsOf(ctx, options)
  },
  async runBatch(ctx, rows, options) {
    return takeRows(ctx, rows, optionsOf(ctx, options))
  },
})

type Options = { brandId: number; platform: string; currency: string; earnsPoints: boolean; joinsMembers: boolean }

/** `platform` names where the customer numbers come from, `currency` what the amounts are in; amounts are kept as given, times 100. */
function optionsOf(ctx: Ctx, options: Record<string, unknown>): Options {
  const brandId = ctx.brandId ?? Number(options.brandId ?? 0)
  if (!Number.isSafeInteger(brandId) || brandId <= 0)
    throw refused('input.invalid', { field: 'brandId', reason: reasons.chooseBrand() })
  mustSeeBrand(ctx, brandId)
  const currency = String(options.currency ?? 'CNY').toUpperCase()
  if (!/^[A-Z]{3}$/.test(currency)) throw refused('input.invalid', { field: 'currency', reason: reasons.currency() })
  return {
    brandId,
    currency,
    platform: String(options.platform ?? 'import').slice(0, 40),
    earnsPoints: options.earnsPoints === true,
    joinsMembers: options.joinsMembers === true,
  }
}

type Read = {
  line: number
  orderNo: string
  paidAt: Date
  detail: BulkLine
  customer: string
  phone: string
  store: string
  country: string
}

async function takeRows(ctx: Ctx, rows: readonly ImportRow[], options: Options): Promise<{ rejects: Reject[] }> {
  const rejects: Reject[] = []
  const groups = new Map<string, Read[]>()
  const broken = new Map<string, number>()
  const linesOf = new Map<string, number[]>()
  for (const row of rows) {
    const orderNo = row.values.orderNo ?? ''
    const read = readRow(row)
    linesOf.set(orderNo, [...(linesOf.get(orderNo) ?? []), row.line])
    if ('code' in read) {
      rejects.push(read)
      broken.set(orderNo, broken.get(orderNo) ?? row.line)
    } else {
      const group = groups.get(orderNo)
      if (group) group.push(read)
      else groups.set(orderNo, [read])
    }
  }
  for (const [orderNo, at] of broken) {
    for (const read of groups.get(orderNo) ?? [])
      rejects.push({ line: read.line, code: 'order.otherLineBroken', reason: reasons.otherLine({ line: at }) })
    groups.delete(orderNo)
  }
  const stores = await storeIdsOf(options.brandId, groups, rejects)
  const people = await peopleOf(ctx, options, [...groups.values()])
  const list = [...groups].map(
    ([orderNo, reads]): BulkOrder =>
      orderOf(orderNo, reads, options, people.get(orderNo) ?? null, stores.get(reads[0]?.store ?? '') ?? null),
  )
  const outcome = await recordOrders(ctx, options.brandId, list, {
    earnsPoints: options.earnsPoints,
    importRun: ctx.requestId.slice(0, 24),
  })
  for (const orderNo of outcome.refused)
    for (const line of linesOf.get(orderNo) ?? []) rejects.push({ line, code: 'order.duplicate', reason: reasons.duplicate() })
  return { rejects }
}

function orderOf(
  orderNo: string,
  reads: readonly Read[],
  options: Options,
  person: Person | null,
  storeId: number | null,
): BulkOrder {
  const [first] = reads
  const amount = reads.reduce((sum, read) => sum + (read.detail.amountFen ?? 0), 0)
  const isBack = amount < 0 || reads.every(read => read.detail.quantity < 0)
  const kind = /^c\d/i.test(orderNo) ? 'cancellation' : isBack ? 'return' : 'purchase'
  return {
    orderNo,
    kind,
    storeId,
    personId: person?.personId ?? null,
    homeId: person?.homeId ?? null,
    paidAt: first?.paidAt ?? new Date(0),
    currency: options.currency,
    source: 'import',
    lines: reads.map(read => read.detail),
  }
}

type Person = { personId: number; homeId: number }

/** The buyer of each order: the first row that names one. */
async function peopleOf(ctx: Ctx, options: Options, groups: readonly (readonly Read[])[]): Promise<Map<string, Person>> {
  const calls = new Map<string, ResolveCall & { orderNos: string[] }>()
  for (const reads of groups) {
    const named = reads.find(read => read.customer || read.phone)
    const [first] = reads
    if (!named || !first) continue
    const key = `${named.customer}\0${named.phone}`
    const known = calls.get(key)
    if (known) {
      known.orderNos.push(first.orderNo)
      continue
    }
    const identifiers = [
      ...(named.customer ? [{ type: 'thirdParty', scope: options.platform, value: named.customer }] : []),
      ...(named.phone ? [{ type: 'phone', scope: '', value: named.phone }] : []),
    ]
    calls.set(key, {
      identifiers,
      brandId: options.brandId,
      occurredAt: first.paidAt,
      source: 'import:orders',
      ...(named.country ? { profile: { country: named.country } } : {}),
      orderNos: [first.orderNo],
    })
  }
  const list = [...calls.values()]
  const answers = await resolveMany(ctx, list)
  const people = new Map<string, Person>()
  list.forEach(({ orderNos }, index) => {
    const answer = answers[index]
    if (answer && answer.personId !== null)
      for (const orderNo of orderNos) people.set(orderNo, { personId: answer.personId, homeId: answer.homeId })
  })
  if (options.joinsMembers) {
    const joining = new Map(
      [...people.values()].map(person => [
        person.personId,
        { personId: person.personId, homeId: person.homeId, channel: 'import' },
      ]),
    )
    await joinMany(ctx, options.brandId, [...joining.values()], { isHistorical: true, joinPoints: 0 })
  }
  return people
}

async function storeIdsOf(brandId: number, groups: Map<string, Read[]>, rejects: Reject[]): Promise<Map<string, number>> {
  if (![...groups.values()].some(reads => reads.some(read => read.store))) return new Map()
  const stores = await storesOf(brandId)
  const ids = new Map(stores.flatMap(store => [[store.code, store.id] as const, [store.name, store.id] as const]))
  for (const [orderNo, reads] of groups) {
    const unknown = reads.find(read => read.store && !ids.has(read.store))
    if (!unknown) continue
    for (const read of reads)
      rejects.push({ line: read.line, code: 'order.storeUnknown', reason: reasons.storeUnknown({ store: unknown.store }) })
    groups.delete(orderNo)
  }
  return ids
}

function readRow({ line, values }: ImportRow): Read | Reject {
  const bad = (code: string, reason: string): Reject => ({ line, code, reason })
  const orderNo = values.orderNo ?? ''
  if (!orderNo || orderNo.length > 64) return bad('order.badNumber', reasons.badNumber())
  const paidAt = readInstant(values.paidAt ?? '')
  if (!paidAt) return bad('order.badDate', reasons.badDate({ value: values.paidAt ?? '' }))
  const quantity = readNumber(values.quantity ?? '')
  if (quantity === null || !Number.isInteger(quantity) || quantity === 0 || Math.abs(quantity) > 1_000_000)
    return bad('order.badQuantity', reasons.badQuantity({ value: values.quantity ?? '' }))
  const price = readNumber(values.unitPrice ?? '')
  if (price === null || Math.abs(price) > 100_000_000)
    return bad('order.badPrice', reasons.badPrice({ value: values.unitPrice ?? '' }))
  const discount = values.discount ? readNumber(values.discount) : 0
  if (discount === null || discount < 0) return bad('order.badDiscount', reasons.badDiscount({ value: values.discount ?? '' }))
  const discountFen = Math.round(discount * 100)
  const detail: BulkLine = {
    lineNo: line,
    sku: (values.sku ?? '').slice(0, 64),
    name: (values.name || values.sku || goods.nameless()).slice(0, 200),
    quantity,
    unitPriceFen: Math.round(price * 100),
    discountFen,
    amountFen: Math.round(quantity * price * 100) - discountFen,
  }
  return {
    line,
    orderNo,
    paidAt,
    detail,
    customer: values.customer ?? '',
    phone: values.phone ?? '',
    store: values.store ?? '',
    country: (values.country ?? '').slice(0, 60),
  }
}

/** `1,234.50`, `¥12`; null when it is not a number. */
export function readNumber(text: string): number | null {
  const plain = text.replace(/[,\s¥￥]/g, '')
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null
}

/** ISO with an offset, or a day with a time of the brand's zone: `2026-11-22 18:30:00`, `2026/11/22`, `12/1/2010 8:26`, `20261122`. */
export function readInstant(text: string): Date | null {
  if (/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(text)) {
    const at = new Date(text)
    return Number.isNaN(at.getTime()) ? null : at
  }
  const yearFirst = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$/.exec(text)
  const monthFirst = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text)
  const [, a = '', b = '', c = '', hour = '0', minute = '0', second = '0'] = yearFirst ?? monthFirst ?? []
  if (!a) return null
  const [year, month, date] = yearFirst ? [a, b, c] : [c, a, b]
  const day = `${year}-${month?.padStart(2, '0')}-${date?.padStart(2, '0')}`
  const start = startOfDayCached(day)
  if (!start || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null
  return new Date(start + (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000)
}

const days = new Map<string, number | null>()

/** A file has few days and many rows. */
function startOfDayCached(day: string): number | null {
  const known = days.get(day)
  if (known !== undefined) return known
  // Month 13 is no instant at all, and no zone has an offset for it.
  const start = Number.isNaN(Date.parse(day)) ? null : startOfDay(day)
  const value = start === null || dayIn(start) !== day ? null : start.getTime()
  if (days.size > 5000) days.clear()
  days.set(day, value)
  return value
}
