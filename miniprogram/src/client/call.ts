import { platform } from '../platform/index.ts'
import { type CallFailure, failureOf, readFailure } from './failure.ts'
import type { Session } from './session.ts'
import type { EndpointName, Input, Output } from './types.ts'

const TIMEOUT_MS = 12_000
/** Waits before asking again when nothing was decided. Commands carry one key over all tries, so a repeat is harmless. */
const RETRY_WAITS_MS = [600, 2_000]

export type CallOptions = {
  /** Idempotency key of a command. Queries have none. */
  key?: string
}

/** One try over the wire: `{ data }` or a thrown CallFailure. */
export async function post<N extends EndpointName>(
  name: N,
  input: Input<N>,
  { token, key }: { token?: string | null; key?: string } = {},
): Promise<Output<N>> {
  // These faces speak Chinese, whatever the phone's own language.
  const headers: Record<string, string> = { 'Accept-Language': 'zh-CN' }
  if (token) headers.Authorization = `Bearer ${token}`
  if (key) headers['Idempotency-Key'] = key
  const { status, body } = await platform.post(`${API_ORIGIN}/api/${name}`, input, headers, TIMEOUT_MS)
  if (status < 200 || status >= 300) throw readFailure(status, body)
  return (body as { data: Output<N> }).data
}

/** `call` in the name of one session: signs in when needed, once more after a 401, and tries again when the network failed. */
export function callerOf(session: Session) {
  return async function call<N extends EndpointName>(name: N, input: Input<N>, { key }: CallOptions = {}): Promise<Output<N>> {
    let hasSignedInAgain = false
    for (let tries = 0; ; tries++) {
      const failure = await attempt()
      if ('data' in failure) return failure.data
      const { error, token } = failure
      if (error.status === 401 && !hasSignedInAgain && token) {
        hasSignedInAgain = true
        session.forget(token)
        continue
      }
      const wait = RETRY_WAITS_MS[tries]
      if (!error.isPassing || wait === undefined) throw error
      await new Promise(resolve => setTimeout(resolve, wait))
    }

    async function attempt(): Promise<{ data: Output<N> } | { error: CallFailure; token: string | null }> {
      let token: string | null = null
      try {
        token = await session.token()
        return { data: await post(name, input, { token, key }) }
      } catch (error) {
        return { error: failureOf(error), token }
      }
    }
  }
}

export type Call = ReturnType<typeof callerOf>

/** A fresh idempotency key. Collisions only matter within one person and a day, so time and 60 random bits are ample. */
export function newKey(): string {
  const random = () => Math.floor(Math.random() * 2 ** 30).toString(36)
  return `${Date.now().toString(36)}-${random()}${random()}`
}
