import { brandScope, type Ctx, now, Op } from '../core/index.ts'
import { LiveCode } from './live-code.ts'

/**
 * Codes by scene, remembered for some seconds: a welcome may not wait for a query when a hundred people scan one poster.
 */
const KEPT_MS = 5_000
const KEPT_MAX = 5_000
const kept = new Map<string, { code: Promise<LiveCode | null>; untilMs: number }>()

export function codeOfScene(scene: string): Promise<LiveCode | null> {
  const atMs = now().getTime()
  const found = kept.get(scene)
  if (found && found.untilMs > atMs) return found.code
  if (kept.size >= KEPT_MAX) kept.clear()
  const code = LiveCode.findOne({ where: { scene } })
  kept.set(scene, { code, untilMs: atMs + KEPT_MS })
  code.catch(() => kept.delete(scene))
  return code
}

/** A changed code takes effect here at once, in other processes within seconds. */
export function forgetScenes(): void {
  kept.clear()
}

/** What the codes of these scenes are called, of those in the caller's brands. */
export async function namesOfScenes(ctx: Ctx, scenes: readonly string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(scenes)].filter(scene => scene !== '')
  if (wanted.length === 0) return new Map()
  const brands = brandScope(ctx)
  const found = await LiveCode.findAll({
    where: { scene: { [Op.in]: wanted }, ...(brands ? { brandId: { [Op.in]: brands } } : {}) },
    attributes: ['scene', 'name'],
    limit: wanted.length,
  })
  return new Map(found.map(({ scene, name }) => [scene, name]))
}
