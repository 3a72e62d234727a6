import { type PayParams, PlatformRefusal, type SubscribeChoice } from './platform.ts'

/** The pretend phone behind this page: `?simUser=<id>` in the address, kept for the tab because hash navigation drops it. */

export type SimUser = { id: string; name: string; phone: string }
export type SimContact = { externalUserId: string; corpId: string; simUser: string; name: string }
export type PaySheet = { merchantName: string; description: string; amountFen: number }

let appIdCache: string | null = null
let meCache: Promise<SimUser | null> | null = null

export const simulator = {
  userId: () => parameter('simUser'),
  staffId: () => parameter('simStaff'),
  contactId: () => parameter('simContact'),

  isRunning: () =>
    ask('mini.app', {}).then(
      () => true,
      () => false,
    ),

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
  /** `typed` is another number than the one bound to this WeChat. */
  phoneCode: async (typed?: string) => (await ask<{ code: string }>('mini.phoneCode', { ...(await here()), phone: typed })).code,
  subscribe: async (choices: Record<string, SubscribeChoice>) => {
    const answered = Object.entries(choices).filter(([, choice]) => choice !== 'ban')
    await ask('mini.subscribe', { ...(await here()), choices: Object.fromEntries(answered) })
  },
  /** What WeChat's pay sheet says about this payment; it refuses parameters that are not signed right. */
  openPay: (params: PayParams) => ask<PaySheet>('mini.openPay', { simUser: simulator.userId(), ...params }),
  pay: async (params: PayParams) => {
    await ask('mini.pay', { simUser: simulator.userId(), ...params })
  },
  staffCode: () => ask<{ code: string; corpId: string }>('staff.code', { simStaff: simulator.staffId() }),
  contact: () =>
    ask<SimContact>('staff.contact', { simStaff: simulator.staffId() ?? undefined, simContact: simulator.contactId() }),
  sendChatText: async (content: string) => {
    const { simUser } = await simulator.contact()
    await ask('staff.sendChatMessage', { simStaff: simulator.staffId(), simUser, message: { msgtype: 'text', content } })
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
  const body = (await answer.json().catch(() => null)) as (T & { error?: { message?: string } }) | null
  if (!answer.ok || body === null) throw new PlatformRefusal(body?.error?.message ?? `模拟器没有应答 (${answer.status})`)
  return body
}

/** From the query of the address or of the hash; remembered in the tab. */
function parameter(name: string): string | null {
  const fromHash = new URLSearchParams(location.hash.split('?')[1] ?? '').get(name)
  const value = new URLSearchParams(location.search).get(name) ?? fromHash
  const key = `banyan.${name}`
  if (value) sessionStorage.setItem(key, value)
  return value ?? sessionStorage.getItem(key)
}
