import { Cron } from 'croner'
import { DEFAULT_ZONE, now } from '../clock.ts'
import { type Ctx, systemCtx } from '../ctx.ts'
import { log } from '../log.ts'
import { instant, text } from '../stores/columns.ts'
import { migration } from '../stores/migrate.ts'
import { insertIgnore, rows, run, sql } from '../stores/sql.ts'

/** What each schedule last ran for, so that of several processes one runs it, and a nightly job missed while we were down runs on start. */
export const scheduleMigrations = [
  migration('core-003-schedules', async m => {
    await m.create(
      'schedules',
      {
        name: text(80, { unique: true }),
        lastTickAt: instant(),
        finishedAt: instant({ null: true }),
        lastError: text(500, { null: true }),
      },
      {},
    )
  }),
]

export type Schedule = { name: string; when: string | { seconds: number }; handle: (ctx: Ctx) => Promise<unknown> }

/** Runs `handle` at every tick: a cron pattern in the default zone (Asia/Shanghai), or a number of seconds. */
export function every(name: string, when: string | { seconds: number }, handle: (ctx: Ctx) => Promise<unknown>): Schedule {
  return { name, when, handle }
}

let timers: NodeJS.Timeout[] = []
let crons: Cron[] = []
const running = new Set<Promise<void>>()

export async function startSchedules(all: readonly Schedule[]): Promise<void> {
  for (const one of all) {
    if (typeof one.when === 'string') {
      const cron = new Cron(one.when, { timezone: DEFAULT_ZONE, protect: true }, () => track(tick(one, now())))
      crons.push(cron)
      await catchUp(one, cron)
    } else {
      const everyMs = one.when.seconds * 1000
      const timer = setInterval(() => track(tick(one, new Date(Math.floor(now().getTime() / everyMs) * everyMs))), everyMs)
      timer.unref()
      timers.push(timer)
    }
  }
}

export async function stopSchedules(): Promise<void> {
  for (const cron of crons) cron.stop()
  for (const timer of timers) clearInterval(timer)
  crons = []
  timers = []
  await Promise.all(running)
}

function track(started: Promise<void>): void {
  running.add(started)
  void started.finally(() => running.delete(started))
}

/** A cron that has run before and missed its last tick runs now; a new one waits for its first. */
async function catchUp(one: Schedule, cron: Cron): Promise<void> {
  const [known] = await rows<{ last_tick_at: Date }>(sql`SELECT last_tick_at FROM schedules WHERE name = ${one.name}`)
  const [previous] = cron.previousRuns(1)
  if (!known || !previous) return
  if (new Date(known.last_tick_at) < previous) track(tick(one, previous))
}

async function tick(one: Schedule, at: Date): Promise<void> {
  try {
    const added = await insertIgnore('schedules', { name: one.name, last_tick_at: at })
    if (added === 0) {
      const won = await run(sql`UPDATE schedules SET last_tick_at = ${at} WHERE name = ${one.name} AND last_tick_at < ${at}`)
      if (won === 0) return
    }
    await one.handle(systemCtx({ name: one.name }))
    await run(sql`UPDATE schedules SET finished_at = ${now()}, last_error = NULL WHERE name = ${one.name}`)
  } catch (error) {
    log.error({ err: error, schedule: one.name }, 'scheduled work failed')
    await run(sql`UPDATE schedules SET last_error = ${String(error).slice(0, 500)} WHERE name = ${one.name}`).catch(
      () => undefined,
    )
  }
}
