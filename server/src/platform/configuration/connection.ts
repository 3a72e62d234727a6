import {
  bool,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  id,
  instant,
  json,
  longText,
  Model,
  ref,
  table,
  text,
} from '../../core/index.ts'

export class Connection extends Model<InferAttributes<Connection>, InferCreationAttributes<Connection>> {
  declare id: CreationOptional<number>
  declare type: 'wecom' | 'miniProgram' | 'officialAccount' | 'merchant'
  declare externalId: string
  declare brandId: number | null
  declare name: string
  declare config: Record<string, unknown>
  /** Encrypted JSON. */
  declare secrets: string
  declare isActive: boolean
  declare updatedAt: Date
}
Connection.init(
  {
    id: id(),
    type: text(20),
    externalId: text(64),
    brandId: ref({ null: true }),
    name: text(64),
    config: json<Record<string, unknown>>(),
    secrets: longText(),
    isActive: bool(),
    updatedAt: instant(),
  },
  table('connections'),
)
