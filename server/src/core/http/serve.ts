import type { Readable } from 'node:stream'
import type { Endpoint, EndpointTable, InputOf, OutputOf } from '@banyan/shared'
import type { Ctx } from '../ctx.ts'

export type Action = (ctx: Ctx, input: never) => Promise<unknown>

export type Route = { name: string; endpoint: Endpoint; action: Action; isOutsideTransaction: boolean }

type ActionOf<E extends Endpoint> = (ctx: Ctx, input: InputOf<E>) => Promise<OutputOf<E>>
type Handlers<T extends EndpointTable> = { [Name in keyof T]: ActionOf<T[Name]> | OutsideTransaction<ActionOf<T[Name]>> }

export type OutsideTransaction<A> = { isOutsideTransaction: true; action: A }

/** For commands that call a platform: the action opens its own transactions around the call (reserve, call, settle). */
export function outsideTransaction<A>(action: A): OutsideTransaction<A> {
  return { isOutsideTransaction: true, action }
}

/** Endpoint -> action. The compiler refuses a missing or an extra line. */
export function serve<T extends EndpointTable>(table: T, handlers: Handlers<T>): Route[] {
  return Object.keys(table).map(name => {
    const handler = handlers[name] as Action | OutsideTransaction<Action>
    const isOutside = typeof handler === 'object'
    return {
      name,
      endpoint: table[name] as Endpoint,
      action: isOutside ? handler.action : handler,
      isOutsideTransaction: isOutside,
    }
  })
}

/** What a raw route sees of the request: callbacks, uploads and downloads need bytes, not JSON. */
export type RawRequest = {
  params: Record<string, string>
  query: Record<string, string>
  headers: Record<string, string | undefined>
  ip: string
  ctx: Ctx
  /** The whole body; throws input.tooLarge past the route's limit. */
  body: () => Promise<Buffer>
  stream: Readable
}

export type RawAnswer = {
  status?: number
  headers?: Record<string, string>
  body?: string | Buffer | Readable | Record<string, unknown> | null
}

export type RawRoute = {
  method: 'GET' | 'POST'
  /** @koa/router pattern, for example `/callbacks/wecom/:corpId`. */
  path: string
  name: string
  bodyLimitBytes: number
  /** Needs a signed-in caller who may call this name; otherwise the handler proves the caller itself (signature, token). */
  access: 'own' | 'operator'
  handler: (request: RawRequest) => Promise<RawAnswer>
}

export function raw(
  def: Omit<RawRoute, 'bodyLimitBytes' | 'access'> & Partial<Pick<RawRoute, 'bodyLimitBytes' | 'access'>>,
): RawRoute {
  return { bodyLimitBytes: 1_000_000, access: 'own', ...def }
}

/** One call on its way through the chain. Links may replace `ctx`; the last link runs the action. */
export type Call = {
  route: Route
  ctx: Ctx
  headers: Record<string, string | undefined>
  ip: string
  /** The body as sent. */
  rawInput: unknown
  /** After the parse link. */
  input: unknown
}

/** Answers with the output as it goes over the wire. */
export type Link = (call: Call, next: () => Promise<unknown>) => Promise<unknown>
