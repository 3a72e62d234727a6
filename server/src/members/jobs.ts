import { addDays, every } from '../core/index.ts'
import { checkLedger } from './check-ledger.ts'
import { announceExpiring, expirePoints } from './expire-points.ts'
import { mirrorByTime } from './facts.ts'
import { voidEndedFreezes } from './freeze-points.ts'
import { runTiers } from './qualify-tier.ts'

export const jobs = [
  every('members.expirePoints', '2 0 * * *', expirePoints),
  every('members.runTiers', '12 0 * * *', runTiers),
  // What became available by time alone since yesterday.
  every('members.mirrorByTime', '20 0 * * *', ctx => mirrorByTime(ctx, addDays(ctx.now, -1))),
  every('members.checkLedger', '30 3 * * *', ctx => checkLedger(ctx)),
  every('members.announceExpiring', '5 10 * * *', announceExpiring),
  every('members.voidEndedFreezes', '*/10 * * * *', voidEndedFreezes),
]
