import { z } from 'zod'
import { now } from '../clock.ts'
import { refused } from '../errors.ts'
import { isDeadlock, isDuplicate, transaction } from '../stores/database.ts'
import type { Call, Link } from './serve.ts'

/** Runs links from the outside in; each decides whether and around what the next one runs. */
export function chain(links: readonly Link[]): (call: Call) => Promise<unknown> {
  return call => {
    const step = (index: number): Promise<unknown> => {
      const link = links[index]
      if (!link) throw new Error('the chain has no last link')
      return link(call, () => step(index + 1))
    }
    return step(0)
  }
}

/** The body becomes what the contract says, or input.invalid names every wrong field. */
export const parseInput: Link = async (call, next) => {
  const parsed = z.safeDecode(call.route.endpoint.input, (call.rawInput ?? {}) as never)
  if (!parsed.success) {
    const fields = parsed.error.issues.slice(0, 20).map(issue => ({ field: issue.path.join('.'), reason: issue.message }))
    throw refused('input.invalid', { field: fields[0]?.field, reason: fields[0]?.reason, fields })
  }
  call.input = parsed.data
  return next()
}

const TRIES_MAX = 5

/**
 * A command runs in one transaction, and again from the top, at most five times, when the database chose it as a deadlock's victim or when
 * another has just made the row that it wanted to make: the next run reads that row and decides by it. Each run begins with nothing written.
 * What reaches beyond the database cannot happen twice: `outbound` refuses to work inside a transaction, events and work are rows that are
 * rolled back with it, and `afterCommit` follows the run that held. A duplicate that is still there at the last run is no answer of ours but a
 * fault, and is shown as one; where one is expected (a name that is taken), the action catches it and says so.
 */
export const inOneTransaction: Link = async (call, next) => {
  if (call.route.endpoint.kind === 'query' || call.route.isOutsideTransaction) return next()
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction(next)
    } catch (error) {
      if (!(isDeadlock(error) || isDuplicate(error)) || attempt >= TRIES_MAX) throw error
      await new Promise(resolve => setTimeout(resolve, Math.random() * 15 * attempt))
      call.ctx = { ...call.ctx, now: now() }
    }
  }
}

/** The last link: the action, and its output as the contract writes it. What the contract does not name is stripped. */
export const runAction: Link = async call => {
  const output = await call.route.action(call.ctx, call.input as never)
  return z.encode(call.route.endpoint.output, output as never)
}
