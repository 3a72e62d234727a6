import type { Ctx } from '../core/index.ts'

/** A kept rule that others stand on, by the name under which they read it: `tag:3`, `segment:7`. */
export type StandsOn = `tag:${number}` | `segment:${number}`
type Watch = (ctx: Ctx, changed: { node: StandsOn; reads: readonly string[] }) => Promise<void>
const watches: Watch[] = []

/** For modules behind: hears of every rule that is about to be kept, and refuses one that would make something stand on itself. */
export function watchRules(watch: Watch): void {
  watches.push(watch)
}

/** Call it in the transaction that keeps a rule, with all that it reads. Throws what a watch refuses. */
export async function mustFit(ctx: Ctx, node: StandsOn, reads: readonly string[]): Promise<void> {
  for (const watch of watches) await watch(ctx, { node, reads })
}
