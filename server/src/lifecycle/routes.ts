import { lifecycle } from '@banyan/shared'
import { serve } from '../core/index.ts'
import { cellPeople, exportCell } from './cell-people.ts'
import { lifecycleMatrix } from './matrix.ts'
import { previewStages } from './preview-stages.ts'
import { cancelBuild, putStages, requestRefresh } from './put-stages.ts'
import { getLifecycle } from './read-stages.ts'
import { lifecycleTrend } from './stage-days.ts'

export const routes = serve(lifecycle, {
  'lifecycle.get': getLifecycle,
  'lifecycle.preview': previewStages,
  'lifecycle.put': putStages,
  'lifecycle.refresh': requestRefresh,
  'lifecycle.cancelBuild': cancelBuild,
  'lifecycle.matrix': lifecycleMatrix,
  'lifecycle.people': cellPeople,
  'lifecycle.export': exportCell,
  'lifecycle.trend': lifecycleTrend,
})
