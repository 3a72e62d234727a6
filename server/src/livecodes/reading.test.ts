import { beforeAll, describe, expect, test } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { player } from '../../test/play.ts'
import { demoIds } from '../app/demo.ts'
import { dayIn, now, run, sql, systemCtx, transaction } from '../core/index.ts'
import { countHappened } from './counters.ts'
import { creditJoined, creditLater } from './follow-events.ts'
import { forgetScenes } from './scenes.ts'
import { CREDIT_DAYS, noteTouches } from './touches.ts'

/** What codes promise to those who come by them, and what they brought, read at the door. */
const product = useProduct()
let operator: Client
let brandId = 0

beforeAll(async () => {
  brandId = (await make.brand()).id
  await make.connections(product.simulator, { first: brandId })
  operator = product.owner.with({ 'X-Brand-Id': String(brandId) })
})

function newCode(name: string, values: { costFen?: number; couponBatchId?: number } = {}) {
  const card = { title: '新人礼', coverImageId: null, couponBatchId: values.couponBatchId ?? null, page: null }
  return operator.call('livecodes.create', {
    kind: 'miniProgram',
    name,
    costFen: values.costFen ?? 0,
    welcome: { text: '', imageId: null, card },
  })
}

describe('the offer behind a code', () => {
  test('is shown to whom the code brought, though the coupon is not public, and to nobody else', async () => {
    const batch = await make.couponBatch(product, brandId, { isPublic: false, isMemberOnly: true, thresholdFen: 30_000 })
    const code = await newCode('暗券卡', { couponBatchId: batch.id })
    const play = player(product)
    const { client } = await play.signIn(await play.addPerson('新客'), demoIds.miniPrograms.lieye, code.scene)
    expect((await client.call('coupons.centre', {})).items).toEqual([])
    expect(await client.call('livecodes.offer', { scene: code.scene })).toMatchObject({
      id: batch.id,
      headline: '¥10',
      conditionText: '满 ¥300 可用',
      validityText: '领取后 30 天内有效',
      state: 'membersOnly',
    })
    expect(await client.call('livecodes.offer', { scene: 'nothing-here' })).toBeNull()
    // The code is what lets him take it too: to who tries ids the batch does not exist.
    const { client: member } = await make.member(product, brandId)
    const other = await newCode('别的码')
    for (const scene of [undefined, 'nothing-here', other.scene]) {
      expect(await member.codeOf('coupons.claim', { batchId: batch.id, scene })).toBe('thing.notFound')
      expect(await member.codeOf('coupons.buy', { batchId: batch.id, scene })).toBe('thing.notFound')
    }
    expect(await member.codeOf('coupons.claim', { batchId: batch.id, scene: code.scene })).toBe('ok')
    expect(await client.call('livecodes.offer', { scene: (await newCode('没有券')).scene })).toBeNull()

    const elsewhere = await make.brand()
    await run(sql`UPDATE live_codes SET brand_id = ${elsewhere.id} WHERE id = ${code.id}`)
    forgetScenes()
    expect(await client.call('livecodes.offer', { scene: code.scene })).toBeNull()
    await run(sql`UPDATE live_codes SET brand_id = ${brandId} WHERE id = ${code.id}`)

    await operator.call('livecodes.update', { id: code.id, validTo: new Date(Date.now() - 60_000).toISOString() })
    expect(await client.call('livecodes.offer', { scene: code.scene })).toBeNull()
    await operator.call('livecodes.update', { id: code.id, validTo: null })
    expect(await client.call('livecodes.offer', { scene: code.scene })).not.toBeNull()
    await operator.call('livecodes.disable', { ids: [code.id] })
    expect(await client.call('livecodes.offer', { scene: code.scene })).toBeNull()
  })
})

