import type { InputOf, platform } from '@banyan/shared'
import { afterCommit, type Ctx, insertIgnore, notFound, rows, run, say, sql } from '../../core/index.ts'
import { mustSeeEverything } from '../access/beyond-own.ts'
import { knownLimits, type LimitKey } from './known-limits.ts'
import { LIMIT_ENGLISH, UNIT_ENGLISH } from './limit-words.ts'
import { remember } from './remember.ts'

type Platform = typeof platform
type LimitRow = { key: string; value: number; unit: string; zh: string; source: string; checked_at: Date }

const cache = remember<Map<string, number>>(10_000)

/** What a platform allows now: what the table says, else what we knew when this version was made. */
export async function limitOf(key: LimitKey): Promise<number> {
  const all = await cache.get('all', async () => new Map((await readLimits()).map(limit => [limit.key, limit.value])))
  return all.get(key) ?? knownLimits[key].value
}

export async function listLimits(ctx: Ctx, { search }: InputOf<Platform['limits.list']>) {
  const found = await readLimits()
  const wanted = search?.toLowerCase() ?? ''
  return found.map(one => view(ctx, one)).filter(one => `${one.key} ${one.name}`.toLowerCase().includes(wanted))
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
  return view(ctx, limit!)
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

function view(ctx: Ctx, { key, value, unit, zh, source, checked_at }: LimitRow) {
  const english = LIMIT_ENGLISH[key as LimitKey] ?? zh
  const words = { unit: say(ctx, unit, UNIT_ENGLISH[unit] ?? unit), name: say(ctx, zh, english) }
  return { key, value, ...words, source, checkedAt: checked_at }
}
