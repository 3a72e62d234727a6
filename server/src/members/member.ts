import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  id,
  instant,
  int,
  Model,
  ref,
  table,
  text,
} from '../core/index.ts'

/** One person's enrolment in one brand's programme. */
export class Member extends Model<InferAttributes<Member>, InferCreationAttributes<Member>> {
  declare id: CreationOptional<number>
  declare brandId: number
  declare personId: number
  declare homeId: number
  declare memberNo: string
  declare status: CreationOptional<'active' | 'left' | 'merged'>
  declare tierId: number
  declare tierRank: number
  declare tierEndsAt: CreationOptional<Date | null>
  declare graceUntil: CreationOptional<Date | null>
  declare joinedAt: Date
  declare joinChannel: string
  declare scene: CreationOptional<string | null>
  declare storeId: CreationOptional<number | null>
  declare mergedIntoId: CreationOptional<number | null>
}

Member.init(
  {
    id: id(),
    brandId: ref(),
    personId: ref(),
    homeId: ref(),
    memberNo: text(24),
    status: text(10, { default: 'active' }),
    tierId: ref(),
    tierRank: int({ default: 0 }),
    tierEndsAt: instant({ null: true }),
    graceUntil: instant({ null: true }),
    joinedAt: instant(),
    joinChannel: text(40),
    scene: text(64, { null: true }),
    storeId: ref({ null: true }),
    mergedIntoId: ref({ null: true }),
  },
  table('members'),
)
