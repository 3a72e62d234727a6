import type { RunningWork } from '@banyan/shared'
import type { Ctx } from '../../core/index.ts'

type Source = (ctx: Ctx) => Promise<RunningWorkFacts[]>
export type RunningWorkFacts = Omit<RunningWork, 'startedAt'> & { startedAt: Date }

const sources = new Map<string, Source>()

/** A module that works in the background says so here: the admin's top bar shows it. Call at import time. */
export function workSource(name: string, source: Source): void {
  sources.set(name, source)
}

export async function listWork(ctx: Ctx): Promise<RunningWorkFacts[]> {
  const lists = await Promise.all([...sources.values()].map(source => source(ctx)))
  return lists.flat().slice(0, 100)
}
