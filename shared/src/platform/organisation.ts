import { z } from 'zod'
import { command, Id, Instant, Page, pageOf, query } from '../kernel.ts'

export const Brand = z.object({
  id: Id,
  name: z.string(),
  code: z.string(),
  /** The brand's own colour in its mini-program, `#rrggbb`. */
  color: z.string(),
  logoUrl: z.string(),
  isActive: z.boolean(),
  /** Made up by the sample, not by anybody who works here. */
  isDemo: z.boolean(),
  createdAt: Instant,
})
export type Brand = z.infer<typeof Brand>

export const StoreKind = z.enum(['direct', 'dealer', 'online'])
export const Store = z.object({
  id: Id,
  brandId: Id,
  name: z.string(),
  code: z.string(),
  kind: StoreKind,
  city: z.string(),
  address: z.string(),
  phone: z.string(),
  isActive: z.boolean(),
  createdAt: Instant,
})
export type Store = z.infer<typeof Store>

const Code = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_-]{1,32}$/)
const brandInput = {
  name: z.string().trim().min(1).max(64),
  color: z
    .string()
    .regex(/^#[0-9A-Fa-f]{6}$/)
    .default('#1F7A4D'),
  logoUrl: z.string().max(500).default(''),
}
const storeInput = {
  name: z.string().trim().min(1).max(64),
  kind: StoreKind.default('direct'),
  city: z.string().trim().max(64).default(''),
  address: z.string().trim().max(200).default(''),
  phone: z.string().trim().max(32).default(''),
}
const changes = { isActive: z.boolean().optional() }

export const organisation = {
  'brands.list': query({
    access: ['operator', 'staff', 'apiKey'],
    input: Page.extend({ isActive: z.boolean().optional() }),
    output: pageOf(Brand),
    summary: 'List the brands one may see',
  }),
  'brands.create': command({
    access: 'operator',
    input: z.object({ ...brandInput, code: Code, isActive: z.boolean().default(true) }),
    output: Brand,
    summary: 'Create a brand',
  }),
  'brands.update': command({
    access: 'operator',
    input: z.object({
      brandId: Id,
      name: brandInput.name.optional(),
      color: z
        .string()
        .regex(/^#[0-9A-Fa-f]{6}$/)
        .optional(),
      logoUrl: z.string().max(500).optional(),
      ...changes,
    }),
    output: Brand,
    summary: 'Change a brand',
  }),
  'stores.list': query({
    access: ['operator', 'staff', 'person', 'apiKey'],
    input: Page.extend({
      brandId: Id.optional(),
      city: z.string().optional(),
      kind: StoreKind.optional(),
      isActive: z.boolean().optional(),
    }),
    output: pageOf(Store),
    summary: 'List the stores one may see',
  }),
  'stores.create': command({
    access: 'operator',
    input: z.object({ brandId: Id, ...storeInput, code: Code, isActive: z.boolean().default(true) }),
    output: Store,
    summary: 'Create a store',
  }),
  'stores.update': command({
    access: 'operator',
    input: z.object({
      storeId: Id,
      name: storeInput.name.optional(),
      kind: StoreKind.optional(),
      city: z.string().trim().max(64).optional(),
      address: z.string().trim().max(200).optional(),
      phone: z.string().trim().max(32).optional(),
      ...changes,
    }),
    output: Store,
    summary: 'Change a store',
  }),
}
