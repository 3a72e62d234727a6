import {
  big,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  id,
  instant,
  int,
  json,
  Model,
  ref,
  table,
  text,
} from '../core/index.ts'

/** One step of a brand's ladder; rank 0 is where everybody starts. */
export class Tier extends Model<InferAttributes<Tier>, InferCreationAttributes<Tier>> {
  declare id: CreationOptional<number>
  declare brandId: number
  declare name: string
  declare tierRank: number
  declare thresholdFen: number
  declare termMonths: number
  declare graceDays: number
  declare pointsPercent: number
  declare benefits: string[]
  declare color: string
  declare updatedAt: Date
}

Tier.init(
  {
    id: id(),
    brandId: ref(),
    name: text(40),
    tierRank: int(),
    thresholdFen: big(),
    termMonths: int(),
    graceDays: int(),
    pointsPercent: int(),
    benefits: json<string[]>(),
    color: text(9),
    updatedAt: instant(),
  },
  table('tiers'),
)
