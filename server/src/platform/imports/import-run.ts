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
  work,
} from '../../core/index.ts'

export type ImportState = 'uploaded' | 'queued' | 'running' | 'finished' | 'cancelled' | 'failed'

/** One uploaded file on its way in. Also a row of work: `status` is the worker's, `state` is the operator's. */
export class ImportRun extends Model<InferAttributes<ImportRun>, InferCreationAttributes<ImportRun>> {
  declare id: CreationOptional<number>
  declare kind: string
  declare brandId: number | null
  declare operatorId: number | null
  declare operatorName: string
  declare fileName: string
  declare filePath: string
  declare sizeBytes: number
  declare format: 'csv' | 'xlsx'
  declare encoding: string
  declare delimiter: string
  declare columns: string[]
  declare mapping: Record<string, string>
  declare options: Record<string, unknown>
  declare state: ImportState
  declare readRows: CreationOptional<number>
  declare acceptedRows: CreationOptional<number>
  declare rejectedRows: CreationOptional<number>
  declare readBytes: CreationOptional<number>
  declare error: string
  declare createdAt: Date
  declare startedAt: CreationOptional<Date | null>
  declare finishedAt: CreationOptional<Date | null>
  declare status: string
  declare dueAt: Date
  declare attempts: CreationOptional<number>
  declare leasedUntil: CreationOptional<Date | null>
  declare lastError: CreationOptional<string | null>
}
ImportRun.init(
  {
    id: id(),
    kind: text(32),
    brandId: ref({ null: true }),
    operatorId: ref({ null: true }),
    operatorName: text(64),
    fileName: text(200),
    filePath: text(500),
    sizeBytes: big(),
    format: text(4),
    encoding: text(20),
    delimiter: text(1),
    columns: json<string[]>(),
    mapping: json<Record<string, string>>(),
    options: json<Record<string, unknown>>(),
    state: text(10),
    readRows: int({ default: 0 }),
    acceptedRows: int({ default: 0 }),
    rejectedRows: int({ default: 0 }),
    readBytes: big({ default: 0 }),
    error: text(1000),
    createdAt: instant(),
    startedAt: instant({ null: true }),
    finishedAt: instant({ null: true }),
    ...work(),
  },
  table('imports'),
)
