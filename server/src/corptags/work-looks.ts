import { rereadRelation } from '../contacts/index.ts'
import {
  type Ctx,
  inParallel,
  now,
  ownWork,
  RetryLater,
  rows,
  run,
  sql,
  systemCtx,
  transaction,
  type WorkerDef,
  type WorkRow,
} from '../core/index.ts'
import { groupBy } from '../identity/index.ts'
import { readAgain } from './catalogue.ts'
import { gather, type Item, isToDo } from './gather.ts'
import { failMarks, MARK_REMEMBERED_MS, settleLinks, waitForMarks } from './links.ts'
import { waitingOf } from './looks.ts'
import { markOutward } from './mark-outward.ts'
import { takeInward } from './take-inward.ts'

type LookRow = WorkRow & { relation_id: number; asked_at: Date }

ownWork('corp_tag_looks', { name: 'corpTags.look', subject: 'relation_id', at: 'asked_at', mayDismiss: true })

const MAX_ATTEMPTS = 10
/** The platform takes five marks at once per corp; the gateway keeps to that over all loops. */
const CONCURRENCY = 5
/** The platform's read side lags behind a mark by a second or two. */
const LAG_MS = 3_000
/** Before a tag comes off because of WeCom, its catalogue is not older than this: a deleted corp tag takes nothing off here. */
const CATALOGUE_AGE_MS = 60_000

/**
 * Looks at relations: what staff marked comes in, what we decided goes out. A row tells only where to look; what is to be done is decided from what is
 * so at that moment, so it may be repeated, and a worker that died between a mark and its note is made up for by the next.
 */
export const lookWorker: WorkerDef<LookRow> = {
  name: 'corpTags.look',
  table: 'corp_tag_looks',
  batchSize: 50,
  concurrency: 1,
  leaseSeconds: 120,
  maxAttempts: MAX_ATTEMPTS,
  gatherMs: 30,
  settlesItself: true,
  async runMany(claimed) {
    const ctx = systemCtx({ name: 'corpTags' })
    const failed = new Map<number, unknown>()
    const around = await gather(claimed.map(row => Number(row.relation_id)))
    const itemsOf = (row: LookRow) => around.get(Number(row.relation_id)) ?? []
    const [busy, quick] = [
      claimed.filter(row => itemsOf(row).some(needsWork)),
      claimed.filter(row => !itemsOf(row).some(needsWork)),
    ]
    await transaction(async () => {
      await settleLinks(ctx, quick.flatMap(itemsOf).filter(isToDo))
      await finish(quick)
      await waitForMarks(
        ctx,
        busy
          .flatMap(itemsOf)
          .filter(one => one.decision.mark)
          .map(waitingOf),
      )
    })
    // two marks at once about one customer are refused, so those of a customer go one after the other
    const byCustomer = groupBy(busy, row => itemsOf(row)[0]?.relation.externalUserId ?? '')
    const jobs = [...byCustomer.values()].map(group => async () => {
      for (const row of group) await lookAtOne(row).catch(async error => failed.set(row.id, await afterAll(row, error)))
    })
    await inParallel(jobs, CONCURRENCY)
    return failed
  },
}

async function lookAtOne(row: LookRow): Promise<void> {
  const relationId = Number(row.relation_id)
  const ctx = systemCtx({ name: 'corpTags' })
  const items = await trustworthy(ctx, relationId)
  await transaction(() => takeInward(ctx, items))
  const marked = await markOutward(ctx, items)
  await transaction(async () => {
    await marked.note()
    await settleLinks(
      ctx,
      items.filter(isToDo).filter(item => !marked.failed.includes(item)),
    )
    await finish([row])
  })
}

/** What is to be done, once it is sure that neither an old reading nor a deleted corp tag speaks. Throws RetryLater. */
async function trustworthy(ctx: Ctx, relationId: number): Promise<Item[]> {
  const look = async () => (await gather([relationId])).get(relationId) ?? []
  let items = await look()
  const ages = items.filter(contradictsMark).map(({ link }) => now().getTime() - (link?.markedAt?.getTime() ?? 0))
  if (ages.length > 0) {
    const age = Math.min(...ages)
    if (age < LAG_MS) throw new RetryLater('what was read may be older than our own mark', LAG_MS - age)
    const [first] = items
    if (first) await rereadRelation(ctx, first.relation)
    items = await look()
  }
  const isTakingOff = items.some(one => one.decision.inward === 'off' && one.relation.isActive)
  const corpId = items[0]?.relation.corpId
  if (isTakingOff && corpId && (await readAgain(ctx, corpId, CATALOGUE_AGE_MS))) items = await look()
  return items
}

/** The relation is not as we have just marked it. */
function contradictsMark({ link, decision, relation, mirror }: Item): boolean {
  if (!link?.markedAt || !decision.inward || !relation.isActive) return false
  if (now().getTime() - link.markedAt.getTime() > MARK_REMEMBERED_MS) return false
  return relation.tags.some(tag => tag.id === mirror.corpTagId) !== link.isTheirs
}

function needsWork({ decision }: Item): boolean {
  return decision.inward !== null || decision.mark !== null
}

/** Gone, unless it was asked for again meanwhile. */
async function finish(list: readonly LookRow[]): Promise<void> {
  for (const { id, asked_at } of list)
    await run(sql`DELETE FROM corp_tag_looks WHERE id = ${id} AND status = 'leased' AND asked_at = ${asked_at}`)
  const left = await rows<{ id: number }>(
    sql`SELECT id FROM corp_tag_looks WHERE id IN (${list.map(row => row.id)}) AND status = 'leased'`,
  )
  if (left.length > 0)
    await run(sql`UPDATE corp_tag_looks SET status = 'due', leased_until = NULL WHERE id IN (${left.map(row => row.id)})`)
}

/** After the last attempt the marks show as failed, beside the dead letter. */
async function afterAll(row: LookRow, error: unknown): Promise<unknown> {
  if (error instanceof RetryLater || row.attempts < MAX_ATTEMPTS) return error
  const ctx = systemCtx({ name: 'corpTags' })
  const items = (await gather([Number(row.relation_id)])).get(Number(row.relation_id)) ?? []
  const reason = error instanceof Error ? error.message : String(error)
  await failMarks(
    ctx,
    items.filter(one => one.decision.mark),
    'unavailable',
    reason,
  )
  return error
}
