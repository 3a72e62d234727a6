import { z } from 'zod'
import { operator } from '../operator.ts'

/** What somebody agreed to, as it stands now. Nothing said means not agreed. */
export const consent = operator({
  zh: '授权同意',
  shape: z.object({
    kind: z.literal('consent'),
    purpose: z.enum(['service', 'marketing', 'privacy']),
    /** A narrower answer for a channel overrides the one for `any`. */
    channel: z.enum(['any', 'template', 'subscribe', 'wecom', 'sms']).default('any'),
    isGranted: z.boolean(),
  }),
  sentence: ({ purpose, isGranted }) =>
    `${isGranted ? '同意' : '未同意'}${{ service: '服务通知', marketing: '营销信息', privacy: '隐私政策' }[purpose]}`,
})
