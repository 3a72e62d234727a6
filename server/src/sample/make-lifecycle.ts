import { READY_STAGES, Rule } from '@banyan/shared'
import { z } from 'zod'
import { systemCtx } from '../core/index.ts'
import { putStages } from '../lifecycle/index.ts'
import type { Organisation } from './make-brands.ts'
import { once } from './steps.ts'

/** As many months as the sample has orders of. */
const MONTHS = 12

/** The ready-made stages for one of the brands; the other shows how it is to begin. */
export async function makeLifecycle(organisation: Organisation): Promise<void> {
  const ctx = systemCtx({ brandId: organisation.brandIds.lieye, name: '演示数据' })
  await once(ctx, 'lifecycle', async () => {
    const stages = READY_STAGES.stages.map(({ zh, color, rule }) => ({ name: zh, color, rule: z.decode(Rule, rule) }))
    const { zh, color } = READY_STAGES.rest
    await putStages(ctx, { stages, rest: { name: zh, color }, recallMonths: MONTHS })
    return null
  })
}
