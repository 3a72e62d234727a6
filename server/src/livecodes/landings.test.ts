import { landingOf } from '@banyan/shared'
import { describe, expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { player } from '../../test/play.ts'
import { demoIds } from '../app/demo.ts'
import { advanceClock, rows, setClock, sql } from '../core/index.ts'

const product = useProduct()
const appId = demoIds.miniPrograms.lieye

describe('what a link says', () => {
  test.each([
    [
      { utm_source: ' wechat ', utm_medium: 'cpc', q: '1' },
      { utmSource: 'wechat', utmMedium: 'cpc' },
    ],
    [
      { gdt_vid: 'wx0abc', other: 'x' },
      { adPlatform: 'tencent', clickId: 'wx0abc' },
    ],
    [
      { clickid: 'E.1', utm_campaign: '双十一' },
      { utmCampaign: '双十一', adPlatform: 'oceanengine', clickId: 'E.1' },
    ],
    [{ scene: 'abc', phone: '13800138000', utm_source: '' }, null],
  ])('%j is %j', (query, landing) => {
    expect(landingOf(query as Record<string, string>)).toEqual(landing)
  })

  test('what is too long is cut', () => {
    expect(landingOf({ utm_source: 'x'.repeat(400) })?.utmSource).toHaveLength(100)
  })
})

test('who comes by a link or an ad keeps the first and the latest of them, for segments and for packs', async () => {
  const brand = await make.brand()
  await make.connections(product.simulator, { first: brand.id })
  const play = player(product)
  const simUser = await play.addPerson('程远')
  const signIn = async (query: Record<string, string>) => {
    const { code } = await play.act('mini.login', { simUser, appId })
    const opened = await product.anonymous.call('memberAuth.signIn', { appId, code, query })
    await product.settle()
    return opened.person.id
  }
  const personId = await signIn({ utm_source: 'weibo', utm_campaign: 'spring', token: 'secret' })
  advanceClock(2 * 3_600_000)
  await signIn({ utm_source: 'wechat', utm_medium: 'cpc', gdt_vid: 'wx0abc' })
  await signIn({ utm_source: 'wechat', utm_medium: 'cpc', gdt_vid: 'wx0abc' })
  await signIn({})
  const kept = await rows<{ utm_source: string; click_id: string | null }>(
    sql`SELECT utm_source, click_id FROM person_landings WHERE person_id = ${personId} ORDER BY at`,
  )
  expect(kept).toEqual([
    { utm_source: 'weibo', click_id: null },
    { utm_source: 'wechat', click_id: 'wx0abc' },
  ])
  const owner = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  const countOf = async (field: string, value: string) =>
    (
      await owner.call('segments.count', {
        rule: { kind: 'text', field, is: { op: 'is', values: [value] } },
      })
    ).count
  expect([
    await countOf('firstUtmSource', 'weibo'),
    await countOf('lastUtmSource', 'wechat'),
    await countOf('lastUtmSource', 'weibo'),
    await countOf('lastAdPlatform', 'tencent'),
    await countOf('lastClickId', 'wx0abc'),
  ]).toEqual([1, 1, 0, 1, 1])
  setClock(null)
})
