import { afterAll, describe, expect, test } from 'vitest'
import { useProduct } from '../../../test/harness.ts'
import { advanceClock, config, rows, sql, systemCtx } from '../../core/index.ts'
import { forgetPlaces, placeOf } from './wrong-tries.ts'

/** Callers come through a proxy that says their address, as they do in production. */
config.trustsProxy = true
const product = useProduct()
afterAll(() => {
  config.trustsProxy = false
})

const PASSWORD = 'a-long-password-1'
const [HOME, CAFE] = ['203.0.113.7', '198.51.100.20']

async function newOperator() {
  const username = `op${Math.random().toString(36).slice(2, 10)}`
  const role = await product.owner.call('roles.create', { name: username, permissions: ['stores.list'] })
  const { id } = await product.owner.call('operators.create', {
    username,
    password: PASSWORD,
    name: username,
    roleIds: [role.id],
    brandIds: null,
  })
  const signIn = (address: string, password = PASSWORD) =>
    product.anonymous.with({ 'X-Forwarded-For': address }).codeOf('auth.signIn', { username, password })
  const guess = async (address: string, times: number) => {
    const codes = []
    for (let n = 0; n < times; n += 1) codes.push(await signIn(address, `not-this-one-${n}`))
    return codes
  }
  return { id, signIn, guess }
}

describe('wrong passwords', () => {
  test('lock the name for the place that guesses, and for nobody else', async () => {
    const { signIn, guess } = await newOperator()
    expect((await guess(CAFE, 5)).at(-1)).toBe('auth.locked')
    expect(await signIn(CAFE)).toBe('auth.locked')
    expect(await signIn(HOME)).toBe('ok')
  })

  test('of many places are too many together: a new place waits, one known from before does not', async () => {
    const { signIn, guess } = await newOperator()
    expect(await signIn(HOME)).toBe('ok')
    const codes: string[] = []
    for (let n = 1; n <= 10; n += 1) codes.push(...(await guess(`192.0.2.${n}`, 4)))
    // Thirty tries, the first time at home among them.
    expect(codes.filter(code => code === 'auth.wrong')).toHaveLength(29)
    expect(codes.at(-1)).toBe('auth.locked')
    expect(await signIn(CAFE)).toBe('auth.locked')
    expect(await signIn(HOME)).toBe('ok')
  })

  test('are counted at a known place, too', async () => {
    const { signIn, guess } = await newOperator()
    await signIn(HOME)
    expect((await guess(HOME, 5)).at(-1)).toBe('auth.locked')
    expect(await signIn(HOME)).toBe('auth.locked')
  })

  test('are forgiven by the right one, so that four now and four later lock nobody', async () => {
    const { signIn, guess } = await newOperator()
    for (let round = 0; round < 3; round += 1) {
      expect(await guess(HOME, 4)).not.toContain('auth.locked')
      expect(await signIn(HOME)).toBe('ok')
    }
  })

  test('are counted for one who changes his address within his own network', async () => {
    const { guess } = await newOperator()
    const codes = []
    for (let n = 1; n <= 5; n += 1) codes.push(...(await guess(`2001:db8:1:2::${n}`, 1)))
    expect(codes.at(-1)).toBe('auth.locked')
  })
})

test('a place is kept without its address, and is strange again after ninety days', async () => {
  const { id, signIn } = await newOperator()
  await signIn(HOME)
  await signIn(HOME)
  const places = () => rows<{ place_hash: string }>(sql`SELECT place_hash FROM operator_places WHERE operator_id = ${id}`)
  expect(await places()).toHaveLength(1)
  expect(JSON.stringify(await places())).not.toContain(HOME)
  await forgetPlaces(systemCtx())
  expect(await places()).toHaveLength(1)
  advanceClock(91 * 86_400_000)
  await forgetPlaces(systemCtx())
  expect(await places()).toHaveLength(0)
})

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
])('the place of %s is %s', (address, place) => {
  expect(placeOf(address)).toBe(place)
})
