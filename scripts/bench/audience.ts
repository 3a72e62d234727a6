import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from './measures.ts'

export const SCALES = { '1m': 1_000_000, '10m': 10_000_000, '100m': 100_000_000 } as const
export type Scale = keyof typeof SCALES

/**
 * The audience engine on so many people with three tracks each, in a process and a data folder of its own, which is deleted. 100m needs 40 GB of disk and half an
 * hour, most of it to make the data; `BENCH_KEEP=folder` keeps them for another run.
 */
export async function measureAudience(scale: Scale): Promise<Row[]> {
  const kept = process.env.BENCH_KEEP
  if (kept) mkdirSync(join(kept, scale), { recursive: true })
  const folder = kept ? join(kept, scale) : mkdtempSync(join(tmpdir(), 'banyan-bench-audience-'))
  const { DATABASE_URL: _database, REDIS_URL: _redis, CLICKHOUSE_URL: _clickhouse, ...env } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/bench/audience/run.ts'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...env,
      NODE_ENV: 'development',
      UV_THREADPOOL_SIZE: '16',
      DATA_DIR: folder,
      BENCH_PEOPLE: String(SCALES[scale]),
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
    },
  })
  try {
    const rows = await new Promise<Row[]>((resolve, reject) => {
      child.on('message', message => resolve(message as Row[]))
      child.on('exit', code => reject(new Error(`the audience bench ended with code ${code}`)))
    })
    return rows.map(row => ({
      ...row,
      what: `${scale}: ${row.what}`,
      detail: { ...row.detail, scale, loadBefore: loadavg()[0] },
    }))
  } finally {
    if (child.exitCode === null) await new Promise(resolve => child.once('exit', resolve))
    if (!kept) rmSync(folder, { recursive: true, force: true })
  }
}
