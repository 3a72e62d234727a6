import { refused } from '../core/index.ts'

/**
 * Calls about the same thing that arrive within the same moment are worked together: while one group runs, the next gathers.
 * Under load a group is large and its cost is shared; alone a call waits for nothing.
 */
export function groupCommit<Subject extends { id: number }, Call, Outcome>(
  of: { groupMax: number; waitingMax: number },
  work: (subject: Subject, calls: readonly Call[]) => Promise<Outcome[]>,
): (subject: Subject, call: Call) => Promise<Outcome> {
  type Waiting = { call: Call; resolve: (outcome: Outcome) => void; reject: (error: unknown) => void }
  const queues = new Map<number, { subject: Subject; waiting: Waiting[] }>()

  async function drain(id: number, queue: { subject: Subject; waiting: Waiting[] }): Promise<void> {
    // Those who ask in the same turn of the event loop travel together.
    await new Promise(resolve => setImmediate(resolve))
    while (queue.waiting.length > 0) {
      const group = queue.waiting.splice(0, of.groupMax)
      try {
        const outcomes = await work(
          queue.subject,
          group.map(one => one.call),
        )
        for (const [index, one] of group.entries()) one.resolve(outcomes[index] as Outcome)
      } catch (error) {
        for (const one of group) one.reject(error)
      }
    }
    queues.delete(id)
  }

  return (subject, call) => {
    const known = queues.get(subject.id)
    if (known && known.waiting.length >= of.waitingMax) return Promise.reject(refused('rate.limited', { retryAfterSeconds: 1 }))
    return new Promise((resolve, reject) => {
      const queue = known ?? { subject, waiting: [] }
      queue.subject = subject
      queue.waiting.push({ call, resolve, reject })
      if (known) return
      queues.set(subject.id, queue)
      void drain(subject.id, queue)
    })
  }
}
