import { call } from './person.ts'
import { hooksOf } from './use.ts'

/** The consumer's client: everything a page needs to talk to the server. */
export { CallFailure, failureOf } from './failure.ts'
export { call, personSession, rememberScene, sceneOfVisit } from './person.ts'
export type { EndpointName, Input, Output } from './types.ts'
export { type Asked, changed } from './use.ts'
export const { useAsk, useAct } = hooksOf(call)
