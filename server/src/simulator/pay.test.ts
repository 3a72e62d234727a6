import { createRequire } from 'node:module'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { payResponseText, rsaSign, rsaVerify } from './crypto.ts'
import { demoIds, type RunningSimulator } from './index.ts'
import { type Listener, openedNotice, startListener, startWorld } from './testing.ts'

type Output = { status: number; data?: Record<string, unknown>; error?: unknown }
type PayClient = Record<
  'transactions_jsapi' | 'query' | 'close' | 'refunds' | 'find_refunds',
  (params: unknown) => Promise<Output>
> & {
  createHttp(service: unknown): void
  get_certificates(key: string): Promise<unknown>
}
const WxPay = createRequire(import.meta.url)('wechatpay-node-v3') as new (options: object) => PayClient

const appId = demoIds.miniPrograms.lieye
let listener: Listener
let running: RunningSimulator
let client: PayClient
let payer: { id: string; openids: Record<string, string> }
let lastAnswer: { headers: Headers; body: string }
let number = 0

beforeAll(async () => {
  listener = await startListener()
  running = await startWorld(listener)
  payer = await running.act('people.add', { name: '付' })
  client = clientOf(merchant().keys.merchantPrivateKey)
})
afterAll(async () => {
  await running.stop()
  await listener.close()
})
beforeEach(() => {
  running.sim.faults.clear()
  listener.received.length = 0
})

const merchant = () => running.sim.world.merchants.get(demoIds.mchid)!

/** The real package; only the origin is replaced. */
function clientOf(privateKey: string): PayClient {
  const { merchantCertificate } = merchant().keys
  const pay = new WxPay({
    appid: appId,
    mchid: demoIds.mchid,
    publicKey: Buffer.from(merchantCertificate),
    privateKey: Buffer.from(privateKey),
    key: merchant().apiV3Key,
  })
  const send = async (method: string, url: string, headers: Record<string, string>, params?: unknown) => {
    const response = await fetch(url.replace('https://api.mch.weixin.qq.com', running.sim.urls.pay), {
      method,
      headers,
      ...(params ? { body: JSON.stringify(params) } : {}),
    })
    const body = await response.text()
    lastAnswer = { headers: response.headers, body }
    return {
      status: response.status,
      ...(response.ok ? { data: body ? JSON.parse(body) : undefined } : { error: body, errRaw: body }),
    }
  }
  pay.createHttp({
    get: (url: string, headers: Record<string, string>) => send('GET', url, headers),
    post: (url: string, params: unknown, headers: Record<string, string>) => send('POST', url, headers, params),
  })
  return pay
}

const order = (extra = {}) => ({
  description: '枥野 50 元券',
  out_trade_no: `T2026${String(++number).padStart(6, '0')}`,
  notify_url: `${listener.url}/callbacks/pay/${demoIds.mchid}`,
  amount: { total: 990 },
  payer: { openid: payer.openids[appId] },
  ...extra,
})
const query = (out_trade_no: string) => client.query({ out_trade_no })
const sheet = (answer: Output) =>
  answer.data as { appId: string; timeStamp: string; nonceStr: string; package: string; signType: string; paySign: string }

test('JSAPI from order to notification through the real package', async () => {
  const asked = order()
  const params = sheet(await client.transactions_jsapi(asked))
  expect(await running.act('mini.openPay', { simUser: payer.id, ...params })).toMatchObject({
    amountFen: 990,
    description: '枥野 50 元券',
  })
  expect((await query(asked.out_trade_no)).data).toMatchObject({ trade_state: 'NOTPAY' })
  await running.act('mini.pay', { simUser: payer.id, ...params })
  await running.sim.pusher.idle()
  const { eventType, plain } = openedNotice(listener.received[0]!, merchant())
  expect(eventType).toBe('TRANSACTION.SUCCESS')
  expect(plain).toMatchObject({
    out_trade_no: asked.out_trade_no,
    trade_state: 'SUCCESS',
    amount: { total: 990, payer_total: 990 },
    payer: { openid: payer.openids[appId] },
  })
  expect((await query(asked.out_trade_no)).data).toMatchObject({ trade_state: 'SUCCESS', transaction_id: plain.transaction_id })
  await expect(running.act('mini.pay', { simUser: payer.id, ...params })).rejects.toThrow('已支付')
})

