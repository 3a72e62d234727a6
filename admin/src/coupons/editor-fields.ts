import type { Input } from '../api/call.ts'
import { zoned } from '../format.ts'
import type { BatchDetail, Validity, Value } from './words.tsx'

type Create = Required<Omit<Input<'couponBatches.create'>, 'brandId'>>

/** The form keeps both windows as ranges; everything else is the contract's. */
export type BatchFields = Omit<Create, 'opensAt' | 'closesAt' | 'validity' | 'value'> & {
  value: Partial<Value> & { kind: Value['kind'] }
  open: [string, string]
  validity: { kind: Validity['kind']; range?: [string, string] | null; afterDays?: number; days?: number }
}

export function newFields(): BatchFields {
  const today = zoned(new Date()).startOf('day')
  return {
    name: '',
    value: { kind: 'cash' },
    thresholdFen: 0,
    stock: 1000,
    perPersonLimit: 1,
    open: [today.toISOString(), today.add(30, 'day').toISOString()],
    validity: { kind: 'relative', afterDays: 0, days: 30 },
    storeIds: [],
    priceFen: 0,
    isPublic: true,
    isMemberOnly: true,
    tierRankMin: 0,
    rules: '',
    bearers: { brand: 100, store: 0, group: 0 },
  }
}

export function fieldsOf(batch: BatchDetail): BatchFields {
  const { validity } = batch
  return {
    name: batch.name,
    value: batch.value,
    thresholdFen: batch.thresholdFen,
    stock: batch.stock,
    perPersonLimit: batch.perPersonLimit,
    open: [batch.opensAt, batch.closesAt],
    validity:
      validity.kind === 'fixed'
        ? { kind: 'fixed', range: [validity.from, validity.to] }
        : { kind: 'relative', afterDays: validity.afterDays ?? 0, days: validity.days },
    storeIds: batch.storeIds,
    priceFen: batch.priceFen,
    isPublic: batch.isPublic,
    isMemberOnly: batch.isMemberOnly,
    tierRankMin: batch.tierRankMin,
    rules: batch.rules,
    bearers: batch.bearers,
  }
}

export function validityOf(validity: BatchFields['validity'] | undefined): Validity | undefined {
  if (!validity) return undefined
  if (validity.kind === 'fixed') return { kind: 'fixed', from: validity.range?.[0] ?? '', to: validity.range?.[1] ?? '' }
  return { kind: 'relative', afterDays: validity.afterDays ?? 0, days: validity.days ?? 30 }
}

export function inputOf({ open, validity, value, ...rest }: BatchFields): Create {
  return {
    ...rest,
    thresholdFen: rest.thresholdFen ?? 0,
    priceFen: rest.priceFen ?? 0,
    storeIds: rest.storeIds ?? [],
    value: worthOf(value),
    opensAt: open[0],
    closesAt: open[1],
    validity: validityOf(validity) as Validity,
  }
}

/** Only what the kind has: a form that was switched from one kind to another still holds the fields of the first. */
function worthOf(value: BatchFields['value']): Value {
  const all = value as {
    kind: Value['kind']
    amountFen?: number
    percentOff?: number
    capFen?: number | null
    item?: string
    times?: number
  }
  switch (all.kind) {
    case 'cash':
      return { kind: 'cash', amountFen: all.amountFen ?? 0 }
    case 'percentage':
      return { kind: 'percentage', percentOff: all.percentOff ?? 0, capFen: all.capFen || null }
    case 'freight':
      return { kind: 'freight', capFen: all.capFen || null }
    case 'service':
      return { kind: 'service', item: all.item ?? '', times: all.times ?? 1 }
    default:
      return { kind: all.kind, item: all.item ?? '' }
  }
}
