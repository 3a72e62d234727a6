import { z } from 'zod'
import { command, Done, Id, Instant, Page, pageOf, query } from '../kernel.ts'

/** A sign-in name: stable, typed by hand, never shown to customers. */
export const Username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._@-]{1,63}$/)
/** At least ten characters: length protects more than symbols do (NIST SP 800-63B section 5.1.1.2). */
export const Password = z.string().min(10).max(200)
/** An endpoint name, or a wildcard over a group of them: `coupons.claim`, `coupons.*`, `*`. */
export const Permission = z.string().regex(/^(\*|[a-zA-Z]+\.(\*|[a-zA-Z]+))$/)
/** The brands (or stores) one may see: a list, or null for all of them. */
export const Scope = z.array(Id).max(1000).nullable()

export const Operator = z.object({
  id: Id,
  username: z.string(),
  name: z.string(),
  roleIds: z.array(Id),
  roleNames: z.array(z.string()),
  brandIds: Scope,
  storeIds: Scope,
  isActive: z.boolean(),
  lastSignInAt: Instant.nullable(),
  createdAt: Instant,
})
export type Operator = z.infer<typeof Operator>

export const Role = z.object({
  id: Id,
  name: z.string(),
  permissions: z.array(z.string()),
  /** May see a phone or an openid in clear, one at a time, audited. */
  mayReveal: z.boolean(),
  /** Built-in roles keep the system operable: they can be given, not changed. */
  isBuiltIn: z.boolean(),
  operatorCount: z.int(),
})
export type Role = z.infer<typeof Role>

export const ApiKey = z.object({
  id: Id,
  name: z.string(),
  /** The first characters of the secret, to recognise it by. */
  prefix: z.string(),
  scopes: z.array(z.string()),
  brandIds: Scope,
  /** A key bound to a store, such as a till's, works for this store only: its purchases, refunds and redemptions. Null: all of the brands'. */
  storeId: Id.nullable(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
})
export type ApiKey = z.infer<typeof ApiKey>

const BrandChoice = z.object({ id: Id, name: z.string(), code: z.string(), color: z.string(), isDemo: z.boolean() })
const StoreChoice = z.object({ id: Id, brandId: Id, name: z.string(), code: z.string() })
export const Me = z.object({
  operator: Operator,
  /** What the roles allow, wildcards and all; clients hide what `maySee` refuses. */
  permissions: z.array(z.string()),
  mayReveal: z.boolean(),
  brands: z.array(BrandChoice),
  stores: z.array(StoreChoice),
})
export type Me = z.infer<typeof Me>

const roleInput = {
  name: z.string().trim().min(1).max(64),
  permissions: z.array(Permission).max(300),
  mayReveal: z.boolean().default(false),
}
const operatorInput = {
  name: z.string().trim().min(1).max(64),
  roleIds: z.array(Id).min(1).max(20),
  brandIds: Scope.default(null),
  storeIds: Scope.default(null),
}

export const access = {
  'auth.signIn': command({
    access: 'public',
    input: z.object({ username: Username, password: z.string().min(1).max(200) }),
    output: z.object({ token: z.string(), expiresAt: Instant, operator: Operator }),
    summary: 'Sign an operator in; locked for a while after repeated wrong passwords',
  }),
  'auth.signOut': command({
    access: ['operator', 'staff', 'person'],
    input: z.object({}),
    output: Done,
    summary: 'End this session',
  }),
  'auth.me': query({ access: 'operator', input: z.object({}), output: Me, summary: 'Who am I, and what may I do' }),
  'auth.changePassword': command({
    access: 'operator',
    input: z.object({ oldPassword: z.string().max(200), newPassword: Password }),
    output: Done,
    summary: 'Change my password; ends my other sessions',
  }),
  'operators.list': query({
    access: 'operator',
    input: Page.extend({ isActive: z.boolean().optional() }),
    output: pageOf(Operator),
    summary: 'List operators',
  }),
  'operators.create': command({
    access: 'operator',
    input: z.object({ username: Username, password: Password, ...operatorInput }),
    output: Operator,
    summary: 'Create an operator',
  }),
  'operators.update': command({
    access: 'operator',
    input: z.object({
      operatorId: Id,
      name: operatorInput.name.optional(),
      roleIds: operatorInput.roleIds.optional(),
      brandIds: Scope.optional(),
      storeIds: Scope.optional(),
      isActive: z.boolean().optional(),
      password: Password.optional(),
    }),
    output: Operator,
    summary: 'Change an operator: roles, data scope, password, active again',
  }),
  'operators.disable': command({
    access: 'operator',
    input: z.object({ operatorId: Id }),
    output: Operator,
    summary: 'Disable an operator and end his sessions',
  }),
  'roles.list': query({ access: 'operator', input: z.object({}), output: z.array(Role), summary: 'List roles' }),
  'roles.create': command({
    access: 'operator',
    input: z.object(roleInput),
    output: Role,
    summary: 'Create a role',
  }),
  'roles.update': command({
    access: 'operator',
    input: z.object({
      roleId: Id,
      name: roleInput.name.optional(),
      permissions: roleInput.permissions.optional(),
      mayReveal: z.boolean().optional(),
    }),
    output: Role,
    summary: 'Change a role',
  }),
  'roles.remove': command({
    access: 'operator',
    input: z.object({ roleId: Id }),
    output: Done,
    summary: 'Remove a role that nobody holds',
  }),
  'apiKeys.list': query({
    access: 'operator',
    input: Page.extend({ isActive: z.boolean().optional() }),
    output: pageOf(ApiKey),
    summary: 'List API keys',
  }),
  'apiKeys.create': command({
    access: 'operator',
    input: z.object({
      name: z.string().trim().min(1).max(64),
      scopes: z.array(Permission).min(1).max(100),
      brandIds: Scope.default(null),
      /** Binds the key to this store and its brand. */
      storeId: Id.nullable().default(null),
    }),
    output: z.object({ apiKey: ApiKey, secret: z.string() }),
    summary: 'Create an API key; the secret is shown this once',
  }),
  'apiKeys.revoke': command({
    access: 'operator',
    input: z.object({ apiKeyId: Id }),
    output: ApiKey,
    summary: 'Revoke an API key at once',
  }),
}
