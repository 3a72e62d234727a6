import {
  bulkInsert,
  type Call,
  type Ctx,
  codeOf,
  inTransaction,
  type Link,
  log,
  Refusal,
  type Row,
  withoutTransaction,
} from '../../core/index.ts'
import { gather } from '../gather.ts'
import { masked } from './mask.ts'

const INPUT_MAX = 8_000

/**
 * Link: every audited command leaves an entry. Where somebody answers for it (operator, staff, API key) the entry is written in
 * the command's own transaction, so there is no change without its entry; where the action opens its own, before the answer, together with
 * the entries of the same moment. Consumers' own commands, and refusals, are written in batches within a quarter of a second.
 */
export const audit: Link = async (call, next) => {
  if (!call.route.endpoint.isAudited) return next()
  const startedAt = performance.now()
  try {
    const answer = await next()
    const entry = entryOf(call, 'done', '', performance.now() - startedAt)
    if (!isAnswerable(call.ctx)) later(entry)
    else if (inTransaction()) await bulkInsert('audit_entries', [entry])
    else await soon(entry)
    return answer
  } catch (error) {
    later(entryOf(call, error instanceof Refusal ? 'refused' : 'failed', codeOf(error), performance.now() - startedAt))
    throw error
  }
}

const SOON_MS = 2
const SOON_MAX = 200

const soon = gather<Row, void>(SOON_MS, SOON_MAX, async entries => {
  await bulkInsert('audit_entries', entries)
  return entries.map(() => undefined)
})

/** Somebody known asked for what he may not do. */
export async function recordRefusal(call: Call, refusal: Refusal): Promise<void> {
  if (call.ctx.actor.type === 'anonymous' || call.route.endpoint.kind === 'query') return
  later(entryOf({ ...call, input: call.rawInput }, 'refused', refusal.code, 0))
}

/** An entry for work that is no command: a download, a job. */
export async function recordAudit(ctx: Ctx, action: string, input: unknown, ip = ''): Promise<void> {
  await bulkInsert('audit_entries', [makeEntry(ctx, { action, input, outcome: 'done', errorCode: '', ip, durationMs: 0 })])
}

function isAnswerable(ctx: Ctx): boolean {
  return ctx.actor.type === 'operator' || ctx.actor.type === 'staff' || ctx.actor.type === 'apiKey'
}

function entryOf(call: Call, outcome: string, errorCode: string, durationMs: number): Row {
  return makeEntry(call.ctx, {
    action: call.route.name,
    input: call.input,
    outcome,
    errorCode,
    ip: call.ip,
    durationMs: Math.round(durationMs),
  })
}

function makeEntry(
  ctx: Ctx,
  of: { action: string; input: unknown; outcome: string; errorCode: string; ip: string; durationMs: number },
): Row {
  const text = JSON.stringify(masked(of.input) ?? {})
  return {
    at: ctx.now,
    actorType: ctx.actor.type,
    actorId: ctx.actor.id,
    actorName: ctx.actor.name.slice(0, 64),
    brandId: ctx.brandId,
    action: of.action.slice(0, 64),
    input: text.length > INPUT_MAX ? JSON.stringify({ cut: text.slice(0, INPUT_MAX) }) : text,
    outcome: of.outcome,
    errorCode: of.errorCode.slice(0, 64),
    requestId: ctx.requestId.slice(0, 40),
    ip: of.ip.slice(0, 45),
    durationMs: of.durationMs,
  }
}

const FLUSH_MS = 250
const WAITING_MAX = 50_000
let waiting: Row[] = []
let timer: NodeJS.Timeout | null = null

function later(entry: Row): void {
  if (waiting.length >= WAITING_MAX) {
    log.error({ action: entry.action }, 'audit entries come faster than they can be written; this one is only in the log')
    return
  }
  waiting.push(entry)
  timer ??= setTimeout(() => void flushAudit(), FLUSH_MS).unref()
}

/** Writes what waits. Called by the timer, before a list is read, and at the stop. */
export async function flushAudit(): Promise<void> {
  if (timer) clearTimeout(timer)
  timer = null
  const entries = waiting
  waiting = []
  if (entries.length === 0) return
  try {
    await withoutTransaction(() => bulkInsert('audit_entries', entries))
  } catch (error) {
    waiting = [...entries, ...waiting].slice(0, WAITING_MAX)
    log.error({ err: error, count: entries.length }, 'audit entries could not be written; they are tried again')
    timer ??= setTimeout(() => void flushAudit(), 2_000).unref()
  }
}
