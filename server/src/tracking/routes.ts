import { tracking } from '@banyan/shared'
import { outsideTransaction, serve } from '../core/index.ts'
import { acceptQuarantined } from './accept-quarantined.ts'
import { createClientKey, listClientKeys, revokeClientKey } from './client-keys.ts'
import { collectTracks } from './collect-tracks.ts'
import { listPlan, listPlanVersions, updatePlan } from './manage-plan.ts'
import { countQuarantine, listQuarantine } from './quarantine.ts'
import { listReplays, replayTracks } from './replay-archive.ts'
import { trackTimeline } from './timeline.ts'

export { clientRoutes as rawRoutes } from './client-door.ts'

export const routes = serve(tracking, {
  // Calls of one moment share a row and its commit, so each has no transaction of its own.
  'tracks.collect': outsideTransaction(collectTracks),
  'tracks.timeline': (ctx, input) => trackTimeline(ctx, input),
  'tracks.quarantine': listQuarantine,
  'tracks.quarantineCounts': countQuarantine,
  'tracks.acceptQuarantined': acceptQuarantined,
  'tracks.replay': replayTracks,
  'tracks.replays': listReplays,
  'trackPlan.list': listPlan,
  'trackPlan.update': updatePlan,
  'trackPlan.versions': listPlanVersions,
  'clientKeys.list': listClientKeys,
  'clientKeys.create': createClientKey,
  'clientKeys.revoke': revokeClientKey,
})
