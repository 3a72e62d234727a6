import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { insertOne, redis, row, rows, sha256, sql, systemCtx } from '../core/index.ts'
import { masked } from './audit/mask.ts'
import { jobs } from './jobs.ts'

const product = useProduct()
const word = () => Math.random().toString(36).slice(2, 10)

describe('idempotency keys', () => {
  test('the same key and input happens once and answers the same', async () => {
    const key = `once-${word()}`
    const input = { name: '品牌', code: word() }
    const first = await product.owner.call('brands.create', input, { key })
    expect(await product.owner.call('brands.create', input, { key })).toEqual(first)
    expect(await count(sql`SELECT COUNT(*) AS n FROM brands WHERE code = ${input.code}`)).toBe(1)
    expect(
      await count(
        sql`SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'brands.create' AND input LIKE ${`%${input.code.slice(0, 3)}***%`}`,
      ),
    ).toBe(1)
  })

  test('the same key with another input is refused, and so is a key that is no key', async () => {
    const key = `twice-${word()}`
    await product.owner.call('brands.create', { name: 'a', code: word() }, { key })
    await expect(product.owner.call('brands.create', { name: 'b', code: word() }, { key })).rejects.toMatchObject({
      code: 'idempotency.mismatch',
      status: 409,
    })
    await expect(product.owner.call('brands.create', { name: 'b', code: word() }, { key: 'short' })).rejects.toMatchObject({
      code: 'idempotency.badKey',
    })
  })

  test('calls at the same moment happen once', async () => {
    const key = `race-${word()}`
    const input = { name: '品牌', code: word() }
    const answers = await Promise.all(Array.from({ length: 6 }, () => product.owner.call('brands.create', input, { key })))
    expect(new Set(answers.map(one => one.id)).size).toBe(1)
  })

  test('a refusal leaves the key free, and another caller has keys of his own', async () => {
    const key = `free-${word()}`
    const code = word()
    await product.owner.call('brands.create', { name: 'a', code })
    await expect(product.owner.call('brands.create', { name: 'b', code }, { key })).rejects.toMatchObject({
      code: 'brand.codeTaken',
    })
    expect((await product.owner.call('brands.create', { name: 'b', code: word() }, { key })).name).toBe('b')
    const other = await make.signedInOperator(product, { permissions: ['*'] })
    expect((await other.call('brands.create', { name: 'c', code: word() }, { key })).name).toBe('c')
  })

  test('an answer with a secret is replayed, and not kept in clear', async () => {
    const key = `secret-${word()}`
    const first = await product.owner.call('apiKeys.create', { name: 'till', scopes: ['stores.list'] }, { key })
    expect((await product.owner.call('apiKeys.create', { name: 'till', scopes: ['stores.list'] }, { key })).secret).toBe(
      first.secret,
    )
    expect(JSON.stringify(await rows(sql`SELECT * FROM idempotency_keys`))).not.toContain(first.secret)
  })

  test('outside a transaction a twin that runs is refused, a dead one is forgotten, and the answer is replayed', async () => {
    const key = `stuck-${word()}`
    const me = await product.owner.call('auth.me', {})
    const slot = `idempotency:${sha256(`operator:${me.operator.id}\0auth.changePassword\0${key}`)}`
    await redis.set(slot, '1', { ttlMs: 300 })
    const change = (newPassword: string) =>
      product.owner.call('auth.changePassword', { oldPassword: 'owner-password-1', newPassword }, { key })
    await expect(change('owner-password-2')).rejects.toMatchObject({ code: 'idempotency.running' })
    await new Promise(resolve => setTimeout(resolve, 350))
    await expect(change('owner-password-1')).rejects.toMatchObject({ code: 'auth.sameAsOld' })
    // The second call would be refused (the old password is wrong by now) if it ran again.
    expect(await change('owner-password-2')).toEqual({ isDone: true })
    expect(await change('owner-password-2')).toEqual({ isDone: true })
    await expect(change('owner-password-3')).rejects.toMatchObject({ code: 'idempotency.mismatch' })
    await product.owner.call('auth.changePassword', { oldPassword: 'owner-password-2', newPassword: 'owner-password-1' })
  })

  test('keys are forgotten after two days', async () => {
    const old = await insertOne('idempotency_keys', {
      caller: 'x:1',
      name: 'x.y',
      key: word(),
      bodyHash: '',
      status: 'done',
      createdAt: new Date(Date.now() - 49 * 3600_000),
    })
    await jobs.find(job => job.name === 'platform.removeOldKeys')!.handle(systemCtx())
    expect(await row(sql`SELECT id FROM idempotency_keys WHERE id = ${old}`)).toBeNull()
  })
})