describe('what codes brought', () => {
  test('the list sorts by what it counts; a code that nobody joined by has no cost per join and comes last', async () => {
    const at = now()
    const busy = await newCode('忙', { costFen: 9_000 })
    const cheap = await newCode('省', { costFen: 100 })
    const idle = await newCode('闲', { costFen: 500 })
    await transaction(() =>
      countHappened(systemCtx(), [
        { codeId: busy.id, staffId: null, at, scans: 5, adds: 7, joins: 3, claims: 1, losses: 2 },
        { codeId: cheap.id, staffId: null, at, scans: 6, adds: 1, joins: 1, claims: 4 },
      ]),
    )
    const order = async (sort: string) => {
      const { items } = await operator.call('livecodes.list', { sort, pageSize: 100 })
      return items.filter(one => [busy.id, cheap.id, idle.id].includes(one.id)).map(one => one.name)
    }
    expect(await order('-scans')).toEqual(['忙', '省', '闲']) // 7 adds are at least 7 scans
    expect(await order('adds')).toEqual(['闲', '省', '忙'])
    expect(await order('-joins')).toEqual(['忙', '省', '闲'])
    expect(await order('-claims')).toEqual(['省', '忙', '闲'])
    expect((await order('-losses'))[0]).toBe('忙')
    expect(await order('costPerJoin')).toEqual(['省', '忙', '闲'])
    expect(await order('-costPerJoin')).toEqual(['忙', '省', '闲'])
    expect(await operator.codeOf('livecodes.list', { sort: 'brandId' })).toBe('input.invalid')
  })

  test('joins without a scan in the period are said apart, so no rate is above the whole', async () => {
    const at = now()
    const today = dayIn(at)
    const scanned = await newCode('有扫码')
    const linked = await newCode('从链接来')
    const storeless = { staffId: null, at }
    await transaction(() =>
      countHappened(systemCtx(), [
        { codeId: scanned.id, ...storeless, scans: 10, joins: 4 },
        { codeId: linked.id, ...storeless, scans: 1, joins: 3 },
      ]),
    )
    const report = await operator.call('livecodes.report', { by: 'code', from: today, to: today })
    const row = (id: number) => report.rows.find(one => one.key === String(id))
    expect(row(scanned.id)).toMatchObject({ scans: 10, joins: 4, joinsWithoutScan: 0 })
    expect(row(linked.id)).toMatchObject({ scans: 1, joins: 3, joinsWithoutScan: 2 })
    for (const by of ['code', 'channel', 'store', 'staff', 'day'] as const) {
      const { totals } = await operator.call('livecodes.report', { by, from: today, to: today })
      expect(totals.joins - totals.joinsWithoutScan).toBeLessThanOrEqual(totals.scans)
      expect(totals).toMatchObject({ scans: report.totals.scans, joins: report.totals.joins, joinsWithoutScan: 2 })
    }
  })

  test('of things that happened between two codes, taken in at once, each goes to the code before it', async () => {
    const [first, second] = [await newCode('早码'), await newCode('晚码')]
    const { personId } = await make.member(product, brandId)
    const minute = (n: number) => new Date(now().getTime() + n * 60_000)
    const touch = (codeId: number, n: number) =>
      ({ key: `t${n}:${personId}`, codeId, staffId: null, brandId, personId, openid: null, kind: 'scan', at: minute(n) }) as const
    await transaction(async () => {
      await noteTouches(systemCtx(), [touch(first.id, 10), touch(second.id, 30)])
      const claimedAt = [minute(5), minute(20), minute(40), minute(40 + CREDIT_DAYS * 24 * 60)]
      await creditLater(
        systemCtx(),
        claimedAt.map(at => ({ personId, brandId, at, claims: 1 })),
      )
      await creditJoined(systemCtx(), [{ personId, brandId, at: minute(21) }])
    })
    const { items } = await operator.call('livecodes.list', { pageSize: 100 })
    const counted = (id: number) => items.find(one => one.id === id)?.counts
    expect(counted(first.id)).toMatchObject({ claims: 1, joins: 1 })
    expect(counted(second.id)).toMatchObject({ claims: 1, joins: 0 })
  })
})
