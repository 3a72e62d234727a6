import { afterCommit, type Ctx, findIn, log, mustSeeBrand, now, redis, row, sql } from '../core/index.ts'
import { CouponBatch } from './coupon-batch.ts'
import { groupCommit } from './group-commit.ts'

/** A published batch is read at every claim, so each process remembers it for a moment; a change is seen at once here, elsewhere within it. */
const REMEMBER_MS = 1000
const remembered = new Map<number, { batch: CouponBatch; until: number }>()

/** Throws thing.notFound outside the caller's brands. */
export async function openBatch(ctx: Ctx, batchId: number): Promise<CouponBatch> {
  const at = now().getTime()
  const known = remembered.get(batchId)
  if (known && known.until > at) {
    mustSeeBrand(ctx, known.batch.brandId)
    return known.batch
  }
  const batch = await findIn(ctx, CouponBatch, batchId)
  if (remembered.size > 1000) remembered.clear()
  remembered.set(batchId, { batch, until: at + REMEMBER_MS })
  return batch
}

export function forgetBatch(batchId: number): void {
  afterCommit(() => {
    remembered.delete(batchId)
    opened.delete(batchId)
    shutUntil.delete(batchId)
  })
}

/**
 * The gate holds as many tickets as there was stock when it was opened, and turns everybody else away without asking the database. It
 * is opened anew every few seconds, so a ticket lost in a crash comes back; too many tickets do no harm, the database decides.
 */
const GATE_MS = 5000
/** A gate found empty is not asked again for a moment. */
const SHUT_MS = 200
const shutUntil = new Map<number, number>()
const opened = new Map<number, number>()
const gateKey = (batchId: number) => `coupon:gate:${batchId}`

/** May this claim go on to the database? Without Redis: yes. */
export async function passGate(batchId: number): Promise<boolean> {
  const at = now().getTime()
  try {
    if ((opened.get(batchId) ?? 0) <= at) {
      opened.set(batchId, at + GATE_MS)
      const stock = await row<{ free: number }>(
        sql`SELECT stock - claimed AS free FROM coupon_stocks WHERE batch_id = ${batchId}`,
      )
      await redis.gateOpen(gateKey(batchId), Math.max(0, stock?.free ?? 0), GATE_MS)
    }
    if ((shutUntil.get(batchId) ?? 0) > at) return false
    const isLetIn = await takeTicket({ id: batchId }, null)
    if (!isLetIn) shutUntil.set(batchId, at + SHUT_MS)
    return isLetIn
  } catch (error) {
    log.debug({ err: error, batchId }, 'the claim gate is away; the database decides alone')
    return true
  }
}

/** Those who ask in the same moment ask once; when there are not tickets for all of them, one after another while there are. */
const takeTicket = groupCommit<{ id: number }, null, boolean>({ groupMax: 500, waitingMax: 20_000 }, async ({ id }, asked) => {
  if (await redis.gateTake(gateKey(id), asked.length)) return asked.map(() => true)
  let isOpen = asked.length > 1
  const answers: boolean[] = []
  for (const _ of asked) {
    isOpen &&= await redis.gateTake(gateKey(id))
    answers.push(isOpen)
  }
  return answers
})

/** The claim took no stock: its ticket is for somebody else. */
export async function giveBackTicket(batchId: number): Promise<void> {
  shutUntil.delete(batchId)
  await redis.gateGiveBack(gateKey(batchId)).catch(() => undefined)
}
