import type { LiveCodeBatch as BatchView, livecodes as contract, InputOf } from '@banyan/shared'
import { z } from 'zod'
import {
  brandOf,
  brandScope,
  type CreationOptional,
  type Ctx,
  enqueue,
  findIn,
  type InferAttributes,
  type InferCreationAttributes,
  id,
  instant,
  int,
  json,
  Model,
  mustSeeBrand,
  Op,
  phrase,
  readIn,
  ref,
  refused,
  table,
  task,
  text,
  transaction,
} from '../core/index.ts'
import { storesOf } from '../platform/index.ts'
import { activeStaff } from '../staff/index.ts'
import { askPlatform } from './ask-platform.ts'
import { LiveCode } from './live-code.ts'
import { accountOf, mustBeSound, type NewCode, writeCode } from './make-code.ts'

type Contract = typeof contract
type Target = { name: string; storeId: number | null; staffIds: number[] }
type Template = Omit<NewCode, 'validFrom' | 'validTo'> & { validFrom: string | null; validTo: string | null }

class Batch extends Model<InferAttributes<Batch>, InferCreationAttributes<Batch>> {
  declare id: CreationOptional<number>
  declare brandId: number
  declare name: string
  declare by: 'staff' | 'store' | 'parcel'
  declare status: 'running' | 'done' | 'failed' | 'cancelled'
  declare template: Template
  declare targets: Target[]
  declare total: number
  declare done: CreationOptional<number>
  declare failed: CreationOptional<number>
  declare failures: { name: string; reason: string }[]
  declare createdAt: Date
  declare createdBy: string
  declare finishedAt: CreationOptional<Date | null>
}
Batch.init(
  {
    id: id(),
    brandId: ref(),
    name: text(60),
    by: text(8),
    status: text(10),
    template: json<Template>(),
    targets: json<Target[]>(),
    total: int(),
    done: int({ default: 0 }),
    failed: int({ default: 0 }),
    failures: json<{ name: string; reason: string }[]>(),
    createdAt: instant(),
    createdBy: text(64),
    finishedAt: instant({ null: true }),
  },
  table('live_code_batches'),
)

export const batchTask = task(
  'livecodes.makeBatch',
  z.object({ batchId: z.int() }),
  (ctx, { batchId }) => makeBatch(ctx, batchId),
  { lane: 'bulk' },
)

/** Lines up one code per staff member, store or parcel; the work goes on when the page is left. */
export async function createMany(ctx: Ctx, input: InputOf<Contract['livecodes.createMany']>): Promise<BatchView> {
  const { by, targetIds, count, connectionId, brandId: given, ...code } = input
  const brandId = given ?? brandOf(ctx)
  mustSeeBrand(ctx, brandId)
  const accountId = await accountOf(code.kind, brandId, connectionId)
  const targets = await targetsOf(ctx, by, brandId, accountId, { targetIds, count, code })
  if (targets.length === 0) throw refused('livecode.nothingToMake', { field: 'targetIds' })
  const first = targets[0]!
  await mustBeSound(ctx, { ...code, brandId, accountId, storeId: first.storeId, staffIds: first.staffIds })
  const template = {
    ...code,
    brandId,
    accountId,
    validFrom: code.validFrom?.toISOString() ?? null,
    validTo: code.validTo?.toISOString() ?? null,
  }
  const batch = await transaction(async () => {
    const made = await Batch.create({
      brandId,
      name: code.name,
      by,
      status: 'running',
      template,
      targets,
      total: targets.length,
      failures: [],
      createdAt: ctx.now,
      createdBy: ctx.actor.name.slice(0, 64),
    })
    await enqueue(ctx, batchTask, { batchId: made.id })
    return made
  })
  return viewOf(ctx, batch)
}

export async function getBatch(ctx: Ctx, { batchId }: { batchId: number }): Promise<BatchView> {
  return viewOf(ctx, await findIn(ctx, Batch, batchId))
}

export async function listBatches(ctx: Ctx, { page, pageSize }: InputOf<Contract['livecodes.batches']>) {
  const brands = brandScope(ctx)
  const { rows, count } = await Batch.findAndCountAll({
    where: brands ? { brandId: { [Op.in]: brands } } : {},
    order: [['id', 'DESC']],
    limit: pageSize,
    offset: (page - 1) * pageSize,
  })
  return { items: rows.map(batch => viewOf(ctx, batch)), total: count }
}

