import {
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  id,
  instant,
  int,
  json,
  Model,
  migration,
  ref,
  table,
  text,
} from '../core/index.ts'
import type { CustomerTag } from '../wecom/index.ts'

export type RemovedBy = 'staff' | 'person' | 'transfer' | 'unknown'
export type RelationSource = 'callback' | 'reconcile' | 'sidebar'

/** One staff member and one customer, for ever: parting and returning change the row. */
export class ContactRelation extends Model<InferAttributes<ContactRelation>, InferCreationAttributes<ContactRelation>> {
  declare id: CreationOptional<number>
  declare corpId: string
  declare userId: string
  declare externalUserId: string
  declare personId: number
  declare staffId: CreationOptional<number | null>
  declare storeId: CreationOptional<number | null>
  declare brandId: CreationOptional<number | null>
  declare name: CreationOptional<string>
  declare remark: CreationOptional<string>
  declare description: CreationOptional<string>
  declare tags: CreationOptional<CustomerTag[]>
  declare addWay: CreationOptional<number>
  /** The platform sometimes gives back an odd old state on re-adding, so the first is kept apart. */
  declare firstState: CreationOptional<string>
  declare state: CreationOptional<string>
  declare addedAt: Date
  declare removedAt: CreationOptional<Date | null>
  declare removedBy: CreationOptional<RemovedBy | null>
  declare source: RelationSource
  declare createdAt: Date
}

const columns = {
  id: id(),
  corpId: text(64),
  userId: text(64),
  externalUserId: text(64),
  personId: ref(),
  staffId: ref({ null: true }),
  storeId: ref({ null: true }),
  brandId: ref({ null: true }),
  name: text(128, { default: '' }),
  remark: text(100, { default: '' }),
  description: text(500, { default: '' }),
  tags: json<CustomerTag[]>({ default: [] }),
  addWay: int({ default: 0 }),
  firstState: text(64, { default: '' }),
  state: text(64, { default: '' }),
  addedAt: instant(),
  removedAt: instant({ null: true }),
  removedBy: text(10, { null: true }),
  source: text(10),
  createdAt: instant(),
}
ContactRelation.init(columns, table('contact_relations'))

export class ContactSync extends Model<InferAttributes<ContactSync>, InferCreationAttributes<ContactSync>> {
  declare id: CreationOptional<number>
  declare corpId: string
  declare status: CreationOptional<'running' | 'done' | 'failed'>
  declare startedAt: Date
  declare finishedAt: CreationOptional<Date | null>
  declare staffDone: CreationOptional<number>
  declare staffTotal: CreationOptional<number>
  declare readCount: CreationOptional<number>
  declare foundCount: CreationOptional<number>
  declare lostCount: CreationOptional<number>
  declare changedCount: CreationOptional<number>
  declare error: CreationOptional<string | null>
}

const syncColumns = {
  id: id(),
  corpId: text(64),
  status: text(10, { default: 'running' }),
  startedAt: instant(),
  finishedAt: instant({ null: true }),
  staffDone: int({ default: 0 }),
  staffTotal: int({ default: 0 }),
  readCount: int({ default: 0 }),
  foundCount: int({ default: 0 }),
  lostCount: int({ default: 0 }),
  changedCount: int({ default: 0 }),
  error: text(300, { null: true }),
}
ContactSync.init(syncColumns, table('contact_syncs'))

export const migrations = [
  migration('contacts-001', async m => {
    await m.create('contact_relations', columns, {
      unique: [['corpId', 'userId', 'externalUserId']],
      index: [
        ['personId'],
        ['staffId', 'removedAt'],
        ['corpId', 'externalUserId'],
        ['corpId', 'addedAt'],
        ['brandId', 'addedAt'],
        ['removedAt'],
      ],
    })
    await m.create('contact_syncs', syncColumns, { index: [['corpId', 'startedAt']] })
    await m.create('contact_scales', {
      corpId: text(64, { unique: true }),
      boughtCount: int(),
      groupOnlyCount: int(),
      expiresOn: text(10, { null: true }),
      updatedAt: instant(),
    })
    await m.create(
      'contact_scale_days',
      { id: id(), corpId: text(64), day: text(10), usedCount: int() },
      { unique: [['corpId', 'day']] },
    )
  }),
]
