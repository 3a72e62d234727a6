import { createBrand, createFirstOperator, createStore, roleIdOf, type BrandFacts, type StoreFacts } from '../src/platform/index.ts'
import { randomToken, systemCtx, transaction } from '../src/core/index.ts'
import { connectSimulator, demoIds, type RunningSimulator } from '../src/app/demo.ts'
import type { Client, Product } from './harness.ts'

/** Factories: the shortest way to a valid thing, through the public actions where one exists. */
export const OWNER = { username: 'owner', password: 'owner-password-1' }

export async function makeOwner(): Promise<void> {
  await createFirstOperator(systemCtx(), { ...OWNER, name: '测试管理员' })
}

/** The first brand is served by the simulator's first mini program and official account, the second by the second pair. */
const brandIds: number[] = []

async function brand(values: Partial<{ name: string; code: string }> = {}): Promise<BrandFacts> {
  const code = values.code ?? `b${randomToken(6).replace(/[^a-z0-9]/gi, '').toLowerCase()}`
  const made = await transaction(() => createBrand(systemCtx(), { name: values.name ?? `品牌 ${code}`, code, color: '#1F7A4D', logoUrl: '', isActive: true }))
  brandIds.push(made.id)
  return made
}

async function store(brandId: number, values: Partial<{ name: string; code: string; kind: 'direct' | 'dealer' | 'online' }> = {}): Promise<StoreFacts> {
  const code = values.code ?? `s${randomToken(6).replace(/[^a-z0-9]/gi, '').toLowerCase()}`
  return transaction(() =>
    createStore(systemCtx(), { brandId, name: values.name ?? `门店 ${code}`, code, kind: values.kind ?? 'direct', city: '上海', address: '', phone: '', isActive: true }),
  )
}

/** Connects the simulator's accounts: corp and merchant serve all, each mini program and official account the brand given for it. */
async function connections(simulator: RunningSimulator, brands: { first: number; second?: number }): Promise<void> {
  await connectSimulator(simulator, externalId => {
    if (externalId === demoIds.miniPrograms.lieye || externalId === demoIds.officialAccounts.lieye) return brands.first
    if (externalId === demoIds.miniPrograms.rongjiu || externalId === demoIds.officialAccounts.rongjiu) return brands.second ?? brands.first
    return null
  })
}

/** An operator with a role of just these permissions, signed in. */
async function signedInOperator(product: Product, of: { permissions: string[]; brandIds?: number[]; storeIds?: number[] }): Promise<Client> {
  const word = randomToken(6).replace(/[^a-z0-9]/gi, '').toLowerCase()
  const role = await product.owner.call('roles.create', { name: `角色 ${word}`, permissions: of.permissions, mayReveal: false })
  await product.owner.call('operators.create', {
    username: `op${word}`,
    password: 'a-long-password-1',
    name: `运营 ${word}`,
    roleIds: [role.id],
    brandIds: of.brandIds ?? null,
    storeIds: of.storeIds ?? null,
  })
  const { token } = await product.anonymous.call('auth.signIn', { username: `op${word}`, password: 'a-long-password-1' })
  return product.as(token)
}

export const make = { brand, store, connections, signedInOperator, roleIdOf }
