import { relayWorkers, runOnce, setClock, sql, taskWorkers, type WorkerDef } from '../core/index.ts'
import type { WorldIds, WorldPerson } from './join-world.ts'

/** The pretend platforms, as the sample plays in them; what people do there reaches us as callbacks, like everything else. */
export type PretendWorld = {
  /** Puts people with a past there and answers with their ids. */
  populate(people: WorldPerson[]): WorldIds[]
  /** What a visitor of the simulator's page can do, by its name there. */
  act(name: string, input: Record<string, unknown>): Promise<unknown>
  /** Settles when no callback is on its way any more. */
  idle(): Promise<void>
}

/**
 * Plays a past moment: the product and the pretend platforms agree that it is then. Nobody works with the product while its sample is made,
 * and no worker or schedule runs yet.
 */
export async function atMoment<T>(at: Date, work: () => Promise<T>): Promise<T> {
  setClock(at)
  try {
    return await work()
  } finally {
    setClock(null)
  }
}

/** Waits for the callbacks under way and works what they and these events caused; everything else stays in line for the real workers. */
export async function workOff(world: PretendWorld, of: { events: readonly string[]; tasks?: readonly string[] }): Promise<void> {
  await world.idle()
  await workAll([
    ...relayWorkers().map(worker => only(worker, sql`event_name IN (${[...of.events]})`)),
    ...(of.tasks ? taskWorkers().map(worker => only(worker, sql`name IN (${[...(of.tasks ?? [])]})`)) : []),
  ])
}

function only(worker: WorkerDef, condition: ReturnType<typeof sql>): WorkerDef {
  return { ...worker, where: sql.and([...(worker.where ? [worker.where] : []), condition]) }
}

const ROUNDS_MAX = 1000

// biome-ignore lint/suspicious/noExplicitAny: workers over different row types.
export async function workAll(workers: readonly WorkerDef<any>[]): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let count = 0
    for (const worker of workers) count += await runOnce(worker)
    if (count === 0) return
  }
}
