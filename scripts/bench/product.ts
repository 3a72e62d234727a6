import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { createClient } from 'redis'

const databaseUrl = process.env.BENCH_DATABASE_URL || process.env.TEST_DATABASE_URL || 'mysql://root@127.0.0.1:3306'
const redisUrl = process.env.BENCH_REDIS_URL || process.env.TEST_REDIS_URL || 'redis://127.0.0.1:6379'
const PORT = 4610
/** `BENCH_PROFILE=folder` writes a CPU profile of the server there: where the time goes. */
const profiling = process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : []

export type BenchProduct = {
  port: number
  /** Asks the server process to do one of scripts/bench/server.ts's acts. */
  act: <T>(name: string, input?: unknown) => Promise<T>
  /** CPU seconds used so far, and resident megabytes now. */
  usage: () => { cpuSeconds: number; residentMb: number }
  /** Calls `work` and answers with the most memory the server held meanwhile. */
  watching: <T>(work: () => Promise<T>) => Promise<{ result: T; residentMbMax: number; cpuSeconds: number; seconds: number }>
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
  const usage = () => usageOf(child.pid ?? 0)
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
  return { port: PORT, act, usage, watching: work => watch(usage, work), stop }
}

function actsOf(child: ChildProcess): BenchProduct['act'] {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let last = 0
  child.on('message', (message: { id: number; result?: never; error?: string }) => {
    const one = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.error) one?.reject(new Error(message.error))
    else one?.resolve(message.result as never)
  })
  child.on('exit', code => {
    for (const { reject } of waiting.values()) reject(new Error(`the server ended with code ${code}`))
  })
  return (name, input) =>
    new Promise((resolve, reject) => {
      const id = ++last
      waiting.set(id, { resolve, reject })
      child.send({ id, name, input })
    })
}

async function watch<T>(usage: BenchProduct['usage'], work: () => Promise<T>) {
  const before = usage()
  const startedAt = performance.now()
  let residentMbMax = before.residentMb
  const timer = setInterval(() => {
    residentMbMax = Math.max(residentMbMax, usage().residentMb)
  }, 100)
  try {
    const result = await work()
    const after = usage()
    return {
      result,
      residentMbMax: Math.max(residentMbMax, after.residentMb),
      cpuSeconds: after.cpuSeconds - before.cpuSeconds,
      seconds: (performance.now() - startedAt) / 1000,
    }
  } finally {
    clearInterval(timer)
  }
}

/** From /proc (Linux); zeros elsewhere. */
function usageOf(pid: number): { cpuSeconds: number; residentMb: number } {
  try {
    const residentKb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100, residentMb: Math.round(residentKb / 1024) }
  } catch {
    return { cpuSeconds: 0, residentMb: 0 }
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