export async function cancelBatch(ctx: Ctx, { batchId }: { batchId: number }): Promise<BatchView> {
  const batch = await findIn(ctx, Batch, batchId)
  if (batch.status === 'running') await batch.update({ status: 'cancelled', finishedAt: ctx.now })
  return viewOf(ctx, batch)
}

/** Goes through the targets; one that exists already (a repeat after a crash) is finished, not made twice. One bad target does not stop the rest. */
async function makeBatch(ctx: Ctx, batchId: number): Promise<void> {
  const batch = await Batch.findByPk(batchId)
  if (!batch || batch.status !== 'running') return
  const { template } = batch
  const base: NewCode = {
    ...template,
    validFrom: template.validFrom ? new Date(template.validFrom) : null,
    validTo: template.validTo ? new Date(template.validTo) : null,
  }
  const failures: { name: string; reason: string }[] = []
  let done = 0
  for (const [batchIndex, target] of batch.targets.entries()) {
    if (batchIndex % 10 === 0 && (await Batch.findByPk(batchId, { attributes: ['status'] }))?.status !== 'running') return
    const reason = await makeOne(ctx, { ...base, ...target }, { batchId, batchIndex })
    if (reason === null) done++
    else failures.push({ name: target.name, reason })
    await batch.update({ done, failed: failures.length, failures: failures.slice(0, 200) })
  }
  await batch.update({ status: done === 0 ? 'failed' : 'done', finishedAt: ctx.now })
}

const refusedByPlatform = phrase('平台拒绝', 'Refused by the platform')

/** Null when made, else why not. */
async function makeOne(ctx: Ctx, values: NewCode, at: { batchId: number; batchIndex: number }): Promise<string | null> {
  try {
    const known = await LiveCode.findOne({ where: at })
    const code = known ?? (await writeOne(ctx, values, at))
    const settled = await askPlatform(ctx, code)
    return settled.status === 'failed' ? (settled.failure ?? refusedByPlatform()) : null
  } catch (error) {
    const { code, detail } = error as { code?: string; detail?: { reason?: string } }
    if (!code) throw error
    return detail?.reason ?? code
  }
}

async function writeOne(ctx: Ctx, values: NewCode, at: { batchId: number; batchIndex: number }): Promise<LiveCode> {
  await mustBeSound(ctx, values)
  return transaction(() => writeCode(ctx, values, at))
}

type Wanted = {
  targetIds: number[] | undefined
  count: number | undefined
  code: { name: string; storeId: number | null; staffIds: number[]; kind: string }
}

async function targetsOf(
  ctx: Ctx,
  by: 'staff' | 'store' | 'parcel',
  brandId: number,
  accountId: string,
  { targetIds, count, code }: Wanted,
): Promise<Target[]> {
  const isWanted = (id: number) => targetIds === undefined || targetIds.includes(id)
  const named = (suffix: string) => [...`${code.name} ${suffix}`].slice(0, 40).join('')
  if (by === 'parcel')
    return Array.from({ length: count ?? 0 }, (_, at) => ({
      name: named(String(at + 1).padStart(4, '0')),
      storeId: code.storeId,
      staffIds: code.staffIds,
    }))
  if (by === 'staff') {
    const staff = await activeStaff({ brandId, corpId: accountId }, ctx.now)
    const inScope = staff.filter(
      one => isWanted(one.id) && (ctx.storeIds === 'all' || (one.storeId !== null && ctx.storeIds.includes(one.storeId))),
    )
    return inScope.map(one => ({ name: named(one.name), storeId: one.storeId, staffIds: [one.id] }))
  }
  const stores = (await storesOf(brandId)).filter(
    store => isWanted(store.id) && (ctx.storeIds === 'all' || ctx.storeIds.includes(store.id)),
  )
  const staff = code.kind === 'wecom' ? await activeStaff({ storeIds: stores.map(store => store.id) }, ctx.now) : []
  return stores.map(store => {
    const own = staff.filter(one => one.storeId === store.id && one.corpId === accountId).map(one => one.id)
    // a store without staff of its own is served by those chosen in the form
    return { name: named(store.name), storeId: store.id, staffIds: own.length > 0 ? own.slice(0, 100) : code.staffIds }
  })
}

function viewOf(ctx: Ctx, batch: Batch): BatchView {
  const { id: batchId, name, by, status, total, done, failed, createdAt, finishedAt } = batch
  const failures = batch.failures.map(one => ({ ...one, reason: readIn(ctx, one.reason) }))
  return { id: batchId, name, by, status, total, done, failed, failures, createdAt, finishedAt: finishedAt ?? null }
}
