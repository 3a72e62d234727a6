import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { eventually, player } from '../../test/play.ts'
import { demoIds } from '../app/demo.ts'
import { config, resetBreakers, rows, setClock, sql } from '../core/index.ts'
import type { GatewayError } from '../wechat/index.ts'
import { closePayment, createJsapi, forgetPlatformKeys, queryPayment, queryRefund, refund } from './index.ts'

/** Orders, notifications and refunds against a Pay that signs, seals, repeats, lies and loses. */
const product = useProduct()
const merchantId = demoIds.mchid
const appId = demoIds.miniPrograms.lieye
const notifyUrl = `http://127.0.0.1:${config.port}/callbacks/pay/${merchantId}`
const refundUrl = `http://127.0.0.1:${config.port}/callbacks/pay-refund/${merchantId}`

let play: ReturnType<typeof player>
let simUser = ''
let openid = ''
let number = 0

beforeAll(async () => {
  play = player(product)
  await make.connections(product.simulator, { first: (await make.brand()).id })
  simUser = await play.addPerson('付小款')
  openid = (await play.act('people.ids', { simUser })).openids[appId]
})

afterEach(async () => {
  setClock(null)
  product.simulator.sim.world.merchants.get(merchantId)!.serialMode = 'certificate'
  await play.act('faults.clear')
  forgetPlatformKeys()
  resetBreakers()
})

async function order(amountFen = 1990) {
  const outTradeNo = `T${Date.now()}${++number}`
  const made = await createJsapi({ merchantId, appId, openid, outTradeNo, description: '满 100 减 20', amountFen, notifyUrl })
  return { outTradeNo, ...made }
}

async function events(name: string, no: string): Promise<Record<string, unknown>[]> {
  const found = await rows<{ payload: string }>(sql`SELECT payload FROM outbox_events WHERE name = ${name}`)
  return found.map(row => JSON.parse(row.payload) as Record<string, unknown>).filter(payload => payload.outTradeNo === no)
}

async function pay(clientParams: object) {
  return play.act('mini.pay', { simUser, ...clientParams })
}

describe('a payment', () => {
  test('is ordered, paid with parameters that the phone accepts, and announced once', async () => {
    const { outTradeNo, clientParams } = await order()
    await pay(clientParams)
    const [paid] = await eventually(async () => {
      const found = await events('pay.paid', outTradeNo)
      return found.length > 0 ? found : null
    })
    expect(paid).toMatchObject({ merchantId, appId, openid, amountFen: 1990, transactionId: expect.any(String) })
    expect(await queryPayment({ merchantId, outTradeNo })).toMatchObject({ state: 'paid', amountFen: 1990, openid })
  })

  test('a notification that comes twice is one event', async () => {
    await play.act('faults.add', { kind: 'duplicate', target: 'TRANSACTION.SUCCESS' })
    const { outTradeNo, clientParams } = await order()
    await pay(clientParams)
    await eventually(async () => (await events('pay.paid', outTradeNo)).length > 0)
    await new Promise(resolve => setTimeout(resolve, 500))
    expect(await events('pay.paid', outTradeNo)).toHaveLength(1)
  })

  test('a notification that never comes is found by asking', async () => {
    await play.act('faults.add', { kind: 'drop', target: 'TRANSACTION.SUCCESS' })
    const { outTradeNo, clientParams } = await order()
    await pay(clientParams)
    expect(await events('pay.paid', outTradeNo)).toEqual([])
    expect(await queryPayment({ merchantId, outTradeNo })).toMatchObject({ state: 'paid' })
    expect(await queryPayment({ merchantId, outTradeNo: 'Tnever000001' })).toBeNull()
  })

  test('with the WeChat Pay public key instead of certificates all is the same', async () => {
    product.simulator.sim.world.merchants.get(merchantId)!.serialMode = 'publicKey'
    const { outTradeNo, clientParams } = await order()
    await pay(clientParams)
    await eventually(async () => (await events('pay.paid', outTradeNo)).length > 0)
  })

  test('an unpaid order is closed, also twice; a paid one is not', async () => {
    const unpaid = await order()
    await closePayment({ merchantId, outTradeNo: unpaid.outTradeNo })
    await closePayment({ merchantId, outTradeNo: unpaid.outTradeNo })
    expect(await queryPayment({ merchantId, outTradeNo: unpaid.outTradeNo })).toMatchObject({ state: 'closed' })
    const paid = await order()
    await pay(paid.clientParams)
    await eventually(async () => (await events('pay.paid', paid.outTradeNo)).length > 0)
    await expect(closePayment({ merchantId, outTradeNo: paid.outTradeNo })).rejects.toMatchObject({ code: 'pay.orderPaid' })
  })
})

