/** What a pretend world is made of: given once, never changed by play. The state that play changes is in world.ts. */

export type StaffDefinition = {
  userid: string
  name: string
  departmentIds?: number[]
  mobile?: string
  position?: string
  /** A friend request to a staff member who has left finds nobody. */
  hasLeft?: boolean
  /** Friends he already has outside this world: lets a staff member stand near the platform's cap. */
  contactsElsewhere?: number
}

export type CallbackDefinition = { token: string; encodingAesKey: string; callbackUrl: string }

export type CorpDefinition = CallbackDefinition & {
  corpId: string
  name: string
  /** The self-built app; it is among the apps that may call customer contact. */
  agentId: number
  secret: string
  /** Secret of directory sync; its token may read members but not customers. */
  contactsSecret: string
  departments: { id: number; name: string; parentid: number }[]
  staff: StaffDefinition[]
  tagGroups: { name: string; tags: string[] }[]
  /** External contacts bought; over it nobody can be added. Paid by size since 2025-09. */
  contactScale: number
}

/** A field of a template, as `{{thing1.DATA}}` in its text. */
export type TemplateDefinition = { templateId: string; title: string; fields: { key: string; label: string }[]; example?: string }

export type AccountDefinition = CallbackDefinition & {
  kind: 'miniProgram' | 'officialAccount'
  appId: string
  secret: string
  /** gh_… : the ToUserName of callbacks. */
  originalId: string
  name: string
  templates: TemplateDefinition[]
  /** Published pages of a mini program; others are refused with 41030. Null: any page is published. */
  pages?: string[] | null
}

export type MerchantDefinition = {
  mchid: string
  name: string
  apiV3Key: string
  /** Apps bound to the merchant; another app's order is refused. */
  appIds: string[]
  serialMode: 'certificate' | 'publicKey'
}

export type WorldDefinition = {
  /** Ids derive from it: two worlds with one seed give one person the same openid. */
  seed: string
  /** Accounts bound to one Open Platform account share a unionid. */
  openPlatform: string
  corps: CorpDefinition[]
  accounts: AccountDefinition[]
  merchants: MerchantDefinition[]
  /** Consumers at the first start; more come with `people.add`. */
  people: { name: string; phone: string | null; hasUnionid?: boolean; gender?: 0 | 1 | 2 }[]
}
