import { clickhouseDdl, clusterOf, config, log, randomToken, systemCtx } from '../core/index.ts'
import { createFirstOperator } from '../platform/index.ts'
import { catalog } from './catalog.ts'
import { demoStaff, prepareDemo, startDemoSimulator } from './demo.ts'
import { allWorkers, migrate, rebuildClickhouse, startWeb, startWork, stopProduct, wire } from './product.ts'

/**
 * The process's entry: `main.ts all | web | worker | migrate | clickhouse-rebuild | clickhouse-ddl`. `all` is the whole product in one process, with the demo when
 * the stores are embedded. Several processes need all three store settings. `clickhouse-ddl` prints what `migrate` would say to an empty ClickHouse, and says nothing.
 */
const ROLES = ['all', 'web', 'worker', 'migrate', 'clickhouse-rebuild', 'clickhouse-ddl']
const role = process.argv[2] ?? 'all'
const startedMs = Date.now()

void main().catch(error => {
  log.fatal({ err: error }, 'could not start')
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})

async function main(): Promise<void> {
  if (!ROLES.includes(role)) throw new Error(`config.invalid: unknown role ${role}; say one of ${ROLES.join(', ')}`)
  if (role === 'clickhouse-ddl') {
    const cluster = clusterOf(config.clickhouseUrl, config.clickhouseCluster)
    for (const statement of clickhouseDdl(catalog.clickhouseMigrations, cluster)) process.stdout.write(`${statement};\n`)
    return
  }
  if ((role === 'web' || role === 'worker') && !(config.databaseUrl && config.redisUrl && config.clickhouseUrl)) {
    throw new Error(
      'config.invalid: web and worker are separate processes; they need DATABASE_URL, REDIS_URL and CLICKHOUSE_URL. Without them run everything in one: npm start',
    )
  }
  wire()
  tell({ progress: '准备数据表' })
  const ran = await migrate()
  if (role === 'migrate') {
    process.stdout.write(ran.length > 0 ? `${ran.length} migrations: ${ran.join(', ')}\n` : 'nothing to migrate\n')
    await offerFirstSignIn()
    await stopProduct(null)
    process.exit(0)
  }
  if (role === 'clickhouse-rebuild') {
    await rebuildClickhouse(text => process.stdout.write(`${text} ...\n`))
    await stopProduct(null)
    process.exit(0)
  }
  const simulator = config.hasSimulator ? await startDemoSimulator({ isKept: true, staff: demoStaff() }) : null
  const server =
    role === 'worker'
      ? null
      : await startWeb({ port: config.port, ...(simulator ? { simulatorRoutes: simulator.rawRoutes } : {}) })
  const signIns = role === 'all' && simulator ? await prepareDemo(simulator, text => tell({ progress: text })) : []
  if (role !== 'web') await startWork()
  log.info(
    { role, port: config.port, workers: role === 'web' ? 0 : allWorkers().length, startedInMs: Date.now() - startedMs },
    'ready',
  )
  tell({ ready: { signIns } })

  let isLeaving = false
  const leave = async (signal: string) => {
    if (isLeaving) return
    isLeaving = true
    log.info({ signal }, 'stopping')
    await stopProduct(server)
    await simulator?.stop()
    process.exit(0)
  }
  process.on('SIGTERM', () => void leave('SIGTERM'))
  process.on('SIGINT', () => void leave('SIGINT'))
  process.on('disconnect', () => void leave('disconnect'))
}

/** An empty installation gets its first operator; the password is printed this once and kept nowhere. */
async function offerFirstSignIn(): Promise<void> {
  const password = randomToken(15)
  const isNew = await createFirstOperator(systemCtx(), { username: 'admin', password, name: '管理员' })
  if (isNew) process.stdout.write(`first sign-in: user admin, password ${password} (change it after signing in)\n`)
}

/** To the launcher, when there is one. */
function tell(message: Record<string, unknown>): void {
  process.send?.(message)
}
