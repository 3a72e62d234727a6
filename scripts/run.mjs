// `npm run web|worker|migrate`: one process of a production installation. Uses the built server when there is one.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { needNode, ROOT, serverFlags, stop } from './lib/shell.mjs'

needNode()
const role = process.argv[2] ?? ''
if (!['web', 'worker', 'migrate', 'all', 'clickhouse-rebuild', 'clickhouse-ddl'].includes(role))
  stop(`Unknown process "${role}".`, 'Use: npm run web, npm run worker or npm run migrate')

const built = join(ROOT, 'server', 'dist', 'app', 'main.mjs')
const isBuilt = existsSync(built) && process.env.NODE_ENV !== 'development'
const entry = isBuilt ? [built] : ['--import', 'tsx', join('server', 'src', 'app', 'main.ts')]
const flags = [...serverFlags, ...(isBuilt ? ['--enable-source-maps'] : [])]
const child = spawn(process.execPath, [...flags, ...entry, role, ...process.argv.slice(3)], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16' },
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
