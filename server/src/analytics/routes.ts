import { analytics } from '@banyan/shared'
import { serve } from '../core/index.ts'
import { getOverview } from './get-overview.ts'

export const routes = serve(analytics, { 'overview.get': getOverview })
