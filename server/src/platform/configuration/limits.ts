import type { InputOf, platform } from '@banyan/shared'
import { afterCommit, type Ctx, insertIgnore, notFound, rows, run, sql } from '../../core/index.ts'
import { mustSeeEverything } from '../access/beyond-own.ts'
import { knownLimits, type LimitKey } from './known-limits.ts'
import { remember } from './remember.ts'

type Platform = typeof platform
type LimitRow = { key: string; value: number; unit: string; zh: string; source: string; checked_at: Date }

const cache = remember<Map<string, number>>(10_000)

/** What a platform allows now: what the table says, else what we knew when this version was made. */
export async function limitOf(key: LimitKey): Promise<number> {
  const all = await cache.get('all', async () => new Map((await readLimits()).map(limit => [limit.key, limit.value])))
  return all.get(key) ?? knownLimits[key].value
}

export async function listLimits(_ctx: Ctx, { search }: InputOf<Platform['limits.list']>) {
  const found = await readLimits()
  const wanted = search?.toLowerCase() ?? ''
  return found.filter(one => `${one.key} ${one.zh}`.toLowerCase().includes(wanted)).map(view)
}

/** Platforms change their numbers: a correction is dated and says where it was read. */
export async function updateLimit(ctx: Ctx, { key, value, source }: InputOf<Platform['limits.update']>) {
  mustSeeEverything(ctx)
  const changed = await run(
    sql`UPDATE platform_limits SET value = ${value}, source = ${source}, checked_at = ${ctx.now} WHERE ${sql.id('key')} = ${key}`,
  )
  if (changed === 0) throw notFound('limit', key)
  afterCommit(cache.forget)
  const [limit] = (await readLimits()).filter(one => one.key === key)
  return view(limit!)
}

/** Writes the limits that are missing; an operator's correction is never overwritten. */
export async function seedLimits(): Promise<void> {
  const missing = Object.entries(knownLimits).map(([key, { value, unit, zh, source, checkedOn }]) => ({
    key,
    value,
    unit,
    zh,
    source,
    checkedAt: new Date(`${checkedOn}T00:00:00Z`),
  }))
  await insertIgnore('platform_limits', missing)
  cache.forget()
}

function readLimits(): Promise<LimitRow[]> {
  return rows<LimitRow>(
    sql`SELECT ${sql.id('key')}, value, unit, zh, source, checked_at FROM platform_limits ORDER BY ${sql.id('key')}`,
  )
}

function view({ checked_at, ...rest }: LimitRow) {
  return { ...rest, checkedAt: checked_at }
}
