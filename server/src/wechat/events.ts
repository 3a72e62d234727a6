import { Instant } from '@banyan/shared'
import { z } from 'zod'
import { event } from '../core/index.ts'

/** What the mini program and the official account tell us. Callbacks may repeat, come late, out of order or never. */

const base = { appId: z.string(), openid: z.string(), createdAt: Instant }

/** Followed the official account; `scene` is the scene_str of the QR, null when found otherwise. */
export const wechatFollowed = event('wechat.followed', z.object({ ...base, scene: z.string().nullable() }))
/** A follower scanned a scene QR again. */
export const wechatScanned = event('wechat.scanned', z.object({ ...base, scene: z.string().nullable() }))
export const wechatUnfollowed = event('wechat.unfollowed', z.object(base))
export const wechatMenuClicked = event('wechat.menuClicked', z.object({ ...base, key: z.string(), kind: z.string() }))
/** What became of a template message: `success`, `failed:user block`, `failed: system failed`, `failed:freq limit` ... */
export const wechatTemplateFinished = event(
  'wechat.templateFinished',
  z.object({ ...base, msgId: z.string(), status: z.string() }),
)
/** The person granted or refused sends of subscribe templates; `settings` = changed in his WeChat settings. */
export const wechatSubscribeChoice = event(
  'wechat.subscribeChoice',
  z.object({
    ...base,
    from: z.enum(['popup', 'settings']),
    list: z.array(z.object({ templateId: z.string(), choice: z.enum(['accept', 'reject']) })),
  }),
)
export const wechatSubscribeSent = event(
  'wechat.subscribeSent',
  z.object({
    ...base,
    list: z.array(z.object({ templateId: z.string(), msgId: z.string(), errorCode: z.string(), errorStatus: z.string() })),
  }),
)
/** A message the person wrote; `content` only for texts. */
export const wechatMessage = event(
  'wechat.message',
  z.object({ ...base, msgId: z.string(), msgType: z.string(), content: z.string() }),
)
