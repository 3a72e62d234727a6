import { openedTeller } from './opened.ts'
import { call } from './person.ts'
import type { EndpointName, Input } from './types.ts'
import { type AskOptions, useActBy, useAskBy } from './use.ts'

/** The consumer's client: everything a page needs to talk to the server. */
export { CallFailure, failureOf } from './failure.ts'
export { call, isDemoBrand, personSession, rememberLanding, rememberScene, sceneOfVisit } from './person.ts'
export type { EndpointName, Input, Output } from './types.ts'
export { type Asked, changed } from './use.ts'

/** A page was opened by a message with this code. */
export const tellOpened = openedTeller(call)

export function useAsk<N extends EndpointName>(name: N, input: Input<N>, options?: AskOptions) {
  return useAskBy(call, name, input, options)
}

export function useAct<N extends EndpointName>(name: N) {
  return useActBy(call, name)
}
