/**
 * Calls that come within `ms` of each other (0: in the same turn of the event loop), at most `max`, are worked together; each waits for its
 * own part of the answer. When the work fails, all of them fail.
 */
export function gather<Item, Result>(
  ms: number,
  max: number,
  work: (items: Item[]) => Promise<Result[]>,
): (item: Item) => Promise<Result> {
  let waiting: { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }[] = []
  let cancel: (() => void) | null = null

  async function flush(): Promise<void> {
    cancel?.()
    cancel = null
    const batch = waiting
    waiting = []
    try {
      const results = await work(batch.map(one => one.item))
      for (const [index, one] of batch.entries()) one.resolve(results[index] as Result)
    } catch (error) {
      for (const one of batch) one.reject(error)
    }
  }

  return item =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (waiting.length >= max) void flush()
      else cancel ??= soon(ms, () => void flush())
    })
}

function soon(ms: number, work: () => void): () => void {
  if (ms === 0) {
    const turn = setImmediate(work)
    return () => clearImmediate(turn)
  }
  const timer = setTimeout(work, ms)
  return () => clearTimeout(timer)
}
