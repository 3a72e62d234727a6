import type { ChildProcess } from 'node:child_process'

export type Acts = <T>(name: string, input?: unknown) => Promise<T>

/** Asks a child process to do something by name, and waits for its answer. */
export function actsOf(child: ChildProcess): Acts {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let last = 0
  child.on('message', (message: { id: number; result?: never; error?: string }) => {
    const one = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.error) one?.reject(new Error(message.error))
    else one?.resolve(message.result as never)
  })
  child.on('exit', code => {
    for (const { reject } of waiting.values()) reject(new Error(`the process ended with code ${code}`))
  })
  return (name, input) =>
    new Promise((resolve, reject) => {
      const id = ++last
      waiting.set(id, { resolve, reject })
      child.send({ id, name, input })
    })
}
