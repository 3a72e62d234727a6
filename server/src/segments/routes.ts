import { segments } from '@banyan/shared'
import { serve } from '../core/index.ts'
import { countRule, estimateRule, explainSegment, segmentMembers, whoIsIn } from './ask-segments.ts'
import { combineSegments, overlapSegments } from './combine-segments.ts'
import { audienceAccounts, exportAudience } from './export-audience.ts'
import { exportSegment } from './export-members.ts'
import {
  cancelBuild,
  createSegment,
  getSegment,
  listSegments,
  removeSegment,
  requestRefresh,
  updateSegment,
} from './manage-segments.ts'
import { profileSegment } from './profile-segment.ts'
import { sampleRule } from './sample-rule.ts'
import { segmentTrend } from './segment-days.ts'

export const routes = serve(segments, {
  'segments.list': listSegments,
  'segments.get': getSegment,
  'segments.create': createSegment,
  'segments.update': updateSegment,
  'segments.remove': removeSegment,
  'segments.estimate': estimateRule,
  'segments.count': countRule,
  'segments.sample': sampleRule,
  'segments.members': segmentMembers,
  'segments.explain': explainSegment,
  'segments.refresh': requestRefresh,
  'segments.cancelBuild': cancelBuild,
  'segments.isIn': whoIsIn,
  'segments.overlap': overlapSegments,
  'segments.combine': combineSegments,
  'segments.export': exportSegment,
  'segments.exportAudience': exportAudience,
  'segments.audienceAccounts': audienceAccounts,
  'segments.profile': profileSegment,
  'segments.trend': segmentTrend,
})