describe('what is not genuine is refused, and nothing is stored', () => {
  test.each([
    ['a wrong signature', 'wrongSignature', 401],
    ['a body that was changed', 'tamperedBody', 401],
    ['a sealed resource with a changed tag', 'tamperedTag', 401],
    ['an old time stamp', 'staleTimestamp', 401],
  ] as const)('%s: refused at first, taken when the platform sends it again rightly', async (_, kind, status) => {
    await play.act('log.clear')
    await play.act('faults.add', { kind, target: 'TRANSACTION.SUCCESS', remaining: 1 })
    const { outTradeNo, clientParams } = await order()
    await pay(clientParams)
    const first = await eventually(async () => {
      const log = (await play.act('log.read', { limit: 500 })) as { direction: string; decoded: string; status: number }[]
      return log.find(one => one.direction === 'callback' && one.decoded.includes(outTradeNo))
    })
    expect(first.status).toBe(status)
    expect(await events('pay.paid', outTradeNo)).toEqual([])
  })

  test('no headers, no JSON, an unknown merchant', async () => {
    const send = (path: string, body: string, headers: Record<string, string> = {}) =>
      fetch(`${product.url}/callbacks/${path}`, { method: 'POST', body, headers })
    const stored = () => rows(sql`SELECT id FROM callbacks WHERE body = '{}'`)
    const bare = await send(`pay/${merchantId}`, '{}')
    expect(bare.status).toBe(401)
    expect(await bare.json()).toMatchObject({ code: 'FAIL', error: { code: 'callback.expired' } })
    const probe = await send(`pay/${merchantId}`, '{}', {
      'Wechatpay-Timestamp': String(Math.floor(Date.now() / 1000)),
      'Wechatpay-Nonce': 'n',
      'Wechatpay-Serial': 'ABCDEF0123456789',
      'Wechatpay-Signature': 'WECHATPAY/SIGNTEST/abc',
    })
    expect(await probe.json()).toMatchObject({ error: { code: 'pay.badSignature' } })
    expect((await send('pay/1900000000', '{}')).status).toBe(404)
    expect(await stored()).toEqual([])
  })

  test('unknown serials of strangers do not make us fetch certificates again and again', async () => {
    await play.act('log.clear')
    for (let i = 0; i < 5; i++) {
      await fetch(`${product.url}/callbacks/pay/${merchantId}`, {
        method: 'POST',
        body: '{}',
        headers: {
          'Wechatpay-Timestamp': String(Math.floor(Date.now() / 1000)),
          'Wechatpay-Nonce': 'n',
          'Wechatpay-Serial': `AAAA00000000000${i}`,
          'Wechatpay-Signature': 'eA==',
        },
      })
    }
    const log = (await play.act('log.read', { limit: 500 })) as { name: string }[]
    expect(log.filter(one => one.name.includes('/v3/certificates')).length).toBeLessThanOrEqual(1)
  })

  test('an answer whose signature is wrong is not believed', async () => {
    await play.act('faults.add', { kind: 'badAnswerSignature', target: 'transactions/out-trade-no', remaining: 1 })
    const error = (await queryPayment({ merchantId, outTradeNo: (await order()).outTradeNo }).catch(
      cause => cause,
    )) as GatewayError
    expect(error).toMatchObject({ code: 'pay.badSignature', class: 'unknown' })
  })
})

describe('a refund', () => {
  test('gives money back once however often it is asked for, and is announced', async () => {
    const { outTradeNo, clientParams } = await order(5000)
    await pay(clientParams)
    const ask = {
      merchantId,
      outTradeNo,
      outRefundNo: `R${outTradeNo}`,
      refundFen: 2000,
      totalFen: 5000,
      reason: '顾客退货',
      notifyUrl: refundUrl,
    }
    const first = await refund(ask)
    const second = await refund(ask)
    expect(second.refundId).toBe(first.refundId)
    const [refunded] = await eventually(async () => {
      const found = await events('pay.refunded', outTradeNo)
      return found.length > 0 ? found : null
    })
    expect(refunded).toMatchObject({ outRefundNo: ask.outRefundNo, status: 'success', amountFen: 2000 })
    expect(await queryRefund({ merchantId, outRefundNo: ask.outRefundNo })).toMatchObject({ status: 'success', amountFen: 2000 })
    expect(await queryRefund({ merchantId, outRefundNo: 'Rnever000001' })).toBeNull()
  })

  test('more than was paid is refused; a lost answer is unknown, and asking again is safe', async () => {
    const { outTradeNo, clientParams } = await order(1000)
    await pay(clientParams)
    const ask = { merchantId, outTradeNo, outRefundNo: `R${outTradeNo}`, refundFen: 1000, totalFen: 1000, reason: '退' }
    await expect(refund({ ...ask, refundFen: 1001, outRefundNo: `X${outTradeNo}` })).rejects.toMatchObject({ class: 'refused' })
    await play.act('faults.add', { kind: 'lostAnswer', target: 'refund/domestic/refunds', remaining: 1 })
    await expect(refund(ask)).rejects.toMatchObject({ class: 'unknown' })
    expect((await refund(ask)).amountFen).toBe(1000)
  })
})
