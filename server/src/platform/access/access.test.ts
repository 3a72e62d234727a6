import { describe, expect, test } from 'vitest'
import { clientOf, useProduct } from '../../../test/harness.ts'
import { make } from '../../../test/make.ts'
import { advanceClock, rows, sql, systemCtx } from '../../core/index.ts'
import { covers } from './beyond-own.ts'
import { endSessionsOf, openSession } from './sessions.ts'

const product = useProduct()
const PASSWORD = 'a-long-password-1'

async function newOperator(of: { permissions?: string[]; brandIds?: number[] | null; roleIds?: number[] } = {}) {
  const word = Math.random().toString(36).slice(2, 10)
  const roleIds = of.roleIds ?? [
    (await product.owner.call('roles.create', { name: word, permissions: of.permissions ?? ['stores.*'] })).id,
  ]
  const operator = await product.owner.call('operators.create', {
    username: word,
    password: PASSWORD,
    name: word,
    roleIds,
    brandIds: of.brandIds ?? null,
  })
  const { token } = await product.anonymous.call('auth.signIn', { username: word, password: PASSWORD })
  return { operator, client: product.as(token), username: word }
}

describe('signing in', () => {
  test('a wrong password and an unknown name answer alike', async () => {
    expect(await product.anonymous.codeOf('auth.signIn', { username: 'owner', password: 'not-this-one' })).toBe('auth.wrong')
    expect(await product.anonymous.codeOf('auth.signIn', { username: 'nobody-here', password: 'not-this-one' })).toBe(
      'auth.wrong',
    )
  })

  test('five wrong passwords lock the name there for a quarter of an hour, also for the right one', async () => {
    const { username } = await newOperator()
    const codes = []
    for (let i = 0; i < 5; i++) codes.push(await product.anonymous.codeOf('auth.signIn', { username, password: 'not-this-one' }))
    expect(codes).toEqual(['auth.wrong', 'auth.wrong', 'auth.wrong', 'auth.wrong', 'auth.locked'])
    expect(await product.anonymous.codeOf('auth.signIn', { username, password: PASSWORD })).toBe('auth.locked')
  })

  test('a session ends by signing out, by time, and when the operator is disabled', async () => {
    const { client, username } = await newOperator()
    await client.call('auth.signOut', {})
    expect(await client.codeOf('auth.me', {})).toBe('auth.expired')

    const { token } = await product.anonymous.call('auth.signIn', { username, password: PASSWORD })
    advanceClock(12 * 3600_000 + 1000)
    expect(await product.as(token).codeOf('auth.me', {})).toBe('auth.expired')
    advanceClock(-12 * 3600_000 - 1000)
    expect(await product.as(token).codeOf('auth.me', {})).toBe('ok')

    const other = await newOperator()
    await product.owner.call('operators.disable', { operatorId: other.operator.id })
    expect(await other.client.codeOf('auth.me', {})).toBe('auth.expired')
    expect(await product.anonymous.codeOf('auth.signIn', { username: other.username, password: PASSWORD })).toBe('auth.wrong')
  })

  test('a changed password ends the other sessions and keeps this one', async () => {
    const { client, username } = await newOperator()
    const { token } = await product.anonymous.call('auth.signIn', { username, password: PASSWORD })
    expect(await client.codeOf('auth.changePassword', { oldPassword: 'not-this-one', newPassword: 'another-password-2' })).toBe(
      'auth.wrong',
    )
    await client.call('auth.changePassword', { oldPassword: PASSWORD, newPassword: 'another-password-2' })
    expect(await client.codeOf('auth.me', {})).toBe('ok')
    expect(await product.as(token).codeOf('auth.me', {})).toBe('auth.expired')
    expect(await product.anonymous.codeOf('auth.signIn', { username, password: 'another-password-2' })).toBe('ok')
  })

  test('tokens and passwords are kept as hashes only', async () => {
    const { token } = await product.anonymous.call('auth.signIn', { username: 'owner', password: 'owner-password-1' })
    const dump = JSON.stringify([
      await rows(sql`SELECT * FROM sessions`),
      await rows(sql`SELECT * FROM operators`),
      await rows(sql`SELECT * FROM audit_entries`),
      await rows(sql`SELECT * FROM idempotency_keys`),
    ])
    expect(dump).not.toContain(token)
    expect(dump).not.toContain('owner-password-1')
  })
})

