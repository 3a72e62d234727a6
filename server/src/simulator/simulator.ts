/** What every part of the simulator works with: the world and the machinery around it. */
import type { Bell } from './bell.ts'
import type { Directory } from './directory.ts'
import type { Faults } from './faults.ts'
import type { Pusher } from './pusher.ts'
import type { Quotas } from './quotas.ts'
import type { WireLog } from './wire-log.ts'
import type { World } from './world.ts'

export type Simulator = {
  world: World
  directory: Directory
  faults: Faults
  log: WireLog
  quotas: Quotas
  pusher: Pusher
  bell: Bell
  /** Where the three origins listen, without a slash at the end. */
  urls: { weixin: string; wecom: string; pay: string }
  /** Milliseconds; tests set it. */
  now(): number
  /** To be called after every change of the world, so that it is kept and the page hears of it. */
  changed(): void
}

/** A refusal in the platform's own number; the origin adds its trailer. `message` is the platform's text, not ours. */
export class PlatformError extends Error {
  readonly errcode: number
  constructor(errcode: number, message: string) {
    super(message)
    this.errcode = errcode
  }
}

/** Refusal of a person's action on the page, in words for the visitor. */
export class Impossible extends Error {}

export function nowSeconds(sim: Simulator): number {
  return Math.floor(sim.now() / 1000)
}
