import type { PayParams, SubscribeChoice } from './platform.ts'

/** The pretend phone behind this page: `?simUser=<id>` in the address, kept for the tab because hash navigation drops it. */

export type SimUser = { id: string; name: string; phone: string }

let appIdCache: string | null = null
let meCache: Promise<SimUser | null> | null = null

export const simulator = {
  userId: () => parameter('simUser'),
  staffId: () => parameter('simStaff'),
  contactId: () => parameter('simContact'),

  /** The pretend person, null when there is no simulator or it does not know him. */
  whoAmI(): Promise<SimUser | null> {
    meCache ??= ask<SimUser>('user', { id: simulator.userId() }).catch(() => null)
    return meCache
  },

  async appId(): Promise<string | null> {
    appIdCache ??= parameter('appId') ?? (await ask<{ appId: string }>('mini.app', { simUser: simulator.userId() })).appId
    return appIdCache
  },
  loginCode: async () => (await ask<{ code: string }>('mini.login', await here())).code,
  phoneCode: async () => (await ask<{ code: string }>('mini.phoneCode', await here())).code,
  subscribe: async (choices: Record<string, SubscribeChoice>) => {
    await ask('mini.subscribe', { ...(await here()), choices })
  },
  pay: async (params: PayParams) => {
    await ask('mini.pay', { ...(await here()), package: params.package })
  },
}

async function here() {
  return { simUser: simulator.userId(), appId: await simulator.appId() }
}

/** One call of the simulator's own REST; it answers plain JSON. */
export async function ask<T>(name: string, input: unknown): Promise<T> {
  const answer = await fetch(`/simulator/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  })
  if (!answer.ok) throw new Error(`simulator ${name}: ${answer.status}`)
  return (await answer.json()) as T
}

/** From the query of the address or of the hash; remembered in the tab. */
function parameter(name: string): string | null {
  const fromHash = new URLSearchParams(location.hash.split('?')[1] ?? '').get(name)
  const value = new URLSearchParams(location.search).get(name) ?? fromHash
  const key = `banyan.${name}`
  if (value) sessionStorage.setItem(key, value)
  return value ?? sessionStorage.getItem(key)
}
