import { endpointErrors, many } from '@banyan/shared'
import { currentLocale, t } from '../i18n.ts'

type Text = { zh: string; en: string }

/** What the client itself can meet before any server answers. */
const own: Record<string, Text> = {
  'network.away': { zh: '连不上服务器，请检查网络后重试', en: 'The server cannot be reached. Check the network and try again' },
  'upload.stopped': { zh: '已取消上传', en: 'The upload was cancelled' },
  'network.slow': { zh: '服务器一分钟内没有回应，请稍后重试', en: 'No answer within a minute. Try again later' },
}

/** A refusal with its code. `message` is already in the reader's language. */
export class CallError extends Error {
  readonly code: string
  readonly status: number
  readonly requestId: string | undefined
  readonly detail: Record<string, unknown> | undefined

  constructor(of: { code: string; message: string; status: number; requestId?: string; detail?: Record<string, unknown> }) {
    super(filled(textOf(of.code, of.message), of.detail ?? {}))
    this.code = of.code
    this.status = of.status
    this.requestId = of.requestId
    this.detail = of.detail
  }

  /** Nobody knows whether the server acted: the same intention may be sent again with the same key. */
  get isUnsure() {
    return this.status === 0 || this.status >= 500
  }
}

/** What a code says, for outcomes that come row by row. */
export const textOfCode = (code: string): string => textOf(code, code)

function textOf(code: string, fallback: string): string {
  const text: Text | undefined = own[code] ?? endpointErrors[code]
  if (text) return text[currentLocale()]
  return fallback || t('出错了，请重试', 'Something went wrong. Try again')
}

/** `没有「{name}」这个属性`: what the detail names stands in the sentence. */
function filled(text: string, detail: Record<string, unknown>): string {
  return text.replace(/\{(\w+)\}/g, (all, key) => (['string', 'number'].includes(typeof detail[key]) ? String(detail[key]) : all))
}

/** Any thrown thing as one sentence for a person. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CallError) return withReason(error) + waitOf(error)
  return error instanceof Error ? error.message : String(error)
}

function withReason(error: CallError): string {
  const reason = error.detail?.reason
  return typeof reason === 'string' && reason && reason !== error.message
    ? `${error.message}${t('：', ': ')}${reason}`
    : error.message
}

type FieldProblem = { field?: string; reason?: string }

/** Field errors of a refusal, as `{ 'welcome.text': '…' }`: the server names one `field`, or all of them in `fields`. */
export function fieldErrorsOf(error: unknown): Record<string, string> {
  if (!(error instanceof CallError) || !error.detail) return {}
  const { fields, field, reason } = error.detail as FieldProblem & { fields?: FieldProblem[] }
  const problems = Array.isArray(fields) ? fields : [{ field, reason }]
  return Object.fromEntries(problems.flatMap(one => (one.field ? [[one.field, one.reason ?? error.message]] : [])))
}

/** How long "later" is, where it is worth saying. */
function waitOf(error: CallError): string {
  const minutes = Math.ceil(Number(error.detail?.retryAfterSeconds ?? 0) / 60)
  return minutes > 1 ? t(`（约 ${minutes} 分钟后）`, ` (in about ${many(minutes, 'minute')})`) : ''
}
