/** Gateway to WeCom: typed calls with one shared token per corp and secret, and verified callbacks that become events. No business rules. */
export * from './app-api.ts'
export { rawRoutes, wecomFactOf } from './callback-routes.ts'
export * from './corp-tag-api.ts'
export * from './customer-api.ts'
export * from './events.ts'
export { callWecom, type SecretKind, type WecomCall, wecomErrorOf, wecomToken } from './wecom-client.ts'
