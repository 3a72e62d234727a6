import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { createClient } from 'redis'
import { type Acts, actsOf } from './acts.ts'
import { type Cores, coresBetween, cpuNow } from './cpu.ts'

const databaseUrl = process.env.BENCH_DATABASE_URL || process.env.TEST_DATABASE_URL || 'mysql://root@127.0.0.1:3306'
const redisUrl = process.env.BENCH_REDIS_URL || process.env.TEST_REDIS_URL || 'redis://127.0.0.1:6379'
const PORT = 4610
/** `BENCH_PROFILE=folder` writes a CPU profile of the server there: where the time goes. */
const profiling = process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : []

export type BenchProduct = {
  port: number
  /** Asks the server process to do one of scripts/bench/server.ts's acts. */
  act: Acts
  /** Calls `work` and answers with the most memory the server held meanwhile, and who kept the cores busy. */
  watching: <T>(work: () => Promise<T>) => Promise<{ result: T; residentMbMax: number; cores: Cores; seconds: number }>
  stop: () => Promise<void>
}

/** A server of its own: a fresh database and key space on MariaDB/MySQL and Redis, ClickHouse embedded in a fresh folder, the simulator beside it. */
export async function startProduct(): Promise<BenchProduct> {
  const name = `banyan_bench_${process.pid}`
  const url = new URL(databaseUrl)
  url.pathname = ''
  await onDatabase(url.href, `CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  url.pathname = `/${name}`
  const dataDir = mkdtempSync(join(tmpdir(), 'banyan-bench-'))
  const child = spawn(process.execPath, [...profiling, '--import', 'tsx', 'scripts/bench/server.ts'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: 'development',
      UV_THREADPOOL_SIZE: '16',
      DATABASE_URL: url.href,
      REDIS_URL: redisUrl,
      REDIS_PREFIX: `${name}:`,
      DATA_DIR: dataDir,
      PORT: String(PORT),
      SIMULATOR: '1',
      SIMULATOR_PORT: String(PORT + 1),
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
    },
  })
  const act = actsOf(child)
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await new Promise(resolve => child.once('exit', resolve))
    }
    url.pathname = ''
    await onDatabase(url.href, `DROP DATABASE IF EXISTS \`${name}\``)
    await dropKeys(`${name}:*`)
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    await act('ready')
  } catch (error) {
    await stop()
    throw error
  }
  return { port: PORT, act, watching: work => watch(child.pid ?? 0, work), stop }
}

async function watch<T>(pid: number, work: () => Promise<T>) {
  const before = cpuNow(pid)
  const startedAt = performance.now()
  let residentMbMax = residentMbOf(pid)
  const timer = setInterval(() => {
    residentMbMax = Math.max(residentMbMax, residentMbOf(pid))
  }, 100)
  try {
    const result = await work()
    const seconds = (performance.now() - startedAt) / 1000
    return {
      result,
      residentMbMax: Math.max(residentMbMax, residentMbOf(pid)),
      cores: coresBetween(before, cpuNow(pid), seconds),
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
