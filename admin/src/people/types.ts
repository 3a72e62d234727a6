import type { Output } from '../api/call.ts'

export type Profile = Output<'profiles.get'>
export type Graph = Output<'identity.graph'>
export type Membership = Profile['memberships'][number]
