import { type RawAnswer, type RawRequest, Refusal, raw, refused } from '../core/index.ts'
import { type ActiveConnection, findConnection } from '../platform/index.ts'
import { type CallbackSecrets, openCallback, openEcho } from './callback-envelope.ts'
import { type CallbackFact, wechatFactOf } from './callback-facts.ts'
import { acceptCallback, countRefusal } from './callback-inbox.ts'
import type { XmlNode } from './xml.ts'

const BODY_MAX_BYTES = 512 * 1024

/** GET: the platform checks our address. POST: one callback: verify, store, answer at once; everything else happens later. */
export const rawRoutes = [
  raw({
    method: 'GET',
    path: '/callbacks/wechat/:appId',
    name: 'wechat.callbackCheck',
    handler: request => answerCheck('wechat', request, accountOf),
  }),
  raw({
    method: 'POST',
    path: '/callbacks/wechat/:appId',
    name: 'wechat.callback',
    bodyLimitBytes: BODY_MAX_BYTES,
    handler: request => answerCallback('wechat', request, accountOf, wechatFactOf),
  }),
]

export type CallbackAccount = { accountId: string; brandId: number | null; secrets: CallbackSecrets }

/** The answer to the address check: the echo in clear, nothing around it. */
export async function answerCheck(
  platform: 'wechat' | 'wecom',
  request: RawRequest,
  accountOfRequest: (request: RawRequest) => Promise<CallbackAccount>,
): Promise<RawAnswer> {
  return counted(platform, async () => {
    const { secrets } = await accountOfRequest(request)
    return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: openEcho(secrets, request.query) }
  })
}

/** `success` once the callback is durable; a coded refusal, and nothing stored, when it is not genuine. */
export async function answerCallback(
  platform: 'wechat' | 'wecom',
  request: RawRequest,
  accountOfRequest: (request: RawRequest) => Promise<CallbackAccount>,
  factOf: (accountId: string, node: XmlNode) => CallbackFact | null,
): Promise<RawAnswer> {
  return counted(platform, async () => {
    const { accountId, brandId, secrets } = await accountOfRequest(request)
    const { body, node } = openCallback(secrets, request.query, await request.body())
    await acceptCallback({ platform, accountId, brandId, body, fact: factOf(accountId, node) })
    return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: 'success' }
  })
}

async function counted(platform: 'wechat' | 'wecom', work: () => Promise<RawAnswer>): Promise<RawAnswer> {
  try {
    return await work()
  } catch (error) {
    countRefusal(platform, error instanceof Refusal ? error.code : 'failed')
    throw error
  }
}

async function accountOf({ params }: RawRequest): Promise<CallbackAccount> {
  const appId = params.appId ?? ''
  const connection =
    (await findConnection('miniProgram', { externalId: appId })) ??
    (await findConnection('officialAccount', { externalId: appId }))
  if (!connection) throw refused('callback.unknownAccount')
  return callbackAccountOf(connection)
}

export function callbackAccountOf({ externalId, brandId, secrets }: ActiveConnection): CallbackAccount {
  return {
    accountId: externalId,
    brandId,
    secrets: { token: secrets.token ?? '', encodingAesKey: secrets.encodingAesKey ?? '', receiveId: externalId },
  }
}
