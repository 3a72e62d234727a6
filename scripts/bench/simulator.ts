/** The pretend platforms of the bench, in a process of their own as the real ones are: the product's thread does only the product's work. */

import { demoIds, startDemoSimulator } from '../../server/src/app/demo.ts'

const simulator = await startDemoSimulator({ isKept: false, people: [] })

const acts: Record<string, (input: never) => unknown> = {
  connections: () => simulator.connections,
  populate: ({ count }: { count: number }) => {
    const appId = demoIds.officialAccounts.lieye
    const people = Array.from({ length: count }, (_, index) => ({
      name: `客户 ${index}`,
      phone: null,
      follows: [{ appId, atMs: Date.now() }],
    }))
    return simulator.populate(people).map(one => one.openids[appId] ?? '')
  },
}

process.on('message', ({ id, name, input }: { id: number; name: string; input: never }) => {
  try {
    const act = acts[name]
    if (!act) throw new Error(`no act ${name}`)
    process.send?.({ id, result: act(input) })
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
})
process.on('disconnect', () => process.exit(0))
process.send?.({ id: 0 })
