import { NetworkFailure, PlatformRefusal } from '../platform/platform.ts'

/** Why a call did not succeed, in words for the person: what happened, why, what to do now. */
export class CallFailure extends Error {
  readonly code: string
  readonly status: number
  readonly requestId: string
  readonly detail: Record<string, unknown>

  constructor(answer: { code: string; message: string; status: number; requestId?: string; detail?: Record<string, unknown> }) {
    super(answer.message)
    this.code = answer.code
    this.status = answer.status
    this.requestId = answer.requestId ?? ''
    this.detail = answer.detail ?? {}
  }

  /** Nothing was decided: the network or the server was away. Asking again is right, and safe with the same key. */
  get isPassing(): boolean {
    return this.status === 0 || this.status >= 500 || this.code === 'idempotency.running' || this.code === 'rate.limited'
  }
}

/** Turns whatever was thrown into words. */
export function failureOf(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error
  if (error instanceof NetworkFailure) {
    return error.isTimeout
      ? new CallFailure({ code: 'client.slow', status: 0, message: '网络较慢，没有等到结果。请再试一次，不会重复提交。' })
      : new CallFailure({ code: 'client.offline', status: 0, message: '网络连接不上，请检查网络后再试。' })
  }
  if (error instanceof PlatformRefusal)
    return new CallFailure({ code: 'client.platformRefused', status: 409, message: error.message })
  return new CallFailure({ code: 'client.failed', status: 0, message: '页面出了点问题，请重新打开再试。' })
}

/** The error half of an answer; a body that is not ours (a proxy's page) is a failure of the server. */
export function readFailure(status: number, body: unknown): CallFailure {
  const error = (
    body as { error?: { code?: string; message?: string; requestId?: string; detail?: Record<string, unknown> } } | null
  )?.error
  if (error?.code && error.message) return new CallFailure({ ...error, code: error.code, message: error.message, status })
  return new CallFailure({ code: 'server.failed', status: status || 502, message: '服务器暂时没有应答，请稍后再试。' })
}
