import type { Carrier } from './carrier.ts'
import type { RawRoute, Route } from './http/serve.ts'
import type { ClickhouseMigration } from './stores/clickhouse.ts'
import type { Migration } from './stores/migrate.ts'
import type { Subscriber } from './work/events.ts'
import type { Schedule } from './work/schedule.ts'
import type { TaskDef } from './work/tasks.ts'
import type { WorkerDef } from './work/worker.ts'

/** What app reads from a module's index.ts. No module needs all of it. */
export type ModuleParts = {
  routes?: readonly Route[]
  rawRoutes?: readonly RawRoute[]
  subscribers?: readonly Subscriber[]
  // biome-ignore lint/suspicious/noExplicitAny: tables of tasks and workers hold many payload types; each is checked where it is defined.
  tasks?: readonly TaskDef<any>[]
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  workers?: readonly WorkerDef<any>[]
  jobs?: readonly Schedule[]
  migrations?: readonly Migration[]
  clickhouseMigrations?: readonly ClickhouseMigration[]
  carriers?: readonly Carrier[]
  /** Rows that must exist before anything works: built-in roles, identifier types, limits. Runs after migrations, may run again. */
  seed?: () => Promise<void>
}
