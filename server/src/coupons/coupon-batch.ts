import type {
  BatchStatus,
  CouponBatch as BatchView,
  CouponBearers,
  CouponKind,
  CouponValidity,
  CouponValue,
} from '@banyan/shared'
import { CouponValidity as Validity } from '@banyan/shared'
import { z } from 'zod'
import {
  big,
  bool,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  id,
  instant,
  int,
  json,
  longText,
  Model,
  type Reader,
  ref,
  rows,
  sql,
  table,
  text,
} from '../core/index.ts'
import { conditionOf, headlineOf } from './words.ts'

/** What a coupon of this batch is worth, who may take it and when. Its stock is in coupon_stocks. */
export class CouponBatch extends Model<InferAttributes<CouponBatch>, InferCreationAttributes<CouponBatch>> {
  declare id: CreationOptional<number>
  declare brandId: number
  declare name: string
  declare kind: CouponKind
  declare value: CouponValue
  declare thresholdFen: number
  declare perPersonLimit: number
  declare opensAt: Date
  declare closesAt: Date
  /** As JSON keeps it: instants are text. Read it with validityOfBatch. */
  declare validity: unknown
  declare storeIds: number[]
  declare priceFen: number
  declare isPublic: boolean
  declare isMemberOnly: boolean
  declare tierRankMin: number
  declare rules: string
  declare bearers: z.infer<typeof CouponBearers>
  declare status: CreationOptional<z.infer<typeof BatchStatus>>
  declare createdAt: Date
}

CouponBatch.init(
  {
    id: id(),
    brandId: ref(),
    name: text(60),
    kind: text(12),
    value: json<CouponValue>(),
    thresholdFen: big(),
    perPersonLimit: int(),
    opensAt: instant(),
    closesAt: instant(),
    validity: json(),
    storeIds: json<number[]>(),
    priceFen: big(),
    isPublic: bool(),
    isMemberOnly: bool(),
    tierRankMin: int(),
    rules: longText(),
    bearers: json<z.infer<typeof CouponBearers>>(),
    status: text(10, { default: 'draft' }),
    createdAt: instant(),
  },
  table('coupon_batches'),
)

export function validityOfBatch(batch: Pick<CouponBatch, 'validity'>): CouponValidity {
  return z.decode(Validity, batch.validity as z.input<typeof Validity>)
}

export type Counts = { stock: number; claimed: number; used: number }

/** Stock, claimed and used of several batches with two statements. */
export async function countsOf(batchIds: readonly number[]): Promise<Map<number, Counts>> {
  const stocks = await rows<{ batch_id: number; stock: number; claimed: number }>(
    sql`SELECT batch_id, stock, claimed FROM coupon_stocks WHERE batch_id IN (${batchIds})`,
  )
  const used = await rows<{ batch_id: number; n: number }>(
    sql`SELECT batch_id, COUNT(*) AS n FROM coupons WHERE batch_id IN (${batchIds}) AND status = 'used' GROUP BY batch_id`,
  )
  return new Map(
    stocks.map(one => [
      one.batch_id,
      { stock: one.stock, claimed: one.claimed, used: used.find(other => other.batch_id === one.batch_id)?.n ?? 0 },
    ]),
  )
}

export function batchView(
  reader: Reader,
  batch: CouponBatch,
  { stock, claimed, used }: Counts = { stock: 0, claimed: 0, used: 0 },
): BatchView {
  const {
    id: batchId,
    brandId,
    name,
    value,
    thresholdFen,
    perPersonLimit,
    opensAt,
    closesAt,
    storeIds,
    priceFen,
    isPublic,
    isMemberOnly,
    tierRankMin,
    rules,
    bearers,
    status,
    createdAt,
  } = batch
  return {
    id: batchId,
    brandId,
    name,
    value,
    thresholdFen,
    stock,
    perPersonLimit,
    opensAt,
    closesAt,
    validity: validityOfBatch(batch),
    storeIds,
    priceFen,
    isPublic,
    isMemberOnly,
    tierRankMin,
    rules,
    bearers,
    status: status as BatchView['status'],
    createdAt,
    claimedCount: claimed,
    usedCount: used,
    headline: headlineOf(reader, value),
    conditionText: conditionOf(reader, value, thresholdFen),
  }
}
