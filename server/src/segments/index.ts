/**
 * 人群: named selections. A dynamic one follows its rule, within a minute by time and at once by tracks and facts; whoever enters or leaves is
 * announced once. `audienceOf` lists who is in now, exactly.
 */
import './export-audience.ts'
import './export-members.ts'
import './subject-uses.ts'
import './take-list.ts'
import { recheckTask, refreshTask } from './refresh-segment.ts'

export { audienceOf, whoIsIn } from './ask-segments.ts'
export { segmentEntered, segmentLeft, segmentRuleChanged } from './events.ts'
export { subscribers } from './follow-changes.ts'
export { jobs } from './jobs.ts'
export { createSegment } from './manage-segments.ts'
export { migrations } from './migrations.ts'
export { personIdsOfSegment, segmentsOf } from './read-membership.ts'
export { rebuildSegments as rebuild } from './rebuild.ts'
export { refreshSegment, refreshSegments } from './refresh-segment.ts'
export { asking, type Resolved, resolveRule } from './resolve-rule.ts'
export { routes } from './routes.ts'
export { mustUseSegment, segmentNames, typeOfSegment } from './segment.ts'
export { declareSegmentUse } from './segment-uses.ts'

export const tasks = [refreshTask, recheckTask]