describe('audit', () => {
  test('names who did what, with secrets and phones masked, also when refused', async () => {
    const code = word()
    await product.owner.call('brands.create', { name: '联系 13812345678', code })
    await product.owner.codeOf('brands.create', { name: '又一个', code })
    const { items } = await product.owner.call('audit.list', { action: 'brands.create', pageSize: 2 })
    expect(items.map(one => one.outcome)).toEqual(['refused', 'done'])
    expect(items[0]!.errorCode).toBe('brand.codeTaken')
    expect(items[1]).toMatchObject({ actorType: 'operator', actorName: '测试管理员', input: { name: '联系 138****5678' } })
  })

  test('a forbidden command of a known caller is on record, a query is not', async () => {
    const weak = await make.signedInOperator(product, { permissions: ['stores.list'] })
    await weak.codeOf('brands.create', { name: 'x', code: word() })
    await weak.codeOf('brands.list', {})
    const { items } = await product.owner.call('audit.list', { outcome: 'refused', pageSize: 5 })
    expect(items[0]).toMatchObject({ action: 'brands.create', errorCode: 'access.denied' })
    expect(items.some(one => one.action === 'brands.list')).toBe(false)
  })

  test('a wrong sign-in is on record without its password', async () => {
    await product.anonymous.codeOf('auth.signIn', { username: 'nobody.here', password: 'my-secret-guess' })
    const { items } = await product.owner.call('audit.list', { action: 'auth.signIn', outcome: 'refused', pageSize: 1 })
    expect(items[0]).toMatchObject({
      actorType: 'anonymous',
      errorCode: 'auth.wrong',
      input: { username: 'nobody.here', password: '***' },
    })
  })

  test('entries of other brands are not shown', async () => {
    const [ours, theirs] = [await make.brand(), await make.brand()]
    await product.owner
      .with({ 'X-Brand-Id': String(theirs.id) })
      .call('stores.create', { brandId: theirs.id, name: 'x', code: 'x1' })
    await product.owner.with({ 'X-Brand-Id': String(ours.id) }).call('stores.create', { brandId: ours.id, name: 'x', code: 'x1' })
    const limited = await make.signedInOperator(product, { permissions: ['audit.*'], brandIds: [ours.id] })
    const { items } = await limited.call('audit.list', {})
    expect(items.length).toBeGreaterThan(0)
    expect(items.every(one => one.brandId === ours.id)).toBe(true)
  })

  test('no phone, secret or openid passes the mask, wherever it stands', () => {
    const phone = fc
      .tuple(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 0, max: 999_999_999 }))
      .map(([a, b]) => `1${a}${String(b).padStart(9, '0')}`)
    fc.assert(
      fc.property(phone, fc.constantFrom('phone', 'note', 'value', 'list', 'openid'), (text, name) => {
        const shown = JSON.stringify(
          masked({
            a: { [name]: name === 'list' ? [text] : text, password: text },
            identifiers: [{ type: 'phone', value: text }],
          }),
        )
        expect(shown).not.toContain(text)
      }),
    )
    expect(masked({ appSecret: 'abc', token: 'abc', openid: 'oABCDEFGHIJ' })).toEqual({
      appSecret: '***',
      token: '***',
      openid: 'oAB***HIJ',
    })
  })
})

async function count(query: ReturnType<typeof sql>): Promise<number> {
  return Number((await row<{ n: number }>(query))?.n)
}