test('answers are signed by the platform, refusals too', async () => {
  await query('T0000000')
  expect(lastAnswer.body).toContain('ORDER_NOT_EXIST')
  const text = payResponseText(
    lastAnswer.headers.get('wechatpay-timestamp') ?? '',
    lastAnswer.headers.get('wechatpay-nonce') ?? '',
    lastAnswer.body,
  )
  const { platformPublicKey, platformSerial, publicKeyId } = merchant().keys
  expect(rsaVerify(platformPublicKey, text, lastAnswer.headers.get('wechatpay-signature') ?? '')).toBe(true)
  expect(lastAnswer.headers.get('wechatpay-serial')).toBe(platformSerial)
  await running.act('settings.update', { serialMode: 'publicKey' })
  await query('T0000000')
  expect(lastAnswer.headers.get('wechatpay-serial')).toBe(publicKeyId)
  expect(await (await fetch(`${running.sim.urls.pay}/v3/certificates`)).json()).toMatchObject({ code: 'SIGN_ERROR' })
  await running.act('settings.update', { serialMode: 'certificate' })
})

test('the platform certificate comes sealed and is a certificate that the package can read', async () => {
  const certificates = (await client.get_certificates(merchant().apiV3Key)) as { serial_no: string; publicKey: string }[]
  expect(certificates[0]?.serial_no).toBe(merchant().keys.platformSerial)
  const text = 'signed'
  expect(rsaVerify(certificates[0]?.publicKey ?? '', text, rsaSign(merchant().keys.platformPrivateKey, text))).toBe(true)
})

test('a wrong key is 401 SIGN_ERROR', async () => {
  const stranger = clientOf(merchant().keys.platformPrivateKey)
  expect(await stranger.query({ out_trade_no: 'T1' })).toMatchObject({
    status: 401,
    error: expect.stringContaining('SIGN_ERROR'),
  })
})

test.each([
  ['an app of somebody else', { appid: 'wx0000000000000000' }, 'APPID_MCHID_NOT_MATCH'],
  ['nothing to pay', { amount: { total: 0 } }, 'PARAM_ERROR'],
  ['an unknown payer', { payer: { openid: 'onobody' } }, 'PARAM_ERROR'],
  ['a notify_url with a query', { notify_url: 'https://example.com/a?b=1' }, 'PARAM_ERROR'],
])('an order with %s is refused', async (_what, extra, code) => {
  const answer = await client.transactions_jsapi(order(extra))
  expect(answer.status).toBe(400)
  expect(answer.error).toContain(code)
})

test('a tampered paySign, another payer, and a closed order do not open the wallet', async () => {
  const asked = order()
  const params = sheet(await client.transactions_jsapi(asked))
  await expect(running.act('mini.pay', { simUser: payer.id, ...params, nonceStr: 'other' })).rejects.toThrow('签名失败')
  const stranger = await running.act<{ id: string }>('people.add', { name: '他' })
  await expect(running.act('mini.pay', { simUser: stranger.id, ...params })).rejects.toThrow('不一致')
  expect((await client.close(asked.out_trade_no as never)).status).toBe(204)
  await expect(running.act('mini.pay', { simUser: payer.id, ...params })).rejects.toThrow('已关闭')
})

test('refunds: accepted, done, told; the same number is the same refund; more than was paid is refused', async () => {
  const asked = order()
  await running.act('mini.pay', { simUser: payer.id, ...sheet(await client.transactions_jsapi(asked)) })
  const refund = (out_refund_no: string, fen: number) =>
    client.refunds({
      out_trade_no: asked.out_trade_no,
      out_refund_no,
      notify_url: `${listener.url}/callbacks/pay-refund/${demoIds.mchid}`,
      amount: { refund: fen, total: 990, currency: 'CNY' },
    })
  const first = await refund('R1', 600)
  expect(first.data).toMatchObject({ status: 'PROCESSING', amount: { refund: 600, total: 990 } })
  expect((await refund('R1', 600)).data).toMatchObject({ refund_id: first.data?.refund_id })
  expect((await refund('R2', 400)).error).toContain('INVALID_REQUEST')
  await expect.poll(() => listener.received.length).toBe(2)
  expect(openedNotice(listener.received[1]!, merchant())).toMatchObject({
    eventType: 'REFUND.SUCCESS',
    plain: { out_refund_no: 'R1', refund_status: 'SUCCESS' },
  })
  expect((await client.find_refunds('R1' as never)).data).toMatchObject({ status: 'SUCCESS' })
})

test('a refused notification is sent again; with a tampered tag only the seal is broken', async () => {
  listener.statuses = [500, 401]
  running.sim.faults.add({ kind: 'tamperedTag', remaining: 1 })
  await running.act('mini.pay', { simUser: payer.id, ...sheet(await client.transactions_jsapi(order())) })
  await running.sim.pusher.idle()
  expect(listener.received).toHaveLength(3)
  expect(() => openedNotice(listener.received[0]!, merchant())).toThrow(/authenticate/)
  expect(openedNotice(listener.received[2]!, merchant()).eventType).toBe('TRANSACTION.SUCCESS')
})
