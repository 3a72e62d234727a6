import type { InputOf, platform } from '@banyan/shared'
import type { z } from 'zod'
import { afterCommit, type Ctx, mustSeeBrand, refused, row, sql, upsert } from '../../core/index.ts'
import { mustSeeEverything } from '../access/beyond-own.ts'
import { remember } from './remember.ts'

type Platform = typeof platform
type SettingRow = { value: string; updated_at: Date }

const schemas = new Map<string, z.ZodType>()
const cache = remember<SettingRow | null>(5_000)

/** Announces a setting, so that `settings.update` can refuse what would not fit. Returns the schema. Call at import time. */
export function declareSetting<T extends z.ZodType>(key: string, schema: T): T {
  schemas.set(key, schema)
  return schema
}

/**
 * A setting of a brand, or of the whole installation (brandId null). A brand without its own gets the installation's. The schema must accept `{}`: its defaults are
 * what holds before anybody sets anything.
 */
export async function settingOf<T extends z.ZodType>(brandId: number | null, key: string, schema: T): Promise<z.output<T>> {
  const own = brandId === null ? null : await readSetting(brandId, key)
  const stored = own ?? (await readSetting(null, key))
  return schema.parse(stored ? JSON.parse(stored.value) : {})
}

export async function getSetting(ctx: Ctx, { key, brandId }: InputOf<Platform['settings.get']>) {
  if (brandId !== null) mustSeeBrand(ctx, brandId)
  const stored = await readSetting(brandId, key)
  const schema = schemas.get(key)
  const value = stored ? JSON.parse(stored.value) : {}
  return {
    key,
    brandId,
    value: (schema ? schema.parse(value) : value) as Record<string, unknown>,
    updatedAt: stored?.updated_at ?? null,
  }
}

/** Throws setting.invalid with the field. */
export async function updateSetting(ctx: Ctx, { key, brandId, value }: InputOf<Platform['settings.update']>) {
  if (brandId === null) mustSeeEverything(ctx)
  else mustSeeBrand(ctx, brandId)
  const parsed = schemas.get(key)?.safeParse(value)
  if (parsed && !parsed.success) {
    const [issue] = parsed.error.issues
    throw refused('setting.invalid', { field: `value.${issue?.path.join('.') ?? ''}`, reason: issue?.message })
  }
  const text = JSON.stringify(parsed?.data ?? value)
  if (text.length > 64_000) throw refused('setting.invalid', { field: 'value', reason: 'over 64,000 characters' })
  await upsert('settings', { brandId: brandId ?? 0, key, value: text, updatedAt: ctx.now }, ['value', 'updatedAt'])
  afterCommit(cache.forget)
  return { key, brandId, value: JSON.parse(text) as Record<string, unknown>, updatedAt: ctx.now }
}

function readSetting(brandId: number | null, key: string): Promise<SettingRow | null> {
  return cache.get(`${brandId ?? 0}:${key}`, () =>
    row<SettingRow>(sql`SELECT value, updated_at FROM settings WHERE brand_id = ${brandId ?? 0} AND ${sql.id('key')} = ${key}`),
  )
}
