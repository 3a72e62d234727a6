import {
  bool,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  id,
  instant,
  json,
  Model,
  table,
  text,
} from '../../core/index.ts'

export class Operator extends Model<InferAttributes<Operator>, InferCreationAttributes<Operator>> {
  declare id: CreationOptional<number>
  declare username: string
  declare passwordHash: string
  declare name: string
  declare roleIds: number[]
  /** null: all of them. */
  declare brandIds: number[] | null
  declare storeIds: number[] | null
  declare isActive: CreationOptional<boolean>
  declare lastSignInAt: CreationOptional<Date | null>
  declare createdAt: Date
}
Operator.init(
  {
    id: id(),
    username: text(64),
    passwordHash: text(200),
    name: text(64),
    roleIds: json<number[]>(),
    brandIds: json<number[] | null>({ null: true }),
    storeIds: json<number[] | null>({ null: true }),
    isActive: bool({ default: true }),
    lastSignInAt: instant({ null: true }),
    createdAt: instant(),
  },
  table('operators'),
)
