import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { useProduct } from '../../../test/harness.ts'
import { make } from '../../../test/make.ts'
import { insertOne, now, row, rows, sql } from '../../core/index.ts'
import { connectionOf, declareSetting, limitOf, settingOf } from '../index.ts'
import { seedLimits } from './limits.ts'

const product = useProduct()
const Quiet = declareSetting(
  'test.quiet',
  z.object({ fromHour: z.int().min(0).max(23).default(21), toHour: z.int().min(0).max(23).default(8) }),
)

describe('settings', () => {
  test('a brand without its own takes the installation\u2019s, and that its defaults', async () => {
    const [own, other] = [await make.brand(), await make.brand()]
    expect(await settingOf(own.id, 'test.quiet', Quiet)).toEqual({ fromHour: 21, toHour: 8 })
    await product.owner.call('settings.update', { key: 'test.quiet', brandId: null, value: { fromHour: 20 } })
    await product.owner.call('settings.update', { key: 'test.quiet', brandId: own.id, value: { fromHour: 22 } })
    expect((await settingOf(own.id, 'test.quiet', Quiet)).fromHour).toBe(22)
    expect((await settingOf(other.id, 'test.quiet', Quiet)).fromHour).toBe(20)
  })

  test('what does not fit is refused with its field', async () => {
    await expect(product.owner.call('settings.update', { key: 'test.quiet', value: { fromHour: 25 } })).rejects.toMatchObject({
      code: 'setting.invalid',
      detail: { field: 'value.fromHour' },
    })
  })

  test('an operator of one brand changes that brand only', async () => {
    const [ours, theirs] = [await make.brand(), await make.brand()]
    const limited = await make.signedInOperator(product, { permissions: ['settings.*'], brandIds: [ours.id] })
    expect(await limited.codeOf('settings.update', { key: 'test.quiet', brandId: null, value: {} })).toBe('access.denied')
    expect(await limited.codeOf('settings.update', { key: 'test.quiet', brandId: theirs.id, value: {} })).toBe(
      'access.outOfScope',
    )
    expect(await limited.codeOf('settings.update', { key: 'test.quiet', brandId: ours.id, value: {} })).toBe('ok')
  })
})

describe('connections', () => {
  test('secrets go in, and come out only for gateways', async () => {
    const brand = await make.brand()
    const saved = await product.owner.call('connections.update', {
      type: 'miniProgram',
      externalId: 'wx-secrets',
      brandId: brand.id,
      name: '小程序',
      config: { originalId: 'gh_1' },
      secrets: { appSecret: 'very-secret-1', aesKey: 'very-secret-2' },
    })
    expect(saved.secretNames).toEqual(['aesKey', 'appSecret'])
    await product.owner.call('connections.update', {
      type: 'miniProgram',
      externalId: 'wx-secrets',
      brandId: brand.id,
      name: '改名',
      secrets: { aesKey: '' },
    })
    const seen = JSON.stringify([
      await product.owner.call('connections.list', {}),
      await rows(sql`SELECT * FROM connections`),
      await rows(sql`SELECT * FROM audit_entries`),
    ])
    expect(seen).not.toContain('very-secret')
    expect(await connectionOf('miniProgram', { externalId: 'wx-secrets' })).toMatchObject({
      name: '改名',
      secrets: { appSecret: 'very-secret-1' },
      brandId: brand.id,
    })
    expect((await connectionOf('miniProgram', { externalId: 'wx-secrets' })).secrets.aesKey).toBeUndefined()
  })

  test("a brand's own account comes before the one that serves all; none is an error that says what to do", async () => {
    const [own, other] = [await make.brand(), await make.brand()]
    await product.owner.call('connections.update', { type: 'merchant', externalId: 'mch-all', name: '集团商户' })
    await product.owner.call('connections.update', { type: 'merchant', externalId: 'mch-own', brandId: own.id, name: '品牌商户' })
    expect((await connectionOf('merchant', { brandId: own.id })).externalId).toBe('mch-own')
    expect((await connectionOf('merchant', { brandId: other.id })).externalId).toBe('mch-all')
    await expect(connectionOf('officialAccount', { externalId: 'none' })).rejects.toMatchObject({ code: 'connection.missing' })
  })
})

describe('platform limits', () => {
  test('are seeded with source and date, and a correction survives the next start', async () => {
    const [limit] = await product.owner.call('limits.list', { search: 'wecom.remarkLength' })
    expect(limit).toMatchObject({ value: 20, unit: '字' })
    expect(limit!.source).not.toBe('')
    await product.owner.call('limits.update', { key: 'wecom.remarkLength', value: 30, source: '官方公告' })
    await seedLimits()
    expect(await limitOf('wecom.remarkLength')).toBe(30)
    expect(await product.owner.codeOf('limits.update', { key: 'no.such', value: 1, source: 'x' })).toBe('thing.notFound')
  })
})

describe('dead letters', () => {
  const dead = (name: string) =>
    insertOne('tasks', {
      name,
      lane: 'default',
      payload: JSON.stringify({ phone: '13812345678' }),
      createdAt: now(),
      status: 'dead',
      dueAt: now(),
      attempts: 8,
      lastError: 'platform said 45009',
    })

  test('are listed with the reason, run again or dismissed, many at a time', async () => {
    const ids = [`tasks:${await dead('test.one')}`, `tasks:${await dead('test.two')}`]
    const { items } = await product.owner.call('deadLetters.list', { name: 'test.one' })
    expect(items).toMatchObject([{ id: ids[0], lastError: 'platform said 45009', attempts: 8 }])
    expect((await product.owner.call('deadLetters.get', { id: ids[0]! })).payload).toEqual({ phone: '138****5678' })
    expect(await product.owner.call('deadLetters.runAgain', { ids: [ids[0]!] })).toEqual({ count: 1 })
    expect(await product.owner.call('deadLetters.dismiss', { ids })).toEqual({ count: 1 })
    expect(
      await row<{ status: string; attempts: number }>(sql`SELECT status, attempts FROM tasks WHERE name = 'test.one'`),
    ).toMatchObject({ status: 'due', attempts: 0 })
    expect((await row<{ status: string }>(sql`SELECT status FROM tasks WHERE name = 'test.two'`))?.status).toBe('dismissed')
  })

  test('an id of another table is refused', async () => {
    expect(await product.owner.codeOf('deadLetters.dismiss', { ids: ['operators:1'] })).toBe('thing.notFound')
    expect(await product.owner.codeOf('deadLetters.dismiss', { ids: ['tasks:1; DROP TABLE tasks'] })).toBe('input.invalid')
  })
})
