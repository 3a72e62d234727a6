import { Id } from '@banyan/shared'
import { z } from 'zod'
import { type Ctx, enqueue, log, task } from '../core/index.ts'
import { identifiersOf, resolve } from '../identity/index.ts'
import { connectionsOf } from '../platform/index.ts'
import { isGatewayError } from '../wechat/index.ts'
import { unionidToExternalUserid } from '../wecom/index.ts'

const Payload = z.object({ personId: Id, openid: z.string(), unionid: z.string() })

/**
 * WeCom often knows a customer only by his external_userid. When he opens the mini-program, WeCom can say which one belongs to
 * his unionid: that joins the WeCom contact and the mini-program visitor. Asked once per person, after the sign-in has answered.
 */
export const linkContactTask = task('members.linkContact', Payload, async (ctx, { personId, openid, unionid }) => {
  for (const corp of await connectionsOf('wecom')) {
    const held = await identifiersOf(personId, 'externalUserid')
    if (held.some(one => one.scope === corp.externalId)) continue
    const found = await externalUseridOf(corp.externalId, unionid, openid)
    if (!found) continue
    await resolve(ctx, {
      identifiers: [
        { type: 'unionid', scope: '', value: unionid },
        { type: 'externalUserid', scope: corp.externalId, value: found },
      ],
      brandId: ctx.brandId,
      source: 'wecom',
    })
  }
})

async function externalUseridOf(corpId: string, unionid: string, openid: string): Promise<string | null> {
  try {
    return await unionidToExternalUserid(corpId, unionid, openid)
  } catch (error) {
    if (!isGatewayError(error) || error.class === 'retry' || error.class === 'unknown') throw error
    // Not a customer of this corp, or the corp is not bound to the open platform: both are answers.
    log.debug({ corpId, code: error.code }, 'no WeCom contact for this visitor')
    return null
  }
}

export const linkContact = {
  /** In the ambient transaction; a repeat within the same sign-in does nothing. */
  async later(ctx: Ctx, payload: z.output<typeof Payload>): Promise<void> {
    const held = await identifiersOf(payload.personId, 'externalUserid')
    if (held.length > 0) return
    await enqueue(ctx, linkContactTask, payload, { key: `${payload.personId}:${ctx.now.toISOString().slice(0, 10)}` })
  },
}
