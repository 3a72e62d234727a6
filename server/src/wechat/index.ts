/**
 * Gateway to the mini program and the official account: typed calls, and verified callbacks that become events.
 * Also what the gateways after it share: callback cipher and inbox, shared tokens, platform calls. No business rules.
 */
import { every } from '../core/index.ts'
import { callbackMigrations, forgetOldCallbacks } from './callback-inbox.ts'

export { aesKeyOf, type CallbackKey, decryptMessage, encryptMessage, signatureOf } from './callback-crypto.ts'
export { type CallbackFact, fact } from './callback-facts.ts'
export { acceptCallback, countRefusal, lastCallbackAt } from './callback-inbox.ts'
export {
  answerCallback,
  answerCheck,
  type CallbackAccount,
  callbackAccountOf,
  rawRoutes,
} from './callback-routes.ts'
export * from './events.ts'
export { GatewayError, type GatewayErrorClass, isGatewayError } from './gateway-error.ts'
export { callPlatform, type PlatformAnswer, type PlatformCall } from './platform-call.ts'
export { parseJson } from './safe-json.ts'
export { type FreshToken, forgetTokens, sharedToken, type TokenSource } from './shared-token.ts'
export * from './wechat-api.ts'
export { wechatErrorOf } from './wechat-client.ts'
export { nodeOf, nodesOf, parseXml, textOf, type XmlNode } from './xml.ts'

export const migrations = callbackMigrations
export const jobs = [every('wechat.forgetOldCallbacks', '40 3 * * *', forgetOldCallbacks)]
