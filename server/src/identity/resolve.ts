import { type Ctx, inTransaction, isDeadlock, refused, withoutTransaction } from '../core/index.ts'
import { type ResolveCall, type Resolved, resolveMany, type Unresolved } from './resolve-many.ts'

/**
 * Finds or makes the person behind one call. Inside a transaction it is part of it. Outside, calls that arrive together are resolved together:
 * a batch costs about as many statements as one call. Throws identity.noIdentifier when nothing in it identifies anybody,
 * identity.unknownType for a type nobody defined.
 */
export async function resolve(ctx: Ctx, call: ResolveCall): Promise<Resolved> {
  const answer = inTransaction() ? (await resolveMany(ctx, [call]))[0] : await together(ctx, call)
  if (answer && answer.personId !== null) return answer as Resolved
  const unknown = answer?.ignored.find(one => one.reason === 'unknownType')
  if (unknown) throw refused('identity.unknownType', { field: 'identifiers', type: unknown.type })
  throw refused('identity.noIdentifier', { field: 'identifiers', ignored: answer?.ignored ?? [] })
}

type Waiting = {
  ctx: Ctx
  call: ResolveCall
  done: (answer: Resolved | Unresolved | undefined) => void
  failed: (error: unknown) => void
}

const BATCH_MAX = 200
/** Calls come back in bursts, as the answers of a batch went out: it is worth waiting so long for most of those who called before. */
const BURST_MS = 5
const queue: Waiting[] = []
let isRunning = false
/** How many callers there were a moment ago: those of the last batch, and those who waited meanwhile. */
let callers = { count: 0, atMs: 0 }

function together(ctx: Ctx, call: ResolveCall): Promise<Resolved | Unresolved | undefined> {
  return new Promise((done, failed) => {
    queue.push({ ctx, call, done, failed })
    if (!isRunning) void drain()
  })
}

/** One batch after another: two at a time would be half as large each, and wait for each other's rows. */
async function drain(): Promise<void> {
  isRunning = true
  try {
    while (queue.length > 0) {
      const isBurst = performance.now() - callers.atMs < 2 * BURST_MS
      if (isBurst && queue.length < 0.8 * callers.count) await new Promise(resolve => setTimeout(resolve, BURST_MS))
      const batch = takeBatch()
      await resolveBatch(batch)
      callers = { count: batch.length + queue.length, atMs: performance.now() }
    }
  } finally {
    isRunning = false
  }
}

/** The next calls of one actor and brand: decisions and events of a batch carry one ctx. */
function takeBatch(): Waiting[] {
  const [first] = queue
  if (!first) return []
  const isAlike = ({ ctx }: Waiting) =>
    ctx.brandId === first.ctx.brandId &&
    ctx.actor.type === first.ctx.actor.type &&
    ctx.actor.id === first.ctx.actor.id &&
    ctx.actor.name === first.ctx.actor.name
  const batch: Waiting[] = []
  for (let at = 0; at < queue.length && batch.length < BATCH_MAX; ) {
    const one = queue[at]
    if (one && isAlike(one)) batch.push(...queue.splice(at, 1))
    else at += 1
  }
  return batch
}

async function resolveBatch(batch: readonly Waiting[]): Promise<void> {
  const [first] = batch
  if (!first) return
  try {
    const answers = await withoutTransaction(() =>
      resolveMany(
        { ...first.ctx, idempotencyKey: null },
        batch.map(one => ({ ...one.call, occurredAt: one.call.occurredAt ?? one.ctx.now })),
      ),
    )
    for (const [at, one] of batch.entries()) one.done(answers[at])
  } catch (error) {
    // One bad call must not void the others: each then stands alone. A deadlock has been tried often enough inside.
    if (batch.length === 1 || isDeadlock(error)) for (const one of batch) one.failed(error)
    else for (const one of batch) await resolveBatch([one])
  }
}
