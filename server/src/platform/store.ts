import {
  bool,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  id,
  instant,
  Model,
  ref,
  table,
  text,
} from '../core/index.ts'

export class Store extends Model<InferAttributes<Store>, InferCreationAttributes<Store>> {
  declare id: CreationOptional<number>
  declare brandId: number
  declare name: string
  declare code: string
  declare kind: 'direct' | 'dealer' | 'online'
  declare city: string
  declare address: string
  declare phone: string
  declare isActive: CreationOptional<boolean>
  declare createdAt: Date
}
Store.init(
  {
    id: id(),
    brandId: ref(),
    name: text(64),
    code: text(32),
    kind: text(10),
    city: text(64),
    address: text(200),
    phone: text(32),
    isActive: bool({ default: true }),
    createdAt: instant(),
  },
  table('stores'),
)
