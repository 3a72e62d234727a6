import { expect, test } from 'vitest'
import { systemCtx } from '../src/core/index.ts'
import { markAsDemo } from '../src/platform/index.ts'
import { useProduct } from './harness.ts'
import { make } from './make.ts'

const product = useProduct()

test('the product starts, an operator signs in, and the simulator is connected', async () => {
  const first = await make.brand()
  await make.connections(product.simulator, { first: first.id })
  const me = await product.owner.call('auth.me', {})
  expect(me.operator.username).toBe('owner')
  const ready = await fetch(`${product.url}/readyz`)
  expect(await ready.json()).toMatchObject({ status: 'ready' })
  const document = (await (await fetch(`${product.url}/api/openapi.json`)).json()) as { paths: Record<string, unknown> }
  expect(Object.keys(document.paths)).toContain('/api/auth.signIn')
})

test('a brand that the sample made says so to operators, consumers and staff alike; nobody else can claim it', async () => {
  const own = await make.brand({ name: '自己的' })
  const sample = await make.brand({ code: 'any-code' })
  await markAsDemo(systemCtx(), [sample.id])
  const { brands } = await product.owner.call('auth.me', {})
  const flags = new Map(brands.map(brand => [brand.id, brand.isDemo]))
  expect([flags.get(own.id), flags.get(sample.id)]).toEqual([false, true])
  const person = await make.signedInPerson(product, sample.id)
  expect((await person.call('members.me', {})).brand.isDemo).toBe(true)
  await product.owner.call('brands.update', { brandId: own.id, name: '改名', isDemo: true } as never).catch(() => undefined)
  expect((await product.owner.call('brands.list', {})).items.find(one => one.id === own.id)?.isDemo).toBe(false)
})
