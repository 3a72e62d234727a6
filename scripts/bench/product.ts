import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { createClient } from 'redis'
import { type Acts, actsOf } from './acts.ts'
import { type Cores, coresBetween, cpuNow, type Pids } from './cpu.ts'

const databaseUrl = process.env.BENCH_DATABASE_URL || process.env.TEST_DATABASE_URL || 'mysql://root@127.0.0.1:3306'
const redisUrl = process.env.BENCH_REDIS_URL || process.env.TEST_REDIS_URL || 'redis://127.0.0.1:6379'
const PORT = Number(process.env.BENCH_PORT ?? 4610)
/** `BENCH_PROFILE=folder` writes CPU profiles of web, worker and simulator there: where the time goes. */
const profiling = process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : []

export type BenchProduct = {
  port: number
  /** Asks the web process to do one of scripts/bench/web.ts's acts. */
  act: Acts
  /** Calls `work` and answers with the most memory that web and worker held together meanwhile, and who kept the cores busy. */
  watching: <T>(work: () => Promise<T>) => Promise<{ result: T; residentMbMax: number; cores: Cores; seconds: number }>
  stop: () => Promise<void>
}

/**
 * The product as in production: a web process and a worker process, on a fresh database and key space on MariaDB/MySQL and Redis; ClickHouse is chDB behind
 * HTTP, in a fresh folder, and the platforms are the simulator, each in a process of its own.
 */
export async function startProduct(): Promise<BenchProduct> {
  const name = `banyan_bench_${process.pid}`
  const url = new URL(databaseUrl)
  url.pathname = ''
  await onDatabase(url.href, `CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  url.pathname = `/${name}`
  const dataDir = mkdtempSync(join(tmpdir(), 'banyan-bench-'))
  const children: ChildProcess[] = []
  const start = (args: readonly string[], env: Record<string, string> = {}) => {
    // With our own flags: those of a server's process, see scripts/bench.mjs.
    const child = spawn(process.execPath, [...process.execArgv, ...args], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '16', ...env },
    })
    children.unshift(child)
    return child
  }
  const stop = async () => {
    for (const child of children) await ended(child)
    url.pathname = ''
    await onDatabase(url.href, `DROP DATABASE IF EXISTS \`${name}\``)
    await dropKeys(`${name}:*`)
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const clickhouse = start(['server/test/chdb-server.ts', join(dataDir, 'clickhouse')])
    const { port } = await firstWord<{ port: number }>(clickhouse)
    const env = {
      NODE_ENV: 'development',
      APP_KEY: randomBytes(32).toString('base64'),
      DATABASE_URL: url.href,
      REDIS_URL: redisUrl,
      REDIS_PREFIX: `${name}:`,
      CLICKHOUSE_URL: `http://127.0.0.1:${port}`,
      DATA_DIR: dataDir,
      PORT: String(PORT),
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
    }
    const web = start([...profiling, 'scripts/bench/web.ts'], {
      ...env,
      SIMULATOR: '1',
      SIMULATOR_PORT: String(PORT + 1),
    })
    const act = actsOf(web)
    const { simulatorPid } = await act<{ simulatorPid: number }>('ready')
    const [wechat, wecom, pay] = [1, 2, 3].map(offset => `http://127.0.0.1:${PORT + offset}`) as [string, string, string]
    const worker = start([...profiling, 'server/src/app/main.ts', 'worker'], {
      ...env,
      SIMULATOR: '0',
      WECHAT_API_URL: wechat,
      WECHAT_MP_URL: wechat,
      WECOM_API_URL: wecom,
      PAY_API_URL: pay,
    })
    await readiness(worker)
    const pids: Pids = {
      web: web.pid ?? 0,
      worker: worker.pid ?? 0,
      clickhouse: clickhouse.pid ?? 0,
      platforms: simulatorPid,
    }
    return { port: PORT, act, watching: work => watch(pids, work), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await new Promise(resolve => child.once('exit', resolve))
}

function firstWord<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', message => resolve(message as T))
    child.once('exit', code => reject(new Error(`a process ended with code ${code}`)))
  })
}

/** The worker says how far it is, and at last that it is ready. */
function readiness(worker: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', message => 'ready' in (message as object) && resolve())
    worker.once('exit', code => reject(new Error(`the worker ended with code ${code}`)))
  })
}

async function watch<T>(pids: Pids, work: () => Promise<T>) {
  const residentMb = () => residentMbOf(pids.web) + residentMbOf(pids.worker)
  const before = cpuNow(pids)
  const startedAt = performance.now()
  let residentMbMax = residentMb()
  const timer = setInterval(() => {
    residentMbMax = Math.max(residentMbMax, residentMb())
  }, 100)
  try {
    const result = await work()
    const seconds = (performance.now() - startedAt) / 1000
    return {
      result,
      residentMbMax: Math.max(residentMbMax, residentMb()),
      cores: coresBetween(before, cpuNow(pids), seconds),
      seconds,
    }
  } finally {
    clearInterval(timer)
  }
}

/** From /proc (Linux); zero elsewhere. */
function residentMbOf(pid: number): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)
  } catch {
    return 0
  }
}

async function onDatabase(url: string, statement: string): Promise<void> {
  const connection = await createConnection(url)
  await connection.query(statement)
  await connection.end()
}

async function dropKeys(pattern: string): Promise<void> {
  const client = createClient({ url: redisUrl })
  await client.connect()
  for await (const keys of client.scanIterator({ MATCH: pattern, COUNT: 1000 })) if (keys.length > 0) await client.unlink(keys)
  await client.close()
}
