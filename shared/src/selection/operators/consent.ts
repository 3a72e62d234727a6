import { z } from 'zod'
import { say, type Words } from '../../language.ts'
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
  sentence: ({ purpose, isGranted }, names) =>
    say(names, isGranted ? '同意' : '未同意', isGranted ? 'Agreed to ' : 'Did not agree to ') + say(names, ...PURPOSE[purpose]),
})

const PURPOSE: Record<'service' | 'marketing' | 'privacy', Words> = {
  service: ['服务通知', 'service notices'],
  marketing: ['营销信息', 'marketing'],
  privacy: ['隐私政策', 'the privacy policy'],
}
