/** The desk around phone and WeCom: what there is, faults, the log, settings, a fresh start. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { callbackSignature, encryptMessage } from '../crypto.ts'
import { callbackFaults, callFaults, type FaultKind } from '../faults.ts'
import { Impossible, nowSeconds, type Simulator } from '../simulator.ts'
import { expireTokens } from '../tokens.ts'
import { accountOf, act, corpOf } from './act.ts'

const kinds = [...Object.keys(callFaults), ...Object.keys(callbackFaults)] as [FaultKind, ...FaultKind[]]
const VERIFY_WITHIN_MS = 5000

export const deskActs = {
  world: act({}, sim => {
    const { world } = sim
    const accounts = [...world.accounts.values()]
    const view = (kind: string) =>
      accounts.filter(account => account.kind === kind).map(({ appId, name, callbackUrl }) => ({ appId, name, callbackUrl }))
    return {
      urls: sim.urls,
      peopleCount: world.users.size,
      corps: [...world.corps.values()].map(({ corpId, name, agentId, callbackUrl }) => ({ corpId, name, agentId, callbackUrl })),
      miniPrograms: view('miniProgram'),
      officialAccounts: view('officialAccount'),
      merchants: [...world.merchants.values()].map(({ mchid, name, serialMode, orders }) => ({
        mchid,
        name,
        serialMode,
        orderCount: orders.size,
      })),
      settings: world.settings,
      pendingCallbacks: sim.pusher.pendingCount(),
      faultKinds: { call: callFaults, callback: callbackFaults },
      faults: sim.faults.list(),
    }
  }),
  'faults.list': act({}, sim => sim.faults.list()),
  'faults.add': act(
    {
      kind: z.enum(kinds),
      target: z
        .string()
        .trim()
        .max(120)
        .default('*')
        .transform(text => text || '*'),
      probability: z.number().min(0).max(1).default(1),
      remaining: z.int().min(1).max(100_000).nullable().default(null),
      ms: z.int().min(0).max(120_000).optional(),
    },
    (sim, { ms, ...input }) => sim.faults.add({ ...input, ...(ms === undefined ? {} : { ms }) }),
  ),
  'faults.remove': act({ id: z.int() }, (sim, { id }) => sim.faults.remove(id)),
  'faults.clear': act({}, sim => sim.faults.clear()),
  /** Ends all access tokens now: of one appid or corpid, or of everybody. */
  expireTokens: act({ owner: z.string().max(64).default('') }, (sim, { owner }) => ({ count: expireTokens(sim, owner) })),

  'log.read': act({ afterId: z.int().min(0).default(0), limit: z.int().min(1).max(500).default(100) }, (sim, input) =>
    sim.log.read(input),
  ),
  'log.clear': act({}, sim => sim.log.clear()),

  'settings.update': act(
    {
      payRetryFactor: z.number().min(0).max(1).optional(),
      callbackRetryDelayMs: z.int().min(0).max(60_000).optional(),
      refundDelayMs: z.int().min(0).max(60_000).optional(),
      serialMode: z.enum(['certificate', 'publicKey']).optional(),
    },
    (sim, { serialMode, ...settings }) => {
      Object.assign(sim.world.settings, settings)
      if (serialMode) for (const merchant of sim.world.merchants.values()) merchant.serialMode = serialMode
      sim.changed()
      return sim.world.settings
    },
  ),
  /** What the consoles do when one saves a callback address: GET with echostr; the product must answer it back. */
  verifyCallback: act({ corpId: z.string().optional(), appId: z.string().optional() }, async (sim, input) => {
    if (input.appId) {
      const account = accountOf(sim, input.appId)
      const echo = randomBytes(8).readBigUInt64BE().toString()
      const [timestamp, nonce] = stamps(sim)
      return answersWith(
        account.callbackUrl,
        { signature: callbackSignature(account.token, timestamp, nonce), timestamp, nonce, echostr: echo },
        echo,
      )
    }
    const corp = corpOf(sim, input.corpId)
    const echo = randomBytes(8).readBigUInt64BE().toString()
    const [timestamp, nonce] = stamps(sim)
    const sealed = encryptMessage(corp.encodingAesKey, corp.corpId, echo)
    return answersWith(
      corp.callbackUrl,
      { msg_signature: callbackSignature(corp.token, timestamp, nonce, sealed), timestamp, nonce, echostr: sealed },
      echo,
    )
  }),
}

function stamps(sim: Simulator): [string, string] {
  return [String(nowSeconds(sim)), String(randomBytes(4).readUInt32BE())]
}

async function answersWith(
  url: string,
  query: Record<string, string>,
  expected: string,
): Promise<{ isRight: boolean; answered: string }> {
  try {
    const response = await fetch(`${url}?${new URLSearchParams(query)}`, { signal: AbortSignal.timeout(VERIFY_WITHIN_MS) })
    const answered = (await response.text()).slice(0, 500)
    return { isRight: response.ok && answered === expected, answered }
  } catch (error) {
    throw new Impossible(`回调地址没有应答: ${error instanceof Error ? error.message : error}`)
  }
}
