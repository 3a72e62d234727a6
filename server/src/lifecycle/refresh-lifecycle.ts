import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { addMs, addSeconds, now, Refusal, RetryLater, row, run, sql, task } from '../core/index.ts'
import { buildLifecycle, type RefreshOf } from './build-lifecycle.ts'
import { type LifecycleRow, lifecycleOf } from './stage.ts'
import { storeStays } from './store-stays.ts'

const LEASE_SECONDS = 900
const WAIT_MS = 20_000
/** A cancelled refresh is tried again after this. */
const AGAIN_MS = 10 * 60_000

export const refreshTask = task(
  'lifecycle.refresh',
  z.object({ brandId: z.int(), of: z.enum(['everybody', 'moved']).default('everybody') }),
  (_ctx, { brandId, of }) => refreshLifecycle(brandId, of),
  { lane: 'bulk' },
)

/** Stays that a merge or an erasure changed in the relational store, written to ClickHouse anew. */
export const storeTask = task(
  'lifecycle.store',
  z.object({ brandId: z.int(), personIds: z.array(z.int()) }),
  (_ctx, { brandId, personIds }) => withLease(brandId, () => storeStays(brandId, personIds, { isAnew: true })),
  { lane: 'bulk' },
)

/** Brings the stages of a brand's people up to date; one computation of a brand at a time. Safe to repeat, and to be cut off. */
export async function refreshLifecycle(brandId: number, of: RefreshOf): Promise<void> {
  await withLease(brandId, async () => {
    const lifecycle = await lifecycleOf(brandId)
    if (!lifecycle) return
    if (lifecycle.cancelled_at) return settleCancelled(lifecycle)
    // Before the first build there is nothing to follow: it is on its way, or was stopped.
    if (lifecycle.is_built !== 1 && of !== 'everybody') return
    try {
      await buildLifecycle(lifecycle, of)
    } catch (error) {
      await settleFailed(lifecycle, error)
    }
  })
}

async function settleFailed({ id, brand_id }: LifecycleRow, error: unknown): Promise<void> {
  if ((error as { type?: string }).type === 'QUERY_WAS_CANCELLED') {
    const lifecycle = await lifecycleOf(Number(brand_id))
    // Ended by somebody else's hand, for example the server going down: that is no decision about these stages.
    if (!lifecycle?.cancelled_at) throw error
    return settleCancelled(lifecycle)
  }
  if (!(error instanceof Refusal)) throw error
  // A rule that can no longer be computed (a tag is gone, it takes too long) is for people to mend.
  await run(sql`UPDATE lifecycles SET status = 'failed', failure = ${error.code}, recheck_at = NULL WHERE id = ${id}`)
}

/** Stages that were built keep their people and are looked at again later; those that never were wait until somebody asks. */
async function settleCancelled({ id, is_built, is_time_dependent, cancelled_at }: LifecycleRow): Promise<void> {
  const isBuilt = is_built === 1
  await run(
    sql`UPDATE lifecycles SET status = ${isBuilt ? 'ready' : 'failed'}, failure = 'lifecycle.cancelled', cancelled_at = ${isBuilt ? null : cancelled_at},
      recheck_at = ${isBuilt && is_time_dependent === 1 ? addMs(now(), AGAIN_MS) : null} WHERE id = ${id}`,
  )
}

/** Throws RetryLater when it stays busy. */
async function withLease(brandId: number, work: () => Promise<void>): Promise<void> {
  const until = await leased(brandId)
  if (!until) return
  try {
    await work()
  } finally {
    await run(sql`UPDATE lifecycles SET leased_until = NULL WHERE brand_id = ${brandId} AND leased_until = ${until}`)
  }
}

async function leased(brandId: number): Promise<Date | null> {
  const giveUpAt = Date.now() + WAIT_MS
  for (;;) {
    const until = addSeconds(now(), LEASE_SECONDS)
    const taken = await run(
      sql`UPDATE lifecycles SET leased_until = ${until} WHERE brand_id = ${brandId} AND (leased_until IS NULL OR leased_until < ${now()})`,
    )
    if (taken > 0) return until
    if (!(await row(sql`SELECT id FROM lifecycles WHERE brand_id = ${brandId}`))) return null
    if (Date.now() > giveUpAt) throw new RetryLater(`the lifecycle of brand ${brandId} is being computed`, 5_000)
    await sleep(50)
  }
}
