import { type Endpoint, type EndpointName, endpoints } from '@banyan/shared'
import { describe, expect, test } from 'vitest'
import { catalog } from '../src/app/catalog.ts'
import { useProduct } from './harness.ts'
import { make } from './make.ts'

const product = useProduct()

const all = Object.entries(endpoints) as unknown as [EndpointName, Endpoint][]
const closed = all.filter(([, endpoint]) => !endpoint.access.includes('public'))

describe('every endpoint', () => {
  test('is served, and nothing else is', () => {
    expect(catalog.routes.map(route => route.name).sort()).toEqual(all.map(([name]) => name).sort())
  })

  test('refuses a caller who is nobody, before it reads the input', async () => {
    const open: string[] = []
    for (const [name] of closed) {
      const code = await product.anonymous.codeOf(name, { nonsense: true } as never)
      if (code !== 'access.signedOut') open.push(`${name}: ${code}`)
    }
    expect(open).toEqual([])
  })

  test('refuses a forged token', async () => {
    const open: string[] = []
    for (const [name] of closed) {
      const code = await product.as('forged.token.of.nobody').codeOf(name, {} as never)
      if (code !== 'access.signedOut' && code !== 'auth.expired') open.push(`${name}: ${code}`)
    }
    expect(open).toEqual([])
  })

  test('refuses callers of another kind: a consumer cannot call what is for operators, and the reverse', async () => {
    const brand = await make.brand()
    const person = await make.signedInPerson(product, brand.id)
    const open: string[] = []
    for (const [name, endpoint] of closed) {
      if (!endpoint.access.includes('person')) {
        const code = await person.codeOf(name, {} as never)
        if (code !== 'access.denied') open.push(`person ${name}: ${code}`)
      }
      if (!endpoint.access.includes('operator')) {
        const code = await product.owner.codeOf(name, {} as never)
        if (code !== 'access.denied') open.push(`operator ${name}: ${code}`)
      }
    }
    expect(open).toEqual([])
  })

  test('refuses an operator whose role does not name it', async () => {
    const limited = await make.signedInOperator(product, { permissions: ['auth.*'] })
    const open: string[] = []
    for (const [name, endpoint] of closed) {
      if (!endpoint.access.includes('operator') || name.startsWith('auth.')) continue
      const code = await limited.codeOf(name, {} as never)
      if (code !== 'access.denied') open.push(`${name}: ${code}`)
    }
    expect(open).toEqual([])
  })

  test('does not answer 500 to an empty or a strange input', async () => {
    const broken: string[] = []
    for (const [name] of all) {
      if (name === 'auth.signOut') continue
      for (const input of [
        {},
        { id: 1, personId: 1, brandId: 1, segmentId: 1, campaignId: 1, page: 1 },
        { search: "'; DROP TABLE people; --" },
      ]) {
        const code = await product.owner.codeOf(name, input as never)
        if (code === 'server.failed') broken.push(`${name} ${JSON.stringify(input)}`)
      }
    }
    expect(broken).toEqual([])
  })
})

describe('brand scope', () => {
  test('an operator of one brand sees nothing of another, by list or by number', async () => {
    const ours = await make.brand()
    const theirs = await make.brand()
    const store = await make.store(theirs.id)
    const batch = await make.couponBatch(product, theirs.id)
    const member = await make.member(product, theirs.id)
    const limited = await make.signedInOperator(product, { permissions: ['*'], brandIds: [ours.id] })

    expect((await limited.call('stores.list', {})).items.map(one => one.id)).not.toContain(store.id)
    expect((await limited.call('brands.list', {})).items.map(one => one.id)).toEqual([ours.id])
    expect((await limited.call('couponBatches.list', {})).items).toEqual([])
    expect((await limited.call('members.list', {})).items).toEqual([])
    expect(await limited.codeOf('couponBatches.get', { batchId: batch.id })).toBe('thing.notFound')
    expect(await limited.codeOf('couponBatches.publish', { batchId: batch.id })).toBe('thing.notFound')
    expect(['thing.notFound', 'access.outOfScope']).toContain(
      await limited.codeOf('points.adjust', { personId: member.personId, brandId: theirs.id, points: 100, reason: '试试' }),
    )
    expect(['thing.notFound', 'access.outOfScope']).toContain(
      await limited.with({ 'X-Brand-Id': String(theirs.id) }).codeOf('couponBatches.list', {}),
    )
    expect(['thing.notFound', 'access.outOfScope']).toContain(await limited.codeOf('couponBatches.list', { brandId: theirs.id }))
  })
})
