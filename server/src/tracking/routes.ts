import { tracking } from '@banyan/shared'
import { serve } from '../core/index.ts'
import { collectTracks } from './collect-tracks.ts'
import { listPlan, listQuarantine, updatePlan } from './manage-plan.ts'
import { trackTimeline } from './timeline.ts'

export const routes = serve(tracking, {
  'tracks.collect': collectTracks,
  'tracks.timeline': trackTimeline,
  'tracks.quarantine': listQuarantine,
  'trackPlan.list': listPlan,
  'trackPlan.update': updatePlan,
})
