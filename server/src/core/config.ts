import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'

/**
 * All settings, read once. Every setting has a default that runs the product on one machine with nothing installed;
 * production names its stores. The README's table lists them.
 */
const flag = z.enum(['0', '1', 'true', 'false']).transform(text => text === '1' || text === 'true')

const Env = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().default('0.0.0.0'),
  /** How browsers and the platforms reach us: callback, download and click addresses are made from it. */
  PUBLIC_URL: z.url().optional(),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: z
    .string()
    .regex(/^(mysql|mariadb):\/\//, 'must start with mysql://')
    .optional(),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(20),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must start with redis://')
    .optional(),
  REDIS_PREFIX: z.string().default('banyan:'),
  CLICKHOUSE_URL: z.url().optional(),
  CLICKHOUSE_CLUSTER: z.string().optional(),
  /** Tracks older than this are forgotten in ClickHouse; a track may come a year late. Without it they are kept for ever. */
  TRACKS_KEEP_DAYS: z.coerce.number().int().min(400).max(36_500).optional(),
  /** 32 bytes in base64 or hex. Encrypts secrets and phones. Made and kept under DATA_DIR when the stores are embedded. */
  APP_KEY: z
    .string()
    .refine(text => keyBytes(text).length === 32, 'must be 32 bytes in base64 or hex (openssl rand -base64 32)')
    .optional(),
  WECHAT_API_URL: z.url().default('https://api.weixin.qq.com'),
  WECHAT_MP_URL: z.url().default('https://mp.weixin.qq.com'),
  WECOM_API_URL: z.url().default('https://qyapi.weixin.qq.com'),
  PAY_API_URL: z.url().default('https://api.mch.weixin.qq.com'),
  SIMULATOR: flag.optional(),
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65533).default(3001),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).optional(),
  /** Lets a monitor on another machine read /metrics and what /readyz checked: `Authorization: Bearer ...`. Without it only this machine may. */
  METRICS_TOKEN: z.string().min(16).max(200).optional(),
  /** Proxies in front of us whose X-Forwarded-For may be believed. */
  TRUST_PROXY: flag.default(false),
})

/** A key as it is written in the settings: hex, else base64. */
export function keyBytes(text: string): Buffer {
  return /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
}

export type Config = ReturnType<typeof readConfig>

/** Reads and checks the environment; throws one error that names every wrong or missing setting. */
export function readConfig(env: Record<string, string | undefined>) {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = Env.safeParse(present)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(issue => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`config.invalid: these settings are wrong:\n${lines.join('\n')}`)
  }
  const e = parsed.data
  const isProduction = e.NODE_ENV === 'production'
  const hasSimulator = e.SIMULATOR ?? false
  if (isProduction && hasSimulator) throw new Error('config.invalid: SIMULATOR must be off when NODE_ENV=production')
  if (isProduction && !e.APP_KEY)
    throw new Error('config.invalid: APP_KEY is missing: production needs a key of 32 bytes (openssl rand -base64 32)')

  const simulated = (offset: number) => `http://127.0.0.1:${e.SIMULATOR_PORT + offset}`
  return {
    isProduction,
    isTest: e.NODE_ENV === 'test',
    port: e.PORT,
    host: e.HOST,
    publicUrl: (e.PUBLIC_URL ?? `http://localhost:${e.PORT}`).replace(/\/$/, ''),
    dataDir: resolve(e.DATA_DIR),
    databaseUrl: e.DATABASE_URL?.replace(/^mariadb:/, 'mysql:') ?? null,
    databasePool: e.DATABASE_POOL,
    redisUrl: e.REDIS_URL ?? null,
    redisPrefix: e.REDIS_PREFIX,
    clickhouseUrl: e.CLICKHOUSE_URL ?? null,
    clickhouseCluster: e.CLICKHOUSE_CLUSTER ?? null,
    tracksKeepDays: e.TRACKS_KEEP_DAYS ?? null,
    appKey: e.APP_KEY ?? null,
    hasSimulator,
    simulatorPort: e.SIMULATOR_PORT,
    wechatApiUrl: hasSimulator ? simulated(0) : e.WECHAT_API_URL,
    wechatMpUrl: hasSimulator ? simulated(0) : e.WECHAT_MP_URL,
    wecomApiUrl: hasSimulator ? simulated(1) : e.WECOM_API_URL,
    payApiUrl: hasSimulator ? simulated(2) : e.PAY_API_URL,
    logLevel: e.LOG_LEVEL ?? (e.NODE_ENV === 'test' ? 'warn' : 'info'),
    metricsToken: e.METRICS_TOKEN ?? null,
    trustsProxy: e.TRUST_PROXY,
  }
}

export const config = readConfig(process.env)

/** The embedded stores' folder, made when it is missing. */
export function dataDir(): string {
  mkdirSync(config.dataDir, { recursive: true })
  return config.dataDir
}
