import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  id,
  instant,
  json,
  Model,
  ref,
  table,
  text,
} from '../../core/index.ts'

export class ApiKey extends Model<InferAttributes<ApiKey>, InferCreationAttributes<ApiKey>> {
  declare id: CreationOptional<number>
  declare name: string
  declare prefix: string
  declare secretHash: string
  declare scopes: string[]
  declare brandIds: number[] | null
  declare storeId: CreationOptional<number | null>
  declare createdAt: Date
  declare lastUsedAt: CreationOptional<Date | null>
  declare revokedAt: CreationOptional<Date | null>
}
ApiKey.init(
  {
    id: id(),
    name: text(64),
    prefix: text(16),
    secretHash: text(64),
    scopes: json<string[]>(),
    brandIds: json<number[] | null>({ null: true }),
    storeId: ref({ null: true }),
    createdAt: instant(),
    lastUsedAt: instant({ null: true }),
    revokedAt: instant({ null: true }),
  },
  table('api_keys'),
)
