import { pino } from 'pino'
import { config } from './config.ts'

export type Logger = pino.Logger

/** Structured log. Secrets and personal data never enter it: the paths below are a second line of defence. */
export const log: Logger = pino({
  level: config.logLevel,
  base: undefined,
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
