import { config, now, systemCtx, transaction } from '../core/index.ts'
import { createFirstOperator, createOperator, findConnection, roleIdOf, updateConnection } from '../platform/index.ts'
import { makeSample, makeSampleBrands, type SampleWorld, sampleStaff } from '../sample/index.ts'
import { demoIds, demoWorld, type RunningSimulator, type StaffDefinition, startSimulator } from '../simulator/index.ts'

export { demoIds, type RunningSimulator } from '../simulator/index.ts'

/** The pretend world beside this process, at the ports that config tells the gateways. Kept under DATA_DIR, or in memory only. */
export function startDemoSimulator(options: {
  isKept: boolean
  staff?: StaffDefinition[]
  people?: []
}): Promise<RunningSimulator> {
  const definition = demoWorld({
    publicUrl: `http://127.0.0.1:${config.port}`,
    ...(options.staff ? { staff: options.staff } : {}),
    ...(options.people ? { people: options.people } : {}),
  })
  return startSimulator({
    definition,
    dataDir: options.isKept ? config.dataDir : null,
    firstPort: config.simulatorPort,
    now: () => now().getTime(),
  })
}

/** Stores the world's accounts as connections; `brandOf` says which brand an account serves, null = all. */
export async function connectSimulator(
  simulator: Pick<RunningSimulator, 'connections'>,
  brandOf: (externalId: string) => number | null,
): Promise<void> {
  const ctx = systemCtx({ name: 'demo' })
  await transaction(async () => {
    for (const { type, externalId, name, config: settings, secrets } of simulator.connections) {
      await updateConnection(ctx, {
        type,
        externalId,
        name,
        brandId: brandOf(externalId),
        config: settings,
        secrets,
        isActive: true,
      })
    }
  })
}

export type DemoSignIn = { name: string; username: string; password: string }

const PASSWORD = 'banyan-demo-2026'
const owner: DemoSignIn = { name: '超级管理员 (everything)', username: 'admin', password: PASSWORD }
const others = [
  { name: '枥野 · 运营 (one brand)', username: 'lieye', role: '运营', brand: 'lieye' },
  { name: '绒啾 · 运营 (one brand)', username: 'rongjiu', role: '运营', brand: 'rongjiu' },
  { name: '客服 (service desk)', username: 'kefu', role: '客服', brand: null },
] as const

/** The pretend world as the sample plays in it. */
export const demoPlay = (simulator: RunningSimulator): SampleWorld => ({
  populate: people => simulator.populate(people),
  act: (name, input) => simulator.act(name, input),
  idle: () => simulator.sim.pusher.idle(),
})

/** The directory of the demo's pretend corp. */
export const demoStaff = (): StaffDefinition[] => sampleStaff.map(one => ({ ...one }))

/**
 * The demo of a fresh installation: operators, brands, connections to the pretend platforms, and a year of sample data. At once when
 * it is made already; goes on where it stopped when it was interrupted. Answers with the sign-ins to print.
 */
export async function prepareDemo(simulator: RunningSimulator, progress: (text: string) => void): Promise<DemoSignIn[]> {
  const ctx = systemCtx({ name: 'demo' })
  const isNew = await createFirstOperator(ctx, { username: owner.username, password: owner.password, name: '演示管理员' })
  const { brandIds } = await makeSampleBrands()
  if (isNew) {
    for (const { username, role, brand } of others) {
      const roleId = await roleIdOf(role)
      await transaction(() =>
        createOperator(ctx, {
          username,
          password: PASSWORD,
          name: username === 'kefu' ? '演示客服' : '演示运营',
          roleIds: roleId ? [roleId] : [],
          brandIds: brand ? [brandIds[brand]] : null,
          storeIds: null,
        }),
      )
    }
  }
  const { corpId, miniPrograms, officialAccounts } = demoIds
  const serves = new Map<string, number>(
    (['lieye', 'rongjiu'] as const).flatMap(brand => [
      [miniPrograms[brand], brandIds[brand]],
      [officialAccounts[brand], brandIds[brand]],
    ]),
  )
  // Once: afterwards the connections are the operator's to change.
  if (!(await findConnection('merchant', { externalId: demoIds.mchid })))
    await connectSimulator(simulator, externalId => serves.get(externalId) ?? null)
  await makeSample({ corpId, miniPrograms, officialAccounts, world: demoPlay(simulator) }, progress)
  return [owner, ...others.map(({ name, username }) => ({ name, username, password: PASSWORD }))]
}
