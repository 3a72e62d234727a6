import {
  bool,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  id,
  instant,
  Model,
  table,
  text,
} from '../core/index.ts'

export class Brand extends Model<InferAttributes<Brand>, InferCreationAttributes<Brand>> {
  declare id: CreationOptional<number>
  declare name: string
  declare code: string
  declare color: string
  declare logoUrl: string
  declare isActive: CreationOptional<boolean>
  declare isDemo: CreationOptional<boolean>
  declare createdAt: Date
}
Brand.init(
  {
    id: id(),
    name: text(64),
    code: text(32),
    color: text(7),
    logoUrl: text(500),
    isActive: bool({ default: true }),
    isDemo: bool({ default: false }),
    createdAt: instant(),
  },
  table('brands'),
)
