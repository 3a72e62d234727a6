import { type Ctx, log } from '../core/index.ts'
import { isGatewayError } from '../wechat/index.ts'
import type { LiveCode } from './live-code.ts'
import { prepareMedia } from './prepare-media.ts'
import { provisionCode } from './provision.ts'
import { forgetScenes } from './scenes.ts'

/** Provisions; what may still succeed stays `creating` for the job, so that the operator is not told a lie. */
export async function askPlatform(ctx: Ctx, code: LiveCode): Promise<LiveCode> {
  try {
    const settled = await provisionCode(ctx, code.id)
    forgetScenes()
    await prepareMedia(ctx, settled)
    return settled
  } catch (error) {
    if (!isGatewayError(error)) throw error
    log.warn(
      { err: error, requestId: ctx.requestId, codeId: code.id },
      'the platform did not answer; the code is asked for again later',
    )
    return code.reload()
  }
}
