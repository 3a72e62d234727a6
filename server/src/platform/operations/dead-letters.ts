import type { InputOf, platform } from '@banyan/shared'
import {
  type Ctx,
  type DeadLetter,
  dismissDead,
  listDead,
  notFound,
  orderOf,
  readIn,
  refused,
  runDeadAgain,
} from '../../core/index.ts'
import { mustSeeEverything } from '../access/beyond-own.ts'
import { masked } from '../audit/mask.ts'

type Platform = typeof platform

/** How far back the list reaches. What fails more often than this needs an engineer, not a list. */
const LISTED_MAX = 2_000

const SORTS = ['failedAt', 'attempts', 'name'] as const

export async function listDeadLetters(
  ctx: Ctx,
  { page, pageSize, source, name, search, sort }: InputOf<Platform['deadLetters.list']>,
) {
  mustSeeEverything(ctx)
  const [field, direction] = orderOf(sort, SORTS, '-failedAt')
  const found = (await listDead(LISTED_MAX, source))
    .filter(
      one =>
        (!name || one.name === name) && (!search || `${one.name} ${one.subject ?? ''} ${one.lastError ?? ''}`.includes(search)),
    )
    .map(one => view(ctx, one))
    .sort((a, b) => (a[field] < b[field] ? -1 : a[field] > b[field] ? 1 : 0) * (direction === 'ASC' ? 1 : -1))
  return { items: found.slice((page - 1) * pageSize, page * pageSize), total: found.length }
}

export async function getDeadLetter(ctx: Ctx, { id }: { id: string }) {
  mustSeeEverything(ctx)
  const found = (await listDead(LISTED_MAX, id.split(':')[0])).find(one => idOf(one) === id)
  if (!found) throw notFound('deadLetter', id)
  return { ...view(ctx, found), payload: found.payload === null ? null : masked(JSON.parse(found.payload)) }
}

/** Answers how many were made due again; those that were not dead any more are left alone. */
export async function runDeadLettersAgain(ctx: Ctx, { ids }: { ids: string[] }) {
  return { count: await eachTable(ctx, ids, runDeadAgain) }
}

export async function dismissDeadLetters(ctx: Ctx, { ids }: { ids: string[] }) {
  return { count: await eachTable(ctx, ids, dismissDead) }
}

async function eachTable(ctx: Ctx, ids: string[], change: (table: string, ids: number[]) => Promise<number>): Promise<number> {
  mustSeeEverything(ctx)
  const byTable = new Map<string, number[]>()
  for (const id of ids) {
    const [, table, number] = /^([a-z_]{1,60}):(\d{1,15})$/.exec(id) ?? []
    if (!table || !number) throw refused('input.invalid', { field: 'ids', reason: `not a dead letter: ${id}` })
    byTable.set(table, [...(byTable.get(table) ?? []), Number(number)])
  }
  let count = 0
  for (const [table, numbers] of byTable) count += await change(table, numbers)
  return count
}

const idOf = (one: DeadLetter) => `${one.table}:${one.id}`

function view(ctx: Ctx, one: DeadLetter) {
  return {
    id: idOf(one),
    source: one.table,
    name: one.name,
    subject: one.subject ?? '',
    attempts: one.attempts,
    lastError: String(masked(readIn(ctx, one.lastError ?? ''))),
    failedAt: one.createdAt,
    mayRunAgain: one.mayRunAgain,
    mayDismiss: one.mayDismiss,
  }
}
