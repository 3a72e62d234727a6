/** A refusal that the contract names: an expected answer, not a fault. Its HTTP status and texts stand in shared's error tables. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: string
  readonly detail: Record<string, unknown> | undefined

  constructor(code: string, detail?: Record<string, unknown>) {
    super(code)
    this.code = code
    this.detail = detail
  }
}

/** `throw refused('coupon.soldOut', { batchId })`; `detail.field` names the field that a form should mark. */
export function refused(code: string, detail?: Record<string, unknown>): Refusal {
  return new Refusal(code, detail)
}

/** `throw notFound('coupon', 7)`. Also the answer for what lies outside the caller's scope, so that ids cannot be probed. */
export function notFound(what: string, id?: number | string): Refusal {
  return new Refusal('thing.notFound', { what, id })
}

export function forbidden(detail?: Record<string, unknown>): Refusal {
  return new Refusal('access.denied', detail)
}

/** The impossible: crash and be seen. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`)
}

/** Work that should be tried again, at the earliest after `delayMs`; it does not count as a fault of the row. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater'
  readonly delayMs: number

  constructor(reason: string, delayMs: number) {
    super(reason)
    this.delayMs = delayMs
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Refusal ? error.code : 'server.failed'
}
