import type { ClientInputOf, Endpoints } from '@banyan/shared'
import { connectSimulator, demoIds, type RunningSimulator } from '../src/app/demo.ts'
import { randomToken, systemCtx, transaction } from '../src/core/index.ts'
import {
  type BrandFacts,
  createBrand,
  createFirstOperator,
  createStore,
  roleIdOf,
  type StoreFacts,
} from '../src/platform/index.ts'
import type { Client, Product } from './harness.ts'
import { player } from './play.ts'

/** Factories: the shortest way to a valid thing, through the public actions where one exists. */
export const OWNER = { username: 'owner', password: 'owner-password-1' }

export async function makeOwner(): Promise<void> {
  await createFirstOperator(systemCtx(), { ...OWNER, name: '测试管理员' })
}

async function brand(values: Partial<{ name: string; code: string }> = {}): Promise<BrandFacts> {
  const code =
    values.code ??
    `b${randomToken(6)
      .replace(/[^a-z0-9]/gi, '')
      .toLowerCase()}`
  return transaction(() =>
    createBrand(systemCtx(), { name: values.name ?? `品牌 ${code}`, code, color: '#1F7A4D', logoUrl: '', isActive: true }),
  )
}

async function store(
  brandId: number,
  values: Partial<{ name: string; code: string; kind: 'direct' | 'dealer' | 'online' }> = {},
): Promise<StoreFacts> {
  const code =
    values.code ??
    `s${randomToken(6)
      .replace(/[^a-z0-9]/gi, '')
      .toLowerCase()}`
  return transaction(() =>
    createStore(systemCtx(), {
      brandId,
      name: values.name ?? `门店 ${code}`,
      code,
      kind: values.kind ?? 'direct',
      city: '上海',
      address: '',
      phone: '',
      isActive: true,
    }),
  )
}

/** Connects the simulator's accounts: corp and merchant serve all, each mini program and official account the brand given for it. */
async function connections(simulator: RunningSimulator, brands: { first: number; second?: number }): Promise<void> {
  await connectSimulator(simulator, externalId => {
    if (externalId === demoIds.miniPrograms.lieye || externalId === demoIds.officialAccounts.lieye) return brands.first
    if (externalId === demoIds.miniPrograms.rongjiu || externalId === demoIds.officialAccounts.rongjiu)
      return brands.second ?? brands.first
    return null
  })
}

/** An operator with a role of just these permissions, signed in. */
async function signedInOperator(
  product: Product,
  of: { permissions: string[]; brandIds?: number[]; storeIds?: number[] },
): Promise<Client> {
  const word = randomToken(6)
    .replace(/[^a-z0-9]/gi, '')
    .toLowerCase()
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

/** A consumer with a mini-program session of this brand, who has not joined. */
async function signedInPerson(product: Product, brandId: number, name = `客户 ${randomToken(4)}`): Promise<Client> {
  await connections(product.simulator, { first: brandId })
  const play = player(product)
  return (await play.signIn(await play.addPerson(name), demoIds.miniPrograms.lieye)).client
}

/** A member of this brand, joined through the mini program. */
async function member(product: Product, brandId: number): Promise<{ client: Client; personId: number }> {
  const client = await signedInPerson(product, brandId)
  const { member: joined } = await client.call('members.join', { consents: [{ purpose: 'privacy', isGranted: true }] })
  return { client, personId: joined.personId }
}

/** A published batch of cash coupons, open now. */
async function couponBatch(
  product: Product,
  brandId: number,
  values: Partial<ClientInputOf<Endpoints['couponBatches.create']>> = {},
) {
  const day = 86_400_000
  const batch = await product.owner.call('couponBatches.create', {
    brandId,
    name: '立减 10 元',
    value: { kind: 'cash', amountFen: 1000 },
    stock: 100,
    opensAt: new Date(Date.now() - day).toISOString(),
    closesAt: new Date(Date.now() + 30 * day).toISOString(),
    validity: { kind: 'relative', afterDays: 0, days: 30 },
    isMemberOnly: false,
    ...values,
  })
  await product.owner.call('couponBatches.publish', { batchId: batch.id })
  return batch
}

export const make = { brand, store, connections, signedInOperator, signedInPerson, member, couponBatch, roleIdOf }
