import {
  bool,
  type CreationOptional,
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
}
Role.init(
  { id: id(), name: text(64), permissions: json<string[]>(), mayReveal: bool(), isBuiltIn: bool({ default: false }) },
  table('roles'),
)
