/** Gateway to WeChat Pay v3: orders, queries, refunds and verified notifications. Also checks connections, since it is the first to see all three gateways. */
import { pay } from '@banyan/shared'
import { serve } from '../core/index.ts'
import { checkConnection } from './check-connection.ts'

export * from './events.ts'
export { merchantIdOf } from './merchant.ts'
export { rawRoutes } from './notification-routes.ts'
export * from './pay-api.ts'
export { forgetPlatformKeys } from './platform-keys.ts'

export const routes = serve(pay, { 'connections.check': checkConnection })
