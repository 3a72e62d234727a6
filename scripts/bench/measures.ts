import { aesKeyOf, encryptMessage, signatureOf } from '../../server/src/wechat/callback-crypto.ts'
import { coresText } from './cpu.ts'
import { load } from './http-load.ts'
import type { BenchProduct } from './product.ts'

export type Row = {
  what: string
  reached: string
  target: string
  isReached: boolean
  /** Printed below: what explains the number. */
  notes?: string[]
  detail: Record<string, unknown>
}
type World = {
  brandId: number
  storeId: number
  token: string
  corpId: string
  officialAppId: string
  corpSecrets: { token: string; encodingAesKey: string }
}

const json = { 'Content-Type': 'application/json' }
export const whole = (value: number) => Math.round(value).toLocaleString('en')

export async function caller(product: BenchProduct) {
  const world = await product.act<World>('world')
  const call = async <T>(name: string, input: unknown): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${product.port}/api/${name}`, {
      method: 'POST',
      headers: { ...json, Authorization: `Bearer ${world.token}`, 'X-Brand-Id': String(world.brandId) },
      body: JSON.stringify(input),
    })
    const answer = (await response.json()) as { data?: T; error?: { code: string; detail?: unknown } }
    if (answer.error) throw new Error(`${name}: ${answer.error.code} ${JSON.stringify(answer.error.detail ?? '')}`)
    return answer.data as T
  }
  return { world, call }
}

const SETTLE_MS_MAX = 120_000

/** What the calls before left to do in the background is not measured with the next. */
export async function settled(product: BenchProduct): Promise<void> {
  for (const end = Date.now() + SETTLE_MS_MAX; Date.now() < end; ) {
    if ((await product.act<{ due: number }>('waiting')).due === 0) return
    await new Promise(resolve => setTimeout(resolve, 250))
  }
}

/** Encrypted WeCom callbacks: verified, stored, answered. */
export async function acknowledgeCallbacks(product: BenchProduct): Promise<Row> {
  const { world } = await caller(product)
  const { corpId } = world
  const { token, encodingAesKey } = world.corpSecrets
  const aesKey = aesKeyOf(encodingAesKey)
  if (!aesKey) throw new Error('the simulator has no AES key')
  const total = 8_000
  const bodies = Array.from({ length: total }, (_, index) => {
    const at = Math.floor(Date.now() / 1000)
    const message = `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>${at}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[edit_external_contact]]></ChangeType><UserID><![CDATA[QianHe]]></UserID><ExternalUserID><![CDATA[wmBench${index}]]></ExternalUserID></xml>`
    const encrypted = encryptMessage({ token, aesKey, receiveId: corpId }, message)
    const nonce = String(index)
    const query = `msg_signature=${signatureOf(token, String(at), nonce, encrypted)}&timestamp=${at}&nonce=${nonce}`
    return {
      path: `/callbacks/wecom/${corpId}?${query}`,
      headers: { 'Content-Type': 'text/xml' },
      body: `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
    }
  })
  const { result, cores } = await product.watching(() =>
    load({ port: product.port, total, connections: 32, request: index => bodies[index]! }),
  )
  return {
    what: 'Acknowledge callbacks (verified, decrypted, stored)',
    reached: `${whole(result.perSecond)}/s, p99 ${result.p99} ms`,
    target: '1,000/s, p99 < 200 ms',
    isReached: result.perSecond >= 1000 && result.p99 < 200 && result.statuses[200] === total,
    notes: [`cores: ${coresText(cores)}`],
    detail: { ...result, cores },
  }
}

/** Everybody wants the same coupon, and there are fewer than claimers. */
export async function claimCoupons(product: BenchProduct): Promise<Row> {
  const { world, call } = await caller(product)
  const people = 8_000
  const stock = 3_000
  const total = 20_000
  const { tokens } = await product.act<{ tokens: string[] }>('makeMembers', { count: people })
  const batch = await call<{ id: number }>('couponBatches.create', {
    brandId: world.brandId,
    name: '秒杀 10 元券',
    value: { kind: 'cash', amountFen: 1000 },
    stock,
    opensAt: new Date(Date.now() - 1000).toISOString(),
    closesAt: new Date(Date.now() + 86_400_000).toISOString(),
    validity: { kind: 'relative', afterDays: 0, days: 30 },
    isMemberOnly: false,
  })
  await call('couponBatches.publish', { batchId: batch.id })
  await settled(product)
  const body = JSON.stringify({ batchId: batch.id })
  const coupons = new Set<number>()
  const codes: Record<string, number> = {}
  let lastAcceptedMs = 0
  const { result, cores } = await product.watching(() =>
    load({
      port: product.port,
      total,
      connections: 64,
      request: index => ({
        path: '/api/coupons.claim',
        headers: {
          ...json,
          Authorization: `Bearer ${tokens[index % people]}`,
          'Idempotency-Key': `claim-${index % people}-${batch.id}`,
        },
        body,
      }),
      onAnswer: (_, answer) => {
        const { data, error } = JSON.parse(answer.body) as { data?: { id: number }; error?: { code: string } }
        const code = error?.code ?? 'accepted'
        codes[code] = (codes[code] ?? 0) + 1
        if (!data) return
        if (!coupons.has(data.id)) lastAcceptedMs = answer.atMs
        coupons.add(data.id)
      },
    }),
  )
  const issued = await product.act<number>('count', { table: 'coupons', where: `batch_id = ${batch.id}` })
  const acceptedPerSecond = coupons.size / (lastAcceptedMs / 1000)
  return {
    what: `Coupon claims on one hot batch (stock ${whole(stock)})`,
    reached: `${whole(result.perSecond)} answers/s, ${whole(acceptedPerSecond)} accepted/s, ${whole(issued)} issued`,
    target: '3,000/s, 800/s, exactly the stock',
    isReached: result.perSecond >= 3000 && acceptedPerSecond >= 800 && issued === stock && coupons.size === stock,
    notes: [`cores: ${coresText(cores)}`],
    detail: { ...result, codes, issued, distinct: coupons.size, cores },
  }
}
