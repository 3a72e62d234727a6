import { addDays, every, run, sql } from '../core/index.ts'
import { forgetIdle, setWorkers } from './asked-conditions.ts'
import { settleFacts } from './settle-facts.ts'
import { factWorkers } from './store-facts.ts'

export const workers = [...factWorkers, ...setWorkers]

export const jobs = [
  every('selection.settle', '*/30 * * * *', ctx => settleFacts(ctx)),
  every('selection.forgetIdle', '20 4 * * *', forgetIdle),
  every('selection.retention', '40 3 * * *', ctx =>
    run(sql`DELETE FROM fact_batches WHERE status = 'done' AND created_at < ${addDays(ctx.now, -3)}`),
  ),
]
