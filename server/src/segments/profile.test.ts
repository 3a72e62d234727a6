import { beforeAll, describe, expect, test } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { advanceClock, setClock, systemCtx, transaction } from '../core/index.ts'
import { profileFacts, putFacts, putStoreFacts, scopeOf } from '../selection/index.ts'
import { createTag, putTag } from '../tags/index.ts'

/** How ten people who can be counted by hand differ from each other. */
const product = useProduct()
let brandId = 0
let owner: Client
let segmentId = 0
let tagId = 0
const people: number[] = []
const ctx = () => systemCtx({ brandId })

beforeAll(async () => {
  brandId = (await make.brand()).id
  owner = product.owner.with({ 'X-Brand-Id': String(brandId) })
  for (let i = 0; i < 10; i++) people.push((await make.member(product, brandId)).personId)
  const other = (await make.member(product, (await make.brand()).id)).personId
  await product.settle()
  await transaction(async () => {
    // The first four are the segment: three of them from 北京, of the others one.
    const cities = ['北京', '北京', '北京', '上海', '北京', '上海', '上海', '上海', '上海', null]
    await putFacts(
      ctx(),
      null,
      people.map((personId, at) => ({ personId, facts: { city: cities[at] ?? null, birthday: at < 5 ? '2000-01-01' : null } })),
    )
    await putFacts(
      ctx(),
      brandId,
      people.map((personId, at) => ({ personId, facts: { paidFen: (at + 1) * 100_00, isFriend: at < 2 } })),
    )
    await putFacts(ctx(), null, [{ personId: other, facts: { city: '北京' } }])
    tagId = (await createTag(ctx(), { name: '常客', groupName: '价值', color: null, isExclusive: false })).id
    await putTag(ctx(), { tagId, personIds: [people[0]!, people[1]!, people[9]!], source: 'operator' })
  })
  await product.settle()
  segmentId = (
    await owner.call('segments.create', {
      kind: 'dynamic',
      name: '花得少',
      rule: { kind: 'number', field: 'paidFen', is: { op: '<=', value: 400_00 } },
    })
  ).id
  await product.settle()
})

const profileOf = async (client = owner, isAgain = true) => {
  const profile = await client.call('segments.profile', { segmentId, isAgain })
  const of = (key: string) => profile.attributes.find(one => one.key === key)!
  const sharesOf = (key: string) => Object.fromEntries(of(key).values.map(one => [one.label, [one.inside, one.outside]]))
  return { ...profile, of, sharesOf }
}

describe('the profile of a segment', () => {
  test('counts every value inside and outside, those of whom nothing is known too, and nobody of another brand', async () => {
    const profile = await profileOf()
    expect([profile.insideCount, profile.outsideCount, profile.isSample]).toEqual([4, 6, false])
    expect(profile.sharesOf('city')).toEqual({ 北京: [3, 1], 上海: [1, 4], 没有记录: [0, 1] })
    const [first] = profile.of('city').values.filter(one => one.value === '北京')
    expect(first).toMatchObject({ insideShare: 0.75, outsideShare: 1 / 6 })
    expect(first!.lift).toBeCloseTo(4.5)
    // |3/4 - 1/6| + |1/4 - 4/6| + |0 - 1/6|, halved
    expect(profile.of('city').distance).toBeCloseTo((7 / 12 + 5 / 12 + 2 / 12) / 2)
    expect(profile.of('city')).toMatchObject({ name: '城市', kind: 'choice', isInRule: false })
    expect(profile.sharesOf('isFriend')).toEqual({ 是: [2, 0], 否: [2, 6] })
    expect(profile.of('isFriend').values[0]!.lift).toBeNull()
    expect(profile.sharesOf('birthday')).toEqual({ '25–34 岁': [4, 1], 没有记录: [0, 5] })
    expect(profile.sharesOf('tags')).toEqual({ '价值 · 常客': [2, 1] })
  })

  test('numbers are cut into fifths of everybody, with both medians; what the rule itself asks is marked', async () => {
    const profile = await profileOf()
    expect(profile.sharesOf('paidFen')).toEqual({
      '¥100 – ¥200': [2, 0],
      '¥300 – ¥400': [2, 0],
      '¥500 – ¥600': [0, 2],
      '¥700 – ¥800': [0, 2],
      '¥900 – ¥1,000': [0, 2],
    })
    expect(profile.of('paidFen')).toMatchObject({ kind: 'number', isInRule: true })
    expect(profile.of('paidFen').distance).toBeCloseTo(1)
    const distances = profile.attributes.map(one => one.distance)
    expect(distances).toEqual([...distances].sort((a, b) => b - a))
  })

  test('is kept with its age, in the words of each reader, until it is asked for again or the rule changes', async () => {
    const before = await profileOf()
    await transaction(() => putFacts(ctx(), null, [{ personId: people[9]!, facts: { city: '广州' } }]))
    await product.settle()
    const kept = await profileOf(owner.with({ 'Accept-Language': 'en' }), false)
    expect(kept.at).toEqual(before.at)
    expect(kept.sharesOf('city')).toEqual({ 北京: [3, 1], 上海: [1, 4], 'Not known': [0, 1] })
    expect(kept.of('city').name).toBe('City')
    // Within seconds even who asks again is answered with what is there.
    expect((await profileOf()).at).toEqual(before.at)
    advanceClock(11_000)
    expect((await profileOf()).sharesOf('city')).toEqual({ 北京: [3, 1], 上海: [1, 4], 广州: [0, 1] })
    setClock(null)
  })

  test('an operator of single stores compares his own people, and is not answered with what was kept for others', async () => {
    const store = await make.store(brandId)
    await transaction(() =>
      putStoreFacts(ctx(), [
        { brandId, storeId: store.id, personId: people[0]!, isIn: true },
        { brandId, storeId: store.id, personId: people[4]!, isIn: true },
      ]),
    )
    await product.settle()
    const limited = (
      await make.signedInOperator(product, { permissions: ['*'], brandIds: [brandId], storeIds: [store.id] })
    ).with({ 'X-Brand-Id': String(brandId) })
    const profile = await profileOf(limited, false)
    expect([profile.insideCount, profile.outsideCount]).toEqual([1, 1])
    expect(profile.sharesOf('city')).toEqual({ 北京: [1, 1] })
    const stranger = await make.signedInOperator(product, { permissions: ['*'], brandIds: [(await make.brand()).id] })
    expect(await stranger.codeOf('segments.profile', { segmentId })).toBe('thing.notFound')
  })

  test('of very many people a sample is read, and says so', async () => {
    const scope = scopeOf(ctx())
    const members = {
      sql: 'bitmapBuild({given:Array(UInt32)})',
      params: { given: people.slice(0, 4) },
    }
    const whole = await profileFacts(scope, members)
    expect([whole.isSample, whole.people]).toEqual([false, { inside: 4, all: 10 }])
    const sample = await profileFacts(scope, members, 5)
    expect(sample.isSample).toBe(true)
    expect(sample.people.all).toBeLessThanOrEqual(10)
    expect(sample.people.inside).toBeLessThanOrEqual(4)
  })
})
