/** Server-sent events for the page: batches of masked log records, and `changed` when anything else on the desk may look different. */
import { Readable } from 'node:stream'
import type { Simulator } from '../simulator.ts'

const KEEP_ALIVE_MS = 20_000
const signals = ['SIGINT', 'SIGTERM', 'disconnect'] as const
/** How to end each open stream. */
const open = new Set<() => void>()

/** A stream never ends by itself, and a server that stops politely would wait for it: so it ends when the process is told to. */
function endAll(): void {
  for (const end of open) end()
}

export function logStream(sim: Simulator): Readable {
  const stream = new Readable({ read() {} })
  const unsubscribe = sim.log.subscribe(records => stream.push(`data: ${JSON.stringify(records)}\n\n`))
  const unlisten = sim.bell.listen(() => stream.push('event: changed\ndata: {}\n\n'))
  const beat = setInterval(() => stream.push(': still here\n\n'), KEEP_ALIVE_MS).unref()
  const hangUp = () => {
    unsubscribe()
    unlisten()
    clearInterval(beat)
    open.delete(end)
    if (open.size === 0) for (const signal of signals) process.off(signal, endAll)
  }
  const end = () => {
    hangUp() // first, since nothing may be pushed after the end
    stream.push(null)
  }
  if (open.size === 0) for (const signal of signals) process.on(signal, endAll)
  open.add(end)
  stream.push(': wire log\n\n')
  stream.on('close', hangUp)
  return stream
}
