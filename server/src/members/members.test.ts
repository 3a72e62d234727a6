import { describe, expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { player } from '../../test/play.ts'
import { demoIds } from '../app/demo.ts'
import { makeMemberCode, readMemberCode } from './member-code.ts'

const product = useProduct()
const appId = demoIds.miniPrograms.lieye

describe('joining', () => {
  test('at most two taps: sign in, agree; no phone is needed, and it is asked for once', async () => {
    const brand = await make.brand()
    await make.connections(product.simulator, { first: brand.id })
    const play = player(product)
    const simUser = await play.addPerson('周一诺', '13712345678')
    const opened = await play.signIn(simUser, appId)
    expect(opened).toMatchObject({ member: null, isPhoneKnown: false })
    expect(await opened.client.codeOf('members.join', { consents: [] })).toBe('member.consentNeeded')
    expect(await opened.client.codeOf('members.join', { consents: [{ purpose: 'privacy', isGranted: false }] })).toBe(
      'member.consentNeeded',
    )
    const consents = [{ purpose: 'privacy' as const, isGranted: true }]
    const joined = await opened.client.call('members.join', { consents })
    expect(joined).toMatchObject({ isNew: true, joinPoints: 100 })
    expect(await opened.client.call('members.join', { consents })).toMatchObject({
      isNew: false,
      member: { id: joined.member.id },
    })
    const home = await opened.client.call('members.me', {})
    expect(home).toMatchObject({ points: { available: 100, debt: 0 }, tier: { rank: 0 }, couponsHeld: 0, isPhoneKnown: false })

    const first = await opened.client.call('memberAuth.phone', { code: await play.phoneCode(simUser, appId) })
    const client = first.token ? product.as(first.token) : opened.client
    expect(first).toMatchObject({ isCharged: true, phoneMasked: expect.stringContaining('5678') })
    expect(await client.call('memberAuth.phone', { code: 'not-even-looked-at' })).toMatchObject({ isCharged: false })
    const meter = await product.owner.call('memberAuth.phoneMeter', { brandId: brand.id })
    expect(meter).toMatchObject([{ askedCount: 1, savedCount: 1, costFen: 3 }])
    expect((await play.signIn(simUser, appId)).isPhoneKnown).toBe(true)
  })

  test('an unknown mini program and a used login code are refused', async () => {
    const brand = await make.brand()
    await make.connections(product.simulator, { first: brand.id })
    const play = player(product)
    const { code } = await play.act('mini.login', { simUser: await play.addPerson('吴双'), appId })
    expect(await product.anonymous.codeOf('memberAuth.signIn', { appId: 'wx0000000000000000', code })).toBe(
      'memberAuth.appUnknown',
    )
    expect(await product.anonymous.codeOf('memberAuth.signIn', { appId, code })).toBe('ok')
    expect(await product.anonymous.codeOf('memberAuth.signIn', { appId, code })).toBe('wechat.codeInvalid')
  })

  test('the member code turns over every 30 seconds and cannot be made up', async () => {
    const brand = await make.brand()
    const { client, personId } = await make.member(product, brand.id)
    const { code, memberNo } = await client.call('members.code', {})
    expect((await product.owner.call('members.scan', { code })).personId).toBe(personId)
    expect((await product.owner.call('members.scan', { code: memberNo })).personId).toBe(personId)
    const forged = code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10)
    expect(await product.owner.codeOf('members.scan', { code: forged })).toBe('member.codeUnknown')
    const made = makeMemberCode(7, new Date('2026-11-22T04:00:00Z'))
    expect(readMemberCode(made.code, new Date('2026-11-22T04:00:29Z'))).toBe(7)
    expect(readMemberCode(made.code, new Date('2026-11-22T04:00:30Z'))).toBe('expired')
    const limited = await make.signedInOperator(product, { permissions: ['*'], brandIds: [(await make.brand()).id] })
    expect(await limited.codeOf('members.scan', { code: memberNo })).toBe('member.codeUnknown')
  })
})
