import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const KEY = Buffer.alloc(32, 1).toString('base64')

test('nothing set runs on one machine; every platform may be another address, and the simulator takes their place', () => {
  const plain = readConfig({})
  expect(plain).toMatchObject({ port: 3000, databaseUrl: null, redisUrl: null, clickhouseUrl: null, hasSimulator: false })
  expect(plain).toMatchObject({ wecomApiUrl: 'https://qyapi.weixin.qq.com', payApiUrl: 'https://api.mch.weixin.qq.com' })
  const names = {
    WECHAT_API_URL: 'wechatApiUrl',
    WECHAT_MP_URL: 'wechatMpUrl',
    WECOM_API_URL: 'wecomApiUrl',
    PAY_API_URL: 'payApiUrl',
  }
  for (const [name, field] of Object.entries(names))
    expect(readConfig({ [name]: 'https://proxy.example.com' })).toMatchObject({ [field]: 'https://proxy.example.com' })
  expect(readConfig({ SIMULATOR: '1', SIMULATOR_PORT: '4000', WECOM_API_URL: 'https://qyapi.weixin.qq.com' })).toMatchObject({
    wechatApiUrl: 'http://127.0.0.1:4000',
    wecomApiUrl: 'http://127.0.0.1:4001',
    payApiUrl: 'http://127.0.0.1:4002',
  })
})

test.each<[string, Record<string, string>, RegExp[]]>([
  [
    'every wrong setting at once',
    { PORT: 'abc', DATABASE_URL: 'postgres://x', REDIS_URL: 'http://x' },
    [/PORT/, /DATABASE_URL: must start with mysql/, /REDIS_URL: must start with redis/],
  ],
  ['production without a key', { NODE_ENV: 'production' }, [/APP_KEY is missing/]],
  ['production with the simulator', { NODE_ENV: 'production', APP_KEY: KEY, SIMULATOR: '1' }, [/SIMULATOR must be off/]],
])('%s is named', (_, env, said) => {
  for (const words of [/^config\.invalid: /, ...said]) expect(() => readConfig(env)).toThrow(words)
})

test.each<[string, string, Record<string, string>, RegExp]>([
  ['web without its stores', 'web', {}, /config\.invalid: .*DATABASE_URL, REDIS_URL and CLICKHOUSE_URL/],
  [
    'worker without one of them',
    'worker',
    { DATABASE_URL: 'mysql://127.0.0.1/x', REDIS_URL: 'redis://127.0.0.1' },
    /config\.invalid: .*CLICKHOUSE_URL/,
  ],
  ['a key that is too short', 'migrate', { APP_KEY: 'c2hvcnQ=' }, /config\.invalid: .*\n *APP_KEY: must be 32 bytes/],
  ['a database that is not there', 'migrate', { DATABASE_URL: 'mysql://root@127.0.0.1:9/x' }, /ECONNREFUSED/],
  ['a role that there is not', 'sidecar', {}, /config\.invalid: unknown role sidecar/],
])('a process with %s ends at once and says so', (_, role, env, said) => {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-config-'))
  try {
    const ended = spawnSync(process.execPath, ['--import', 'tsx', join(import.meta.dirname, '../app/main.ts'), role], {
      env: { PATH: process.env.PATH, DATA_DIR: folder, APP_KEY: KEY, LOG_LEVEL: 'silent', ...env },
      encoding: 'utf8',
      timeout: 60_000,
    })
    expect(ended.status).toBe(1)
    expect(ended.stderr).toMatch(said)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
