import {
  bool,
  type CreationOptional,
  type Ctx,
  type InferAttributes,
  type InferCreationAttributes,
  id,
  json,
  Model,
  table,
  text,
} from '../../core/index.ts'

export class Role extends Model<InferAttributes<Role>, InferCreationAttributes<Role>> {
  declare id: CreationOptional<number>
  declare name: string
  declare permissions: string[]
  declare mayReveal: boolean
  declare isBuiltIn: CreationOptional<boolean>
  /** Whose role it is; null: of the whole group, for every brand to use. */
  declare brandIds: CreationOptional<number[] | null>
}
Role.init(
  {
    id: id(),
    name: text(64),
    permissions: json<string[]>(),
    mayReveal: bool(),
    isBuiltIn: bool({ default: false }),
    brandIds: json<number[] | null>({ null: true }),
  },
  table('roles'),
)

/** The group's roles are everybody's to use; a brand's are seen by those who see that brand. */
export function isRoleSeen(ctx: Ctx, { brandIds }: { brandIds?: number[] | null }): boolean {
  const mine = ctx.brandIds
  return mine === 'all' || (brandIds ?? null) === null || (brandIds ?? []).some(id => mine.includes(id))
}
