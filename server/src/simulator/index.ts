/**
 * A pretend WeChat, WeCom and WeChat Pay that speak the real wire protocol on three loopback origins, so that the product's
 * real clients talk to them unchanged. Never in production. Later modules: app only.
 */
import { join } from 'node:path'
import { acts, runAct, simulatorRoutes } from './api/routes.ts'
import { createBell } from './bell.ts'
import { connectionsOf, type DemoConnection } from './connections.ts'
import type { WorldDefinition } from './definition.ts'
import { createDirectory } from './directory.ts'
import { createFaults } from './faults.ts'
import { close, createOrigin, listen } from './origin.ts'
import { merchantKeys } from './pay/merchant-keys.ts'
import { payOrderRoutes } from './pay/orders.ts'
import { finishOldRefunds, payRefundRoutes } from './pay/refunds.ts'
import { type PersonWithPast, type PopulatedPerson, populate } from './people/populate.ts'
import { createPusher } from './pusher.ts'
import { createQuotas } from './quotas.ts'
import type { Simulator } from './simulator.ts'
import { createSnapshots, readSnapshot } from './snapshot.ts'
import { contactWayRoutes } from './wecom/contact-ways.ts'
import { corpTagRoutes } from './wecom/corp-tags.ts'
import { customerRoutes } from './wecom/customers.ts'
import { memberRoutes } from './wecom/members.ts'
import { welcomeRoutes } from './wecom/welcome.ts'
import { loginRoutes } from './weixin/login.ts'
import { miniProgramRoutes } from './weixin/mini-program.ts'
import { officialAccountRoutes } from './weixin/official-account.ts'
import { signInPageRoutes } from './weixin/sign-in-page.ts'
import { templateMessageRoutes } from './weixin/template-message.ts'
import { createWireLog } from './wire-log.ts'
import { adoptDefinition, createWorld } from './world.ts'

export type { DemoConnection } from './connections.ts'
export type { StaffDefinition, WorldDefinition } from './definition.ts'
export { demoIds, demoWorld } from './demo-world.ts'
export type { FaultInput, FaultKind } from './faults.ts'
export type { PersonWithPast, PopulatedPerson } from './people/populate.ts'

export type RunningSimulator = {
  sim: Simulator
  /** `/simulator/api/*` for port 3000. */
  rawRoutes: ReturnType<typeof simulatorRoutes>
  /** What the product has to store to be connected to this world: types, ids, config and secrets. */
  connections: DemoConnection[]
  /** What a visitor can do on the page, by the same names: `act('scan', {...})`. Throws with WeChat's words when it cannot be done. */
  act<T = unknown>(name: string, input: Record<string, unknown>): Promise<T>
  /** Adds people with a past, without callbacks. */
  populate(people: PersonWithPast[]): PopulatedPerson[]
  stop(): Promise<void>
}

/**
 * Starts the three origins (api.weixin with mp.weixin, qyapi, Pay on three ports in a row; 0: any free ones) and takes up the
 * kept world when there is one. Throws in production.
 */
export async function startSimulator(options: {
  definition: WorldDefinition
  /** The product's data folder; world and merchant's keys are kept in `simulator/` below it. Null: in memory only. */
  dataDir: string | null
  firstPort: number
  host?: string
  now?: () => number
  onError?: (error: unknown) => void
}): Promise<RunningSimulator> {
  if (process.env.NODE_ENV === 'production') throw new Error('the simulator does not start in production')
  const { definition, firstPort, host = '127.0.0.1', now = Date.now } = options
  const dataDir = options.dataDir ? join(options.dataDir, 'simulator') : null
  const onError = options.onError ?? (error => process.emitWarning(`simulator: ${error}`))
  const keys = await merchantKeys(
    definition.merchants.map(merchant => merchant.mchid),
    dataDir,
  )
  const kept = dataDir ? readSnapshot(dataDir) : null
  const isSame = kept?.seed === definition.seed
  const world = kept && isSame ? kept : createWorld(definition, keys, now())
  if (isSame) adoptDefinition(world, definition, keys, now())

  const faults = createFaults()
  const log = createWireLog()
  const snapshots = createSnapshots(() => sim.world, dataDir, onError)
  const sim: Simulator = {
    world,
    directory: createDirectory(world),
    faults,
    log,
    quotas: createQuotas(),
    pusher: createPusher({ faults, log, now }),
    bell: createBell(),
    urls: { weixin: '', wecom: '', pay: '' },
    now,
    changed() {
      snapshots.changed()
      sim.bell.ring()
    },
  }
  const servers = {
    weixin: createOrigin(() => sim, 'weixin', {
      ...loginRoutes,
      ...miniProgramRoutes,
      ...officialAccountRoutes,
      ...templateMessageRoutes,
      ...signInPageRoutes,
    }),
    wecom: createOrigin(() => sim, 'wecom', {
      ...memberRoutes,
      ...contactWayRoutes,
      ...customerRoutes,
      ...corpTagRoutes,
      ...welcomeRoutes,
    }),
    pay: createOrigin(() => sim, 'pay', { ...payOrderRoutes, ...payRefundRoutes }),
  }
  const port = (offset: number) => (firstPort === 0 ? 0 : firstPort + offset)
  sim.urls.weixin = await listen(servers.weixin, port(0), host)
  sim.urls.wecom = await listen(servers.wecom, port(1), host)
  sim.urls.pay = await listen(servers.pay, port(2), host)
  finishOldRefunds(sim)

  /** Begins again with a fresh world; codes that the product has made are kept, or it would hold dead ones. */
  const reset = () => {
    const fresh = createWorld(definition, keys, now())
    for (const [corpId, corp] of fresh.corps) {
      const old = sim.world.corps.get(corpId)
      if (old)
        Object.assign(corp, {
          contactWays: old.contactWays,
          media: old.media,
          tagGroupList: old.tagGroupList,
          tickets: old.tickets,
        })
    }
    for (const [appId, account] of fresh.accounts) {
      const old = sim.world.accounts.get(appId)
      if (old) Object.assign(account, { sceneQrs: old.sceneQrs, codes: old.codes, menu: old.menu })
    }
    fresh.grants = sim.world.grants
    fresh.sequence = sim.world.sequence
    sim.world = fresh
    sim.directory = createDirectory(fresh)
    faults.clear()
    log.clear()
    sim.quotas.clear()
    sim.changed()
  }

  return {
    sim,
    rawRoutes: simulatorRoutes(sim, reset),
    connections: connectionsOf(world),
    act: async <T>(name: string, input: Record<string, unknown>) => (await runAct(sim, acts, name, input)) as T,
    populate: list => populate(sim, list),
    async stop() {
      sim.pusher.stop()
      await Promise.all(Object.values(servers).map(close))
      snapshots.stop()
    },
  }
}
