import type { Server } from 'node:http'
import { resolve } from 'node:path'
import {
  clickhouse,
  closeDatabase,
  closeServer,
  config,
  createApp,
  inOneTransaction,
  type Link,
  listen,
  log,
  migrateClickhouse,
  parseInput,
  pingDatabase,
  redis,
  registerSubscribers,
  registerTasks,
  relayWorkers,
  runAction,
  runMigrations,
  runOnce,
  startSchedules,
  startWorkers,
  stopSchedules,
  stopWorkers,
  systemCtx,
  taskWorkers,
} from '../core/index.ts'
import { setCarriers } from '../identity/index.ts'
import { rebuild as rebuildLifecycle } from '../lifecycle/index.ts'
import { access, audit, brandScope, flushAudit, idempotency, identify, rate, session } from '../platform/index.ts'
import { rebuild as rebuildSegments } from '../segments/index.ts'
import { rebuild as rebuildFacts } from '../selection/index.ts'
import { rebuild as rebuildTags } from '../tags/index.ts'
import { keepTracks, rebuild as rebuildTracks } from '../tracking/index.ts'
import { catalog } from './catalog.ts'
import { openApiRoutes } from './openapi.ts'

/** The request chain, from the outside in. Every endpoint passes all of it. */
export const links: readonly Link[] = [
  rate,
  session,
  brandScope,
  access,
  parseInput,
  inOneTransaction,
  idempotency,
  audit,
  runAction,
]

const FACES = resolve(import.meta.dirname, '../../..')

/** Tells the registries about every module. Once per process, before anything is published. */
export function wire(): void {
  registerSubscribers(catalog.subscribers)
  registerTasks(catalog.tasks)
  setCarriers(catalog.carriers)
}

export const allWorkers = () => [...relayWorkers(), ...taskWorkers(), ...catalog.workers]

/** Brings both stores to this version and writes the rows that must exist. Safe to run again, and by two processes at once. */
export async function migrate(): Promise<string[]> {
  const ran = await runMigrations(catalog.migrations)
  await migrateClickhouse(catalog.clickhouseMigrations)
  await keepTracks()
  for (const seed of catalog.seeds) await seed()
  return ran
}

const REBUILD_ROUNDS_MAX = 1_000_000

/** Fills ClickHouse again from the relational store and the track archive. Run it while no other process works. */
export async function rebuildClickhouse(say: (text: string) => void): Promise<void> {
  const ctx = systemCtx({ name: 'clickhouse.rebuild' })
  say('tracks')
  await rebuildTracks()
  say('facts')
  await rebuildFacts()
  say('tags')
  await rebuildTags(ctx)
  say('due work')
  for (let round = 0; round < REBUILD_ROUNDS_MAX; round += 1) {
    let count = 0
    for (const worker of allWorkers()) count += await runOnce(worker)
    if (count === 0) break
  }
  say('segments')
  await rebuildSegments(ctx)
  say('lifecycle')
  await rebuildLifecycle(ctx)
}

/** The web part: API, callbacks, faces. `simulatorRoutes` are the simulator page's own calls, when it is on. */
export async function startWeb(options: { port: number; simulatorRoutes?: typeof catalog.rawRoutes }): Promise<Server> {
  const app = createApp({
    routes: catalog.routes,
    rawRoutes: [...openApiRoutes, ...catalog.rawRoutes, ...(options.simulatorRoutes ?? [])],
    links,
    identify,
    isReady: readiness,
    redirects: { '/': '/admin/' },
    sites: [
      { prefix: '/admin/', dir: resolve(FACES, 'admin/dist'), fallback: 'index.html' },
      ...(config.hasSimulator ? [{ prefix: '/simulator', dir: resolve(FACES, 'admin/dist'), fallback: 'index.html' }] : []),
      { prefix: '/m/', dir: resolve(FACES, 'miniprogram/dist/h5'), fallback: 'index.html' },
    ],
  })
  return listen(app, options.port, config.host)
}

/** The worker part: due rows and schedules. */
export async function startWork(): Promise<void> {
  await startWorkers(allWorkers())
  await startSchedules(catalog.jobs)
}

let isStopping = false

/** Stops taking requests and work, finishes or releases what is in hand, closes the stores. */
export async function stopProduct(server: Server | null): Promise<void> {
  isStopping = true
  if (server) await closeServer(server)
  await stopSchedules()
  await stopWorkers()
  await flushAudit()
  await closeStores()
}

export async function closeStores(): Promise<void> {
  await clickhouse.close()
  await redis.close()
  await closeDatabase()
}

async function readiness(): Promise<{ isReady: boolean; checks: Record<string, string> }> {
  const asked: [string, () => Promise<unknown>][] = [
    ['database', pingDatabase],
    ['redis', () => redis.get('ready')],
    ['clickhouse', () => clickhouse.query('SELECT 1', {}, { lane: 'read' })],
  ]
  const checks: Record<string, string> = {}
  await Promise.all(
    asked.map(async ([name, ask]) => {
      try {
        await within(3000, ask())
        checks[name] = 'ok'
      } catch (error) {
        log.warn({ err: error, store: name }, 'a store is not ready')
        checks[name] = 'away'
      }
    }),
  )
  if (isStopping) checks['process'] = 'stopping'
  return { isReady: Object.values(checks).every(answer => answer === 'ok'), checks }
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`no answer within ${ms} ms`)), ms)
    work.then(done, fail).finally(() => clearTimeout(timer))
  })
}
