import { expect, test } from 'vitest'
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
