import { type InputOf, type messaging, ReachSettings } from '@banyan/shared'
import { z } from 'zod'
import { brandOf, brandScope, type Ctx } from '../core/index.ts'
import { declareSetting, settingOf, updateSetting } from '../platform/index.ts'

/** Semantics 5.2 and the platform policy: one marketing message a day, three a week, none from 21:00 to 9:00, large sends held five minutes. */
const Stored = declareSetting(
  'messaging.reach',
  z.object({
    capPerDay: ReachSettings.shape.capPerDay.default(1),
    capPerWeek: ReachSettings.shape.capPerWeek.default(3),
    quietFrom: ReachSettings.shape.quietFrom.default('21:00'),
    quietTo: ReachSettings.shape.quietTo.default('09:00'),
    largeSendMin: ReachSettings.shape.largeSendMin.default(200),
    holdSeconds: ReachSettings.shape.holdSeconds.default(300),
  }),
)

export function reachSettings(brandId: number | null): Promise<ReachSettings> {
  return settingOf(brandId, 'messaging.reach', Stored)
}

export async function getReachSettings(ctx: Ctx): Promise<ReachSettings> {
  return reachSettings(brandScope(ctx)?.[0] ?? null)
}

export async function updateReachSettings(
  ctx: Ctx,
  input: InputOf<(typeof messaging)['reachSettings.update']>,
): Promise<ReachSettings> {
  const brandId = brandOf(ctx)
  const value = { ...(await reachSettings(brandId)), ...input }
  await updateSetting(ctx, { key: 'messaging.reach', brandId, value })
  return value
}
