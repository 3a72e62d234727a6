import { type ClientInputOf, type ClientOutputOf, endpoints } from '@banyan/shared'
import { currentLocale } from '../i18n.ts'
import { CallError } from './errors.ts'
import { newKey } from './intention.ts'
import { brandNow, goToSignIn, tokenNow } from './session.ts'

type Endpoints = typeof endpoints
export type Name = keyof Endpoints & string
export type QueryName = { [N in Name]: Endpoints[N]['kind'] extends 'query' ? N : never }[Name]
export type CommandName = { [N in Name]: Endpoints[N]['kind'] extends 'command' ? N : never }[Name]
export type Input<N extends Name> = ClientInputOf<Endpoints[N]>
export type Output<N extends Name> = ClientOutputOf<Endpoints[N]>

const TIMEOUT_MS = 60_000

/**
 * Calls one endpoint of the contract. Instants travel as ISO text in both directions.
 * @throws CallError with the server's code, or `network.away` / `network.slow` when no answer came.
 */
export async function call<N extends Name>(
  name: N,
  input: Input<N>,
  options: { signal?: AbortSignal; idempotencyKey?: string } = {},
): Promise<Output<N>> {
  const headers: Record<string, string> = { 'content-type': 'application/json', ...identityHeaders() }
  if (endpoints[name].kind === 'command') headers['idempotency-key'] = options.idempotencyKey ?? newKey()
  return answerOf(
    await reach(`/api/${name}`, { method: 'POST', headers, body: JSON.stringify(input) }, options.signal),
  ) as Promise<Output<N>>
}

/** Who calls and reads: for raw routes too (uploads, downloads). */
export function identityHeaders(): Record<string, string> {
  const token = tokenNow()
  const brandId = brandNow()
  return {
    'accept-language': currentLocale(),
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(brandId ? { 'x-brand-id': String(brandId) } : {}),
  }
}

async function reach(url: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  try {
    return await fetch(url, { ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new CallError({ code: timeout.aborted ? 'network.slow' : 'network.away', message: '', status: 0 })
  }
}

/** Reads `{ data }` or throws the coded error. A page that is not JSON (a proxy's) becomes `server.failed`. */
export async function answerOf(response: Response): Promise<unknown> {
  const body = (await response.json().catch(() => null)) as { data?: unknown; error?: ErrorBody } | null
  if (response.ok && body && 'data' in body) return body.data
  if (response.status === 401 && body?.error?.code !== 'auth.wrong') goToSignIn()
  throw new CallError({
    code: body?.error?.code ?? (response.status === 404 ? 'endpoint.unknown' : 'server.failed'),
    message: body?.error?.message ?? '',
    status: response.status,
    requestId: body?.error?.requestId,
    detail: body?.error?.detail,
  })
}

type ErrorBody = { code: string; message: string; requestId: string; detail?: Record<string, unknown> }
