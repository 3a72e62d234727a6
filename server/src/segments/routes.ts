import { segments } from '@banyan/shared'
import { serve } from '../core/index.ts'
import { countRule, estimateRule, explainSegment, segmentMembers, whoIsIn } from './ask-segments.ts'
import { combineSegments, overlapSegments } from './combine-segments.ts'
import {
  cancelBuild,
  createSegment,
  getSegment,
  listSegments,
  removeSegment,
  requestRefresh,
  updateSegment,
} from './manage-segments.ts'

export const routes = serve(segments, {
  'segments.list': listSegments,
  'segments.get': getSegment,
  'segments.create': createSegment,
  'segments.update': updateSegment,
  'segments.remove': removeSegment,
  'segments.estimate': estimateRule,
  'segments.count': countRule,
  'segments.members': segmentMembers,
  'segments.explain': explainSegment,
  'segments.refresh': requestRefresh,
  'segments.cancelBuild': cancelBuild,
  'segments.isIn': whoIsIn,
  'segments.overlap': overlapSegments,
  'segments.combine': combineSegments,
})
