import { isGroup, Rule } from '@banyan/shared'
import {
  addDays,
  type Ctx,
  insertIgnore,
  ownWork,
  rows,
  run,
  sql,
  systemCtx,
  type WorkerDef,
  type WorkRow,
  wakeWorkers,
} from '../core/index.ts'

import type { Scope } from './scope.ts'
import { type Measured, shapeOf, valuesKey } from './set-key.ts'
import { buildSet, buildValues, dropOldSets, storableIn } from './stored-sets.ts'
import { subjectKinds } from './subject-kind.ts'

/** Asked this often for long answers, a condition is kept as a set. */
const ASKED_MIN = 2
/** An aggregate that is asked so often is asked with different limits, or moves too fast to be kept as sets. */
const VALUES_ASKED_MIN = 3
/** An answer that took less is not worth keeping. */
const SLOW_MS = 100
const SETS_MAX = 2_000
const IDLE_DAYS = 7

type AskedRow = WorkRow & { set_key: string; scope: string; rule: string }

/** Remembers which conditions were computed for an answer that took long: those that come again are stored. */
export async function noteAsked(
  ctx: Ctx,
  rules: readonly Rule[],
  scope: Scope,
  computed: readonly string[],
  tookMs: number,
): Promise<void> {
  const wanted = storableIn(rules, scope)
  const missing = computed.filter(key => wanted.has(key))
  if (missing.length === 0 || tookMs < SLOW_MS) return
  const asked = missing.flatMap((key): Asking[] => {
    const rule = wanted.get(key) as Rule
    const shape = isGroup(rule) ? null : shapeOf(rule)
    return [{ key, rule, of: 'set' }, ...(shape ? [{ key: valuesKey(shape, scope), rule: shape, of: 'values' as const }] : [])]
  })
  const { brands, zone, typeId } = scope
  await insertIgnore(
    'asked_conditions',
    asked.map(({ key, rule, of }) => ({
      setKey: key,
      scope: JSON.stringify({ brands, zone, typeId, of }),
      rule: JSON.stringify(Rule.encode(rule)),
      askedCount: 0,
      askedAt: ctx.now,
      status: 'seen',
      dueAt: ctx.now,
      attempts: 0,
    })),
  )
  await noteTimes(ctx, asked, 'set', ASKED_MIN)
  await noteTimes(ctx, asked, 'values', VALUES_ASKED_MIN)
}

type Asking = { key: string; rule: Rule; of: 'set' | 'values' }

async function noteTimes(ctx: Ctx, asked: readonly Asking[], of: Asking['of'], min: number): Promise<void> {
  const keys = asked.filter(one => one.of === of).map(one => one.key)
  if (keys.length === 0) return
  await run(sql`UPDATE asked_conditions SET asked_count = asked_count + 1, asked_at = ${ctx.now} WHERE set_key IN (${keys})`)
  const due = await run(
    sql`UPDATE asked_conditions SET status = 'due', due_at = ${ctx.now}, attempts = 0
      WHERE set_key IN (${keys}) AND asked_count >= ${min} AND status IN ('seen', 'done')`,
  )
  if (due > 0) wakeWorkers('asked_conditions')
}

ownWork('asked_conditions', { name: 'selection.sets', subject: 'set_key', at: 'asked_at', mayDismiss: true })

export const setWorkers: WorkerDef<AskedRow>[] = [
  {
    name: 'selection.sets',
    table: 'asked_conditions',
    batchSize: 1,
    concurrency: 1,
    leaseSeconds: 900,
    maxAttempts: 3,
    run: async asked => {
      const ctx = systemCtx({ name: 'selection.sets' })
      const { of, ...around }: Pick<Scope, 'brands' | 'zone' | 'typeId'> & { of: Asking['of'] } = JSON.parse(asked.scope)
      const scope: Scope = { ...around, kinds: await subjectKinds(ctx), stores: [], now: ctx.now, candidates: null }
      const rule = Rule.decode(JSON.parse(asked.rule))
      if (of === 'values') await buildValues(rule as Measured, scope)
      else await buildSet(rule, scope)
    },
  },
]

/** Sets that nobody asks for leave, and the rarest beyond the limit. */
export async function forgetIdle(ctx: Ctx): Promise<void> {
  await run(sql`DELETE FROM asked_conditions WHERE asked_at < ${addDays(ctx.now, -IDLE_DAYS)} AND status <> 'leased'`)
  const kept = await rows<{ set_key: string }>(
    sql`SELECT set_key FROM asked_conditions WHERE status <> 'seen' ORDER BY asked_at DESC LIMIT ${SETS_MAX}`,
  )
  await dropOldSets(kept.map(row => row.set_key))
}
