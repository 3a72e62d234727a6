import { z } from 'zod'

/**
 * The grammar of the contract. An endpoint is data: who may call it, what goes in, what comes out.
 * The server refuses what `input` does not describe and strips what `output` does not name.
 */

/** Who may call: anybody, a consumer's mini-program session, store staff, a headquarters operator, another system's key. */
export type Access = 'public' | 'person' | 'staff' | 'operator' | 'apiKey'

export type Endpoint<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> = {
  kind: 'query' | 'command'
  access: readonly Access[]
  input: I
  output: O
  /** One English line for the OpenAPI document. */
  summary: string
  /** False for commands whose audit entry would only repeat another record, for example collecting tracks. */
  isAudited: boolean
  /** True where the action itself keeps the idempotency key with what it made, so that a second record of it would only cost time. */
  keepsOwnKey: boolean
}

type EndpointInput<I extends z.ZodType, O extends z.ZodType> = {
  access: Access | readonly Access[]
  input: I
  output: O
  summary: string
  isAudited?: boolean
  keepsOwnKey?: boolean
}

/** A read: no transaction, no audit, safe to repeat. */
export function query<I extends z.ZodType, O extends z.ZodType>(def: EndpointInput<I, O>): Endpoint<I, O> & { kind: 'query' } {
  return { ...def, kind: 'query', access: listOf(def.access), isAudited: false, keepsOwnKey: false }
}

/** A change: one transaction, an audit entry, and an idempotency key that makes a repeat harmless. */
export function command<I extends z.ZodType, O extends z.ZodType>(
  def: EndpointInput<I, O>,
): Endpoint<I, O> & { kind: 'command' } {
  return {
    ...def,
    kind: 'command',
    access: listOf(def.access),
    isAudited: def.isAudited ?? true,
    keepsOwnKey: def.keepsOwnKey ?? false,
  }
}

export type EndpointTable = Record<string, Endpoint>

/** What an action receives: parsed, so instants are Dates. */
export type InputOf<E extends Endpoint> = z.output<E['input']>
/** What an action returns: before it is written, so instants are Dates. */
export type OutputOf<E extends Endpoint> = z.output<E['output']>
/** What a client sends: instants are text. */
export type ClientInputOf<E extends Endpoint> = z.input<E['input']>
/** What a client receives: instants are text. */
export type ClientOutputOf<E extends Endpoint> = z.input<E['output']>

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T]
}

/** An instant on the wire is ISO 8601 text with an offset; in our code it is a Date. `decode` reads the wire, `encode` writes it. */
export const Instant = z
  .codec(z.iso.datetime({ offset: true }), z.date(), {
    decode: text => new Date(text),
    encode: date => date.toISOString(),
  })
  .meta({ description: 'Instant, ISO 8601 with offset' })

/** A calendar day, `2026-11-22`, in the brand's time zone. */
export const Day = z.iso.date()

/** Dense positive integer. */
export const Id = z.int().positive()

/** Money: whole fen (1/100 yuan). */
export const Fen = z.int()

export const Empty = z.object({})
export const Done = z.object({ isDone: z.literal(true) })

export const PAGE_SIZE_MAX = 200

/** Every list is paged, at the least. */
export const Paged = z.object({
  page: z.int().min(1).max(100_000).default(1),
  pageSize: z.int().min(1).max(PAGE_SIZE_MAX).default(20),
})

/** A list that is searched and sorted; extend it with filters: `Page.extend({ status: ... })`. */
export const Page = Paged.extend({
  search: z.string().trim().max(100).optional(),
  /** Field name, `-` in front for descending. Unknown fields are refused by the action. */
  sort: z.string().max(60).optional(),
})

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), total: z.int().min(0) })
}

/** What became of each of many: null where it was done, else the code of the refusal. In the order given, each once. */
export const EachOutcome = z.object({
  items: z.array(z.object({ id: Id, error: z.string().nullable() })),
  doneCount: z.int(),
})

/** A text a person typed: trimmed, not empty, with a limit. */
export const Name = z.string().trim().min(1).max(60)

export type ErrorDef = { status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 502 | 503; zh: string; en: string }

/** A module's error codes: HTTP status and what a person reads: what happened, why, what to do now. */
export function defineErrors<T extends Record<string, ErrorDef>>(table: T): T {
  return table
}

/** The error half of every answer. */
export const ErrorAnswer = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    requestId: z.string(),
    detail: z.record(z.string(), z.unknown()).optional(),
  }),
})

export const kernelErrors = defineErrors({
  'input.invalid': { status: 422, zh: '填写的内容有误，请检查标出的字段', en: 'Some fields are not right' },
  'input.malformed': { status: 400, zh: '请求不是有效的 JSON', en: 'The request is not valid JSON' },
  'input.tooLarge': { status: 413, zh: '内容太大', en: 'The request is too large' },
  'endpoint.unknown': { status: 404, zh: '没有这个接口', en: 'There is no such endpoint' },
  'method.notAllowed': { status: 400, zh: '请使用 POST 调用', en: 'Call it with POST' },
  'access.signedOut': { status: 401, zh: '请先登录', en: 'Sign in first' },
  'access.denied': { status: 403, zh: '您没有这项权限，请联系管理员', en: 'You may not do this' },
  'access.outOfScope': { status: 403, zh: '这条数据不在您的品牌或门店范围内', en: 'Outside your brands or stores' },
  'thing.notFound': { status: 404, zh: '没有找到，可能已被删除', en: 'Not found' },
  'idempotency.mismatch': {
    status: 409,
    zh: '同一个幂等键用于了不同的内容',
    en: 'This idempotency key was used with another body',
  },
  'idempotency.running': { status: 409, zh: '上一次相同的请求还在处理中，请稍候', en: 'The same request is still running' },
  'rate.limited': { status: 429, zh: '操作太频繁，请稍后再试', en: 'Too many requests' },
  'conflict.changed': { status: 409, zh: '内容已被他人修改，请刷新后再试', en: 'It changed meanwhile; load it again' },
  'store.away': { status: 503, zh: '数据库暂时不可用，请稍后再试', en: 'The database is away' },
  'server.failed': { status: 500, zh: '服务器出错了，我们已记录', en: 'Something failed; it is recorded' },
})