describe('roles and scope', () => {
  test('an operator may call what his roles name, and a change holds from the next call', async () => {
    const role = await product.owner.call('roles.create', { name: `r${Math.random()}`, permissions: ['stores.list'] })
    const { client } = await newOperator({ roleIds: [role.id] })
    expect(await client.codeOf('stores.list', {})).toBe('ok')
    expect(await client.codeOf('brands.list', {})).toBe('access.denied')
    await product.owner.call('roles.update', { roleId: role.id, permissions: ['brands.*'] })
    expect(await client.codeOf('stores.list', {})).toBe('access.denied')
    expect(await client.codeOf('brands.list', {})).toBe('ok')
  })

  test('nobody hands out more than he has', async () => {
    const brand = await make.brand()
    const { client } = await newOperator({
      permissions: ['roles.*', 'operators.*', 'apiKeys.*', 'stores.list'],
      brandIds: [brand.id],
    })
    const owner = await make.roleIdOf('超级管理员')
    expect(await client.codeOf('roles.create', { name: 'all', permissions: ['*'] })).toBe('operator.beyondOwn')
    expect(await client.codeOf('roles.create', { name: 'reveals', permissions: ['stores.list'], mayReveal: true })).toBe(
      'operator.beyondOwn',
    )
    expect(
      await client.codeOf('operators.create', {
        username: 'sneaky',
        password: PASSWORD,
        name: 'x',
        roleIds: [owner!],
        brandIds: [brand.id],
      }),
    ).toBe('operator.beyondOwn')
    expect(await client.codeOf('apiKeys.create', { name: 'k', scopes: ['*'], brandIds: [brand.id] })).toBe('operator.beyondOwn')
    expect(await client.codeOf('apiKeys.create', { name: 'k', scopes: ['stores.list'], brandIds: null })).toBe(
      'operator.beyondOwn',
    )
    const role = await client.call('roles.create', { name: `ok${Math.random()}`, permissions: ['stores.list'] })
    expect(
      await client.codeOf('operators.create', {
        username: `wide${role.id}`,
        password: PASSWORD,
        name: 'x',
        roleIds: [role.id],
        brandIds: null,
      }),
    ).toBe('operator.beyondOwn')
    const { operatorId } = await ownerId()
    expect(await client.codeOf('operators.update', { operatorId, password: 'taken-over-now' })).toBe('operator.beyondOwn')
  })

  test('the last operator who may do everything stays', async () => {
    const { operatorId } = await ownerId()
    expect(await product.owner.codeOf('operators.disable', { operatorId })).toBe('operator.last')
    const { id } = await product.owner.call('roles.create', { name: `weak${Math.random()}`, permissions: ['stores.list'] })
    expect(await product.owner.codeOf('operators.update', { operatorId, roleIds: [id] })).toBe('operator.last')
    expect((await product.owner.call('auth.me', {})).operator.isActive).toBe(true)
  })

  test('a brand that is not in scope cannot be chosen', async () => {
    const [ours, theirs] = [await make.brand(), await make.brand()]
    const { client } = await newOperator({ permissions: ['*'], brandIds: [ours.id] })
    expect((await client.call('brands.list', {})).items.map(one => one.id)).toEqual([ours.id])
    expect(await client.with({ 'X-Brand-Id': String(theirs.id) }).codeOf('brands.list', {})).toBe('access.outOfScope')
    expect(await client.with({ 'X-Brand-Id': "1' OR 1=1" }).codeOf('brands.list', {})).toBe('input.invalid')
    expect(await client.codeOf('stores.create', { brandId: theirs.id, name: 'x', code: 'x1' })).toBe('access.outOfScope')
    expect(await client.codeOf('brands.create', { name: 'x', code: 'x1' })).toBe('access.denied')
  })

  test('a role in use, and a built-in one, cannot be removed', async () => {
    const { operator } = await newOperator()
    expect(await product.owner.codeOf('roles.remove', { roleId: operator.roleIds[0]! })).toBe('role.inUse')
    expect(await product.owner.codeOf('roles.update', { roleId: (await make.roleIdOf('只读'))!, permissions: ['*'] })).toBe(
      'role.builtIn',
    )
  })

  test('wildcards cover what they name and nothing else', () => {
    expect(covers(['*'], ['*', 'a.*', 'a.b'])).toBe(true)
    expect(covers(['a.*'], ['a.b', 'a.*'])).toBe(true)
    expect(covers(['a.b'], ['a.*'])).toBe(false)
    expect(covers(['a.*'], ['ab.c'])).toBe(false)
    expect(covers(['a.*'], ['*'])).toBe(false)
  })
})

describe('API keys', () => {
  test('a key may call its scopes until it is revoked, and its secret is shown once', async () => {
    const { apiKey, secret } = await product.owner.call('apiKeys.create', { name: 'till', scopes: ['stores.*'] })
    const till = clientOf(product.url, null, { 'X-Api-Key': secret })
    expect(await till.codeOf('stores.list', {})).toBe('ok')
    expect(await till.codeOf('brands.list', {})).toBe('access.denied')
    expect(JSON.stringify(await product.owner.call('apiKeys.list', {}))).not.toContain(secret)
    expect(JSON.stringify(await rows(sql`SELECT * FROM api_keys`))).not.toContain(secret)
    await product.owner.call('apiKeys.revoke', { apiKeyId: apiKey.id })
    expect(await till.codeOf('stores.list', {})).toBe('auth.expired')
  })
})

describe('sessions of staff and persons', () => {
  test('carry their brand and stores, and end together', async () => {
    const brand = await make.brand()
    const [own, other] = [await make.store(brand.id), await make.store(brand.id)]
    const ctx = systemCtx()
    const { token } = await openSession(ctx, { type: 'staff', id: 7, name: '小王', brandId: brand.id, storeIds: [own.id] })
    const staff = product.as(token)
    expect((await staff.call('stores.list', {})).items.map(one => one.id)).toEqual([own.id])
    expect(await staff.codeOf('operators.list', {})).toBe('access.denied')

    const person = product.as((await openSession(ctx, { type: 'person', id: 9, brandId: brand.id })).token)
    expect((await person.call('stores.list', {})).items.map(one => one.id)).toEqual([own.id, other.id])
    await endSessionsOf(ctx, 'staff', 7)
    expect(await staff.codeOf('stores.list', {})).toBe('auth.expired')
    expect(await person.codeOf('stores.list', {})).toBe('ok')
  })
})

async function ownerId() {
  const { operator } = await product.owner.call('auth.me', {})
  return { operatorId: operator.id }
}
