import {
  bool,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  id,
  instant,
  int,
  Model,
  migration,
  ref,
  table,
  text,
} from '../core/index.ts'

export class StaffMember extends Model<InferAttributes<StaffMember>, InferCreationAttributes<StaffMember>> {
  declare id: CreationOptional<number>
  declare corpId: string
  declare userId: string
  declare name: string
  declare avatar: CreationOptional<string>
  declare brandId: CreationOptional<number | null>
  declare storeId: CreationOptional<number | null>
  declare role: CreationOptional<'clerk' | 'manager'>
  declare status: CreationOptional<'active' | 'left'>
  declare isOnDuty: CreationOptional<boolean>
  declare contactCount: CreationOptional<number>
  declare contactCap: number
  /** Friends of his that no list of ours names (from before, or of another app): they fill his cap all the same. */
  declare contactsElsewhere: CreationOptional<number>
  /** New contacts on `addedOn`; another day means none yet today. */
  declare addedCount: CreationOptional<number>
  declare addedOn: CreationOptional<string>
  declare dailyAddCap: CreationOptional<number>
  declare createdAt: Date
  declare syncedAt: CreationOptional<Date | null>
  declare leftAt: CreationOptional<Date | null>
}

const columns = {
  id: id(),
  corpId: text(64),
  userId: text(64),
  name: text(64),
  avatar: text(500, { default: '' }),
  brandId: ref({ null: true }),
  storeId: ref({ null: true }),
  role: text(10, { default: 'clerk' }),
  status: text(10, { default: 'active' }),
  isOnDuty: bool({ default: true }),
  contactCount: int({ default: 0 }),
  contactCap: int(),
  addedCount: int({ default: 0 }),
  addedOn: text(10, { default: '' }),
  dailyAddCap: int({ default: 0 }),
  createdAt: instant(),
  syncedAt: instant({ null: true }),
  leftAt: instant({ null: true }),
}
const contactsElsewhere = int({ default: 0 })
StaffMember.init({ ...columns, contactsElsewhere }, table('staff'))

const syncColumns = {
  corpId: text(64, { unique: true }),
  startedAt: instant(),
  finishedAt: instant({ null: true }),
  error: text(300, { null: true }),
}

export const migrations = [
  migration('staff-001', async m => {
    await m.create('staff', columns, { unique: [['corpId', 'userId']], index: [['storeId'], ['brandId', 'status']] })
    await m.create('staff_syncs', syncColumns)
  }),
  migration('staff-002-contacts-elsewhere', m => m.addColumn('staff', 'contactsElsewhere', contactsElsewhere)),
]
