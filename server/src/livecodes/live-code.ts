import type { LiveCodeKind, LiveCodeSettings, LiveCodeShift, Welcome } from '@banyan/shared'
import {
  big,
  bool,
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

export type LiveCodeStatus = 'creating' | 'active' | 'paused' | 'failed' | 'disabled'

/** One code in the world: a WeCom contact way, a mini-program code or an official account's scene QR. */
export class LiveCode extends Model<InferAttributes<LiveCode>, InferCreationAttributes<LiveCode>> {
  declare id: CreationOptional<number>
  declare brandId: number
  declare kind: LiveCodeKind
  /** corpid or appid. */
  declare accountId: string
  declare name: string
  declare channel: string
  declare storeId: CreationOptional<number | null>
  declare staffIds: number[]
  declare backupStaffIds: number[]
  declare shifts: LiveCodeShift[]
  declare tagIds: number[]
  declare wecomTagIds: string[]
  declare remark: string
  declare welcome: Welcome
  declare isVerifySkipped: boolean
  declare isExclusive: boolean
  declare validFrom: CreationOptional<Date | null>
  declare validTo: CreationOptional<Date | null>
  declare costFen: number
  declare scene: string
  declare status: CreationOptional<LiveCodeStatus>
  declare failure: CreationOptional<string | null>
  /** WeCom's handle; a way whose config_id is lost cannot be managed any more. */
  declare configId: CreationOptional<string | null>
  /** What the platform's picture says, when it tells us; then we can draw it ourselves at any size. */
  declare qrContent: CreationOptional<string | null>
  declare qrImageId: CreationOptional<number | null>
  /** Whom the platform shows the customer now. */
  declare currentStaffIds: CreationOptional<number[]>
  declare isOnBackup: CreationOptional<boolean>
  /** Has shifts or a valid time: looked at every minute. */
  declare isScheduled: CreationOptional<boolean>
  declare batchId: CreationOptional<number | null>
  declare batchIndex: CreationOptional<number | null>
  declare lastScanAt: CreationOptional<Date | null>
  declare createdAt: Date
  declare createdBy: string
}

export const liveCodeColumns = {
  id: id(),
  brandId: ref(),
  kind: text(16),
  accountId: text(64),
  name: text(40),
  channel: text(30),
  storeId: ref({ null: true }),
  staffIds: json<number[]>(),
  backupStaffIds: json<number[]>(),
  shifts: json<LiveCodeShift[]>(),
  tagIds: json<number[]>(),
  wecomTagIds: json<string[]>(),
  remark: text(60),
  welcome: json<Welcome>(),
  isVerifySkipped: bool(),
  isExclusive: bool(),
  validFrom: instant({ null: true }),
  validTo: instant({ null: true }),
  costFen: big(),
  scene: text(30, { unique: true }),
  status: text(10, { default: 'creating' }),
  failure: text(300, { null: true }),
  configId: text(64, { null: true }),
  qrContent: text(500, { null: true }),
  qrImageId: ref({ null: true }),
  currentStaffIds: json<number[]>({ default: [] }),
  isOnBackup: bool({ default: false }),
  isScheduled: bool({ default: false }),
  batchId: ref({ null: true }),
  batchIndex: int({ null: true }),
  lastScanAt: instant({ null: true }),
  createdAt: instant(),
  createdBy: text(64),
}
LiveCode.init(liveCodeColumns, table('live_codes'))

/** What an operator set, whole. */
export function settingsOf(code: LiveCode): LiveCodeSettings {
  const {
    name,
    channel,
    staffIds,
    backupStaffIds,
    shifts,
    tagIds,
    wecomTagIds,
    remark,
    welcome,
    isVerifySkipped,
    isExclusive,
    costFen,
  } = code
  return {
    name,
    channel,
    storeId: code.storeId ?? null,
    staffIds,
    backupStaffIds,
    shifts,
    tagIds,
    wecomTagIds,
    remark,
    welcome,
    isVerifySkipped,
    isExclusive,
    validFrom: code.validFrom ?? null,
    validTo: code.validTo ?? null,
    costFen,
  }
}
