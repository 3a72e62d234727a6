import { useCallback, useEffect, useRef, useState } from 'react'
import { platform } from '../platform/index.ts'
import { type Call, newKey } from './call.ts'
import { type CallFailure, failureOf } from './failure.ts'
import type { EndpointName, Input, Output } from './types.ts'

// What was read stays in memory, so going back shows the page at once and refreshes it behind.
const memory = new Map<string, unknown>()
const listeners = new Set<(prefix: string) => void>()

/** Something changed: every shown query whose name starts with one of these reads again. */
export function changed(...prefixes: string[]) {
  for (const prefix of prefixes) {
    for (const key of memory.keys()) if (key.startsWith(prefix)) memory.delete(key)
    for (const listener of listeners) listener(prefix)
  }
}

export type Asked<T> = {
  data: T | undefined
  error: CallFailure | null
  isLoading: boolean
  /** The shown data was kept from an earlier visit because the network is away. */
  isStale: boolean
  reload(): Promise<void>
}

export type AskOptions = {
  isSkipped?: boolean
  /** Keep the answer on the phone, to show it without a network. */
  isKept?: boolean
}

type State<T> = { data: T | undefined; error: CallFailure | null; isLoading: boolean; isStale: boolean }

/** Reads, in the name of one session, and reads again when `changed` names it. */
export function useAskBy<N extends EndpointName>(
  call: Call,
  name: N,
  input: Input<N>,
  { isSkipped = false, isKept = false }: AskOptions = {},
): Asked<Output<N>> {
  const body = JSON.stringify(input)
  const key = `${name} ${platform.owner()} ${body}`
  const [state, setState] = useState<State<Output<N>> & { key: string }>(() => ({ key, ...startOf<Output<N>>(key, isKept) }))
  const shown = state.key === key ? state : { key, ...startOf<Output<N>>(key, isKept) }
  const latest = useRef(key)
  latest.current = key

  const reload = useCallback(async () => {
    setState(was => ({ ...was, isLoading: true }))
    try {
      const data = await call(name, JSON.parse(body) as Input<N>)
      memory.set(key, data)
      if (isKept) platform.write(`banyan.kept.${key}`, JSON.stringify(data))
      if (latest.current === key) setState({ key, data, error: null, isLoading: false, isStale: false })
    } catch (error) {
      if (latest.current !== key) return
      setState(was => ({
        key,
        data: was.key === key ? was.data : undefined,
        error: failureOf(error),
        isLoading: false,
        isStale: was.key === key && was.data !== undefined,
      }))
    }
  }, [call, name, body, key, isKept])

  useEffect(() => {
    if (isSkipped) return
    void reload()
    const heard = (prefix: string) => {
      if (name.startsWith(prefix)) void reload()
    }
    listeners.add(heard)
    return () => {
      listeners.delete(heard)
    }
  }, [reload, isSkipped, name])

  return { data: shown.data, error: shown.error, isLoading: !isSkipped && shown.isLoading, isStale: shown.isStale, reload }
}

/**
 * A change. The idempotency key is kept while the same input has no definite answer, so a second tap after
 * a broken connection finishes the first one instead of doing it twice. Answers null when it failed; `error` says why.
 */
export function useActBy<N extends EndpointName>(call: Call, name: N) {
  const [isRunning, setRunning] = useState(false)
  const [error, setError] = useState<CallFailure | null>(null)
  const pending = useRef<{ body: string; key: string } | null>(null)
  const isBusy = useRef(false)

  const run = useCallback(
    async (input: Input<N>): Promise<Output<N> | null> => {
      if (isBusy.current) return null // a double tap
      isBusy.current = true
      setRunning(true)
      setError(null)
      const body = JSON.stringify(input)
      if (pending.current?.body !== body) pending.current = { body, key: newKey() }
      try {
        const answer = await call(name, input, { key: pending.current.key })
        pending.current = null
        return answer
      } catch (thrown) {
        const failure = failureOf(thrown)
        if (!failure.isPassing) pending.current = null
        setError(failure)
        return null
      } finally {
        isBusy.current = false
        setRunning(false)
      }
    },
    [call, name],
  )
  return { run, isRunning, error, clear: () => setError(null) }
}

function startOf<T>(key: string, isKept: boolean): State<T> {
  const inMemory = memory.get(key) as T | undefined
  if (inMemory !== undefined) return { data: inMemory, error: null, isLoading: true, isStale: false }
  const kept = isKept ? platform.read(`banyan.kept.${key}`) : null
  return { data: kept ? (JSON.parse(kept) as T) : undefined, error: null, isLoading: true, isStale: kept !== null }
}
