import type { InputOf, platform } from '@banyan/shared'
import {
  brandScope,
  type Ctx,
  canSeeStore,
  findIn,
  isDuplicate,
  mustSeeBrand,
  notFound,
  Op,
  orderOf,
  refused,
} from '../core/index.ts'
import { mustSeeEverything } from './access/beyond-own.ts'
import { Brand } from './brand.ts'
import { Store } from './store.ts'

type Platform = typeof platform
export type BrandFacts = {
  id: number
  name: string
  code: string
  color: string
  logoUrl: string
  isActive: boolean
  /** Made up by the sample: whoever shows its people says so. */
  isDemo: boolean
  createdAt: Date
}
export type StoreFacts = {
  id: number
  brandId: number
  name: string
  code: string
  kind: 'direct' | 'dealer' | 'online'
  city: string
  address: string
  phone: string
  isActive: boolean
  createdAt: Date
}

const BRAND_SORTS = ['name', 'code', 'createdAt'] as const
const STORE_SORTS = ['name', 'code', 'city', 'kind', 'brandId', 'createdAt'] as const

export async function listBrands(ctx: Ctx, { page, pageSize, search, sort, isActive }: InputOf<Platform['brands.list']>) {
  const scope = brandScope(ctx)
  const { rows, count } = await Brand.findAndCountAll({
    where: {
      ...(scope ? { id: { [Op.in]: scope } } : {}),
      ...(isActive === undefined ? {} : { isActive }),
      ...(search ? { [Op.or]: [{ name: { [Op.like]: `%${search}%` } }, { code: search }] } : {}),
    },
    order: [orderOf(sort, BRAND_SORTS, 'createdAt'), ['id', 'ASC']],
    limit: pageSize,
    offset: (page - 1) * pageSize,
  })
  return { items: rows.map(brandFacts), total: count }
}

/** Throws brand.codeTaken. */
export async function createBrand(ctx: Ctx, input: InputOf<Platform['brands.create']>): Promise<BrandFacts> {
  mustSeeEverything(ctx)
  const brand = await Brand.create({ ...input, createdAt: ctx.now }).catch(asTaken('brand.codeTaken'))
  return brandFacts(brand)
}

/** Only the sample says so of what it makes; no endpoint does. */
export async function markAsDemo(_ctx: Ctx, brandIds: readonly number[]): Promise<void> {
  await Brand.update({ isDemo: true }, { where: { id: { [Op.in]: [...brandIds] } } })
}

export async function updateBrand(ctx: Ctx, { brandId, ...changes }: InputOf<Platform['brands.update']>): Promise<BrandFacts> {
  mustSeeBrand(ctx, brandId)
  const brand = await Brand.findByPk(brandId)
  if (!brand) throw notFound('brand', brandId)
  await brand.update(changes)
  return brandFacts(brand)
}

export async function listStores(
  ctx: Ctx,
  { page, pageSize, search, sort, brandId, city, kind, isActive }: InputOf<Platform['stores.list']>,
) {
  const { rows, count } = await Store.findAndCountAll({
    where: {
      ...scopeOfStores(ctx),
      ...(brandId ? { [Op.and]: [{ brandId }] } : {}),
      ...(city ? { city } : {}),
      ...(kind ? { kind } : {}),
      ...(isActive === undefined ? {} : { isActive }),
      ...(search ? { [Op.or]: [{ name: { [Op.like]: `%${search}%` } }, { code: search }] } : {}),
    },
    order: [orderOf(sort, STORE_SORTS, 'createdAt'), ['id', 'ASC']],
    limit: pageSize,
    offset: (page - 1) * pageSize,
  })
  return { items: rows.map(storeFacts), total: count }
}

/** Throws store.codeTaken. */
export async function createStore(ctx: Ctx, input: InputOf<Platform['stores.create']>): Promise<StoreFacts> {
  mustSeeBrand(ctx, input.brandId)
  if (ctx.storeIds !== 'all') throw refused('access.outOfScope')
  if (!(await Brand.findByPk(input.brandId))) throw notFound('brand', input.brandId)
  const store = await Store.create({ ...input, createdAt: ctx.now }).catch(asTaken('store.codeTaken'))
  return storeFacts(store)
}

export async function updateStore(ctx: Ctx, { storeId, ...changes }: InputOf<Platform['stores.update']>): Promise<StoreFacts> {
  const store = await findIn(ctx, Store, storeId)
  if (!canSeeStore(ctx, storeId)) throw notFound('store', storeId)
  await store.update(changes)
  return storeFacts(store)
}

/** The brands this caller may choose from. */
export async function brandsSeen(ctx: Ctx): Promise<BrandFacts[]> {
  const scope = brandScope(ctx)
  const found = await Brand.findAll({ where: scope ? { id: { [Op.in]: scope } } : {}, order: [['id', 'ASC']], limit: 500 })
  return found.map(brandFacts)
}

/** The stores this caller may choose from, at most 2,000. */
export async function storesSeen(ctx: Ctx): Promise<StoreFacts[]> {
  const found = await Store.findAll({ where: scopeOfStores(ctx), order: [['id', 'ASC']], limit: 2000 })
  return found.map(storeFacts)
}

/** One brand. Throws thing.notFound. No scope: for other modules that hold a brand's id. */
export async function brandOfId(id: number): Promise<BrandFacts> {
  const brand = await Brand.findByPk(id)
  if (!brand) throw notFound('brand', id)
  return brandFacts(brand)
}

/** One store, or null. No scope. */
export async function storeOfId(id: number): Promise<StoreFacts | null> {
  const store = await Store.findByPk(id)
  return store ? storeFacts(store) : null
}

/** Stores by id. No scope. */
export async function storesByIds(ids: readonly number[]): Promise<Map<number, StoreFacts>> {
  const found = ids.length === 0 ? [] : await Store.findAll({ where: { id: { [Op.in]: [...new Set(ids)] } } })
  return new Map(found.map(store => [store.id, storeFacts(store)]))
}

/** All active stores of a brand. */
export async function storesOf(brandId: number): Promise<StoreFacts[]> {
  const found = await Store.findAll({ where: { brandId, isActive: true }, order: [['id', 'ASC']], limit: 5000 })
  return found.map(storeFacts)
}

/** All brands; there are few. */
export async function allBrands(): Promise<BrandFacts[]> {
  return (await Brand.findAll({ order: [['id', 'ASC']], limit: 500 })).map(brandFacts)
}

function scopeOfStores(ctx: Ctx) {
  const brands = brandScope(ctx)
  const isLimited = ctx.storeIds !== 'all' && ctx.actor.type !== 'person'
  return {
    ...(brands ? { brandId: { [Op.in]: brands } } : {}),
    ...(isLimited ? { id: { [Op.in]: ctx.storeIds as number[] } } : {}),
  }
}

function asTaken(code: string) {
  return (error: unknown): never => {
    if (isDuplicate(error)) throw refused(code, { field: 'code' })
    throw error
  }
}

function brandFacts(brand: Brand): BrandFacts {
  const { id, name, code, color, logoUrl, isActive, isDemo, createdAt } = brand
  return { id, name, code, color, logoUrl, isActive, isDemo, createdAt }
}

function storeFacts(store: Store): StoreFacts {
  const { id, brandId, name, code, kind, city, address, phone, isActive, createdAt } = store
  return { id, brandId, name, code, kind, city, address, phone, isActive, createdAt }
}
