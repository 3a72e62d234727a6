/** One thing that a visitor does on the page: a name, what it needs, what happens. */
import { z } from 'zod'
import { Impossible, type Simulator } from '../simulator.ts'
import type { Account, Corp, WeChatUser } from '../world.ts'

export type Act = { input: z.ZodType; run(sim: Simulator, input: never): unknown }

export function act<S extends z.ZodRawShape>(shape: S, run: (sim: Simulator, input: z.infer<z.ZodObject<S>>) => unknown): Act {
  return { input: z.object(shape), run: run as Act['run'] }
}

export const simUser = z.string().min(1).max(64)
export const words = z.string().trim().min(1).max(2000)

export function userOf(sim: Simulator, id: string): WeChatUser {
  const user = sim.world.users.get(id)
  if (!user) throw new Impossible(`没有这个微信用户: ${id}`)
  return user
}

export function accountOf(sim: Simulator, appId: string): Account {
  const account = sim.world.accounts.get(appId)
  if (!account) throw new Impossible(`没有这个小程序或公众号: ${appId}`)
  return account
}

/** The named corp, or the only one. */
export function corpOf(sim: Simulator, corpId?: string): Corp {
  const corp = corpId ? sim.world.corps.get(corpId) : [...sim.world.corps.values()][0]
  if (!corp) throw new Impossible(`没有这个企业: ${corpId ?? ''}`)
  return corp
}
