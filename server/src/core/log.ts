import { pino } from 'pino'
import { config } from './config.ts'

export type Logger = pino.Logger

/** What a database adds to its errors: the whole statement with its values filled in, and the error again inside of itself. */
const WITH_VALUES = ['sql', 'sqlMessage', 'parameters', 'fields', 'parent', 'original', 'errors']
const PHONE = /(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g

/** An error as the log keeps it: what failed and where, without the values that it failed with. */
export function plainError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { message, stack, ...rest } = pino.stdSerializers.err(error)
  const told = Object.entries(rest).filter(([name]) => !WITH_VALUES.includes(name) && name !== 'raw')
  return { ...Object.fromEntries(told), message: withoutValues(message), stack: withoutValues(stack) }
}

/** A unique key that was taken is named with the value that took it. */
function withoutValues(text: string): string {
  return text.replace(/Duplicate entry '.*?' for key/gs, "Duplicate entry '…' for key").replace(PHONE, '$1****$2')
}

/** Structured log. Secrets and personal data never enter it: the paths below are a second line of defence. */
export const log: Logger = pino({
  level: config.logLevel,
  base: undefined,
  serializers: { err: plainError },
  redact: {
    paths: [
      '*.phone',
      '*.password',
      '*.secret',
      '*.token',
      '*.accessToken',
      '*.sessionKey',
      'headers.authorization',
      '*.authorization',
    ],
    censor: '[hidden]',
  },
})
