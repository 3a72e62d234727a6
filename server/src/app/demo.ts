import { config, now, systemCtx, transaction } from '../core/index.ts'
import { updateConnection } from '../platform/index.ts'
import { demoWorld, type RunningSimulator, type StaffDefinition, startSimulator } from '../simulator/index.ts'

export { demoIds, type RunningSimulator } from '../simulator/index.ts'

/** The pretend world beside this process, at the ports that config tells the gateways. Kept under DATA_DIR, or in memory only. */
export function startDemoSimulator(options: { isKept: boolean; staff?: StaffDefinition[]; people?: [] }): Promise<RunningSimulator> {
  const definition = demoWorld({
    publicUrl: `http://127.0.0.1:${config.port}`,
    ...(options.staff ? { staff: options.staff } : {}),
    ...(options.people ? { people: options.people } : {}),
  })
  return startSimulator({ definition, dataDir: options.isKept ? config.dataDir : null, firstPort: config.simulatorPort, now: () => now().getTime() })
}

/** Stores the world's accounts as connections; `brandOf` says which brand an account serves, null = all. */
export async function connectSimulator(simulator: RunningSimulator, brandOf: (externalId: string) => number | null): Promise<void> {
  const ctx = systemCtx({ name: 'demo' })
  await transaction(async () => {
    for (const { type, externalId, name, config: settings, secrets } of simulator.connections) {
      await updateConnection(ctx, { type, externalId, name, brandId: brandOf(externalId), config: settings, secrets, isActive: true })
    }
  })
}
