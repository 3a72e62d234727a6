import type { ClientInputOf, ClientOutputOf, endpoints } from '@banyan/shared'

// Types only: the compiled mini-program must not carry zod.
type Endpoints = typeof endpoints
export type EndpointName = keyof Endpoints & string
export type Input<N extends EndpointName> = ClientInputOf<Endpoints[N]>
export type Output<N extends EndpointName> = ClientOutputOf<Endpoints[N]>
