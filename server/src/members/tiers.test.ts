import { expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'

const product = useProduct()

test('with all brands chosen, the tiers of every brand in sight are listed, brand by brand, lowest first', async () => {
  const [first, second, third] = [await make.brand(), await make.brand(), await make.brand()]
  // made later, and below what is there: order is by rank, not by age
  await product.owner.call('tiers.list', { brandId: second.id })
  const base = { termMonths: 12, graceDays: 30, pointsPercent: 150, benefits: [], color: '#123456' }
  await product.owner.call('tiers.create', { brandId: second.id, name: '铂金', rank: 9, thresholdFen: 900_000, ...base })
  await product.owner.call('tiers.create', { brandId: second.id, name: '铜卡', rank: 3, thresholdFen: 400_000, ...base })
  const ranksIn = async (client: typeof product.owner, input = {}) =>
    (await client.call('tiers.list', input)).map(tier => [tier.brandId, tier.rank])
  const [a, b] = [first.id, second.id]
  const firstTwo = [
    [a, 0],
    [a, 1],
    [a, 2],
    [b, 0],
    [b, 1],
    [b, 2],
    [b, 3],
    [b, 9],
  ]

  const all = await ranksIn(product.owner)
  expect(all.filter(([brandId]) => brandId === a || brandId === b)).toEqual(firstTwo)
  expect(all.some(([brandId]) => brandId === third.id)).toBe(true)
  expect(all).toEqual([...all].sort(([x = 0, r = 0], [y = 0, s = 0]) => x - y || r - s))

  const ofTwo = await make.signedInOperator(product, { permissions: ['tiers.*'], brandIds: [a, b] })
  expect(await ranksIn(ofTwo)).toEqual(firstTwo)
  expect(await ranksIn(ofTwo.with({ 'X-Brand-Id': String(a) }))).toEqual(firstTwo.slice(0, 3))
  expect(await ofTwo.codeOf('tiers.list', { brandId: third.id })).not.toBe('ok')
})
