import { randomInt } from 'node:crypto'
import type { livecodes as contract, InputOf, LiveCodeSettings, LiveCode as LiveCodeView } from '@banyan/shared'
import {
  brandOf,
  bulkInsert,
  type Ctx,
  canSeeStore,
  mustSeeBrand,
  notFound,
  publish,
  refused,
  run,
  sql,
  transaction,
} from '../core/index.ts'
import { connectionById, connectionOf, limitOf, storeOfId } from '../platform/index.ts'
import { staffByIds } from '../staff/index.ts'
import { askPlatform } from './ask-platform.ts'
import { viewOf } from './code-view.ts'
import { couponTitleOf } from './coupon-title.ts'
import { liveCodeMoved } from './events.ts'
import { findCode, findCodes } from './find-code.ts'
import { imageOfId } from './images.ts'
import { LiveCode, settingsOf } from './live-code.ts'
import { prepareMedia } from './prepare-media.ts'
import { withdrawCode } from './provision.ts'
import { rotateCode } from './rotate.ts'
import { forgetScenes } from './scenes.ts'
import { faultsOf } from './words.ts'

type Contract = typeof contract
export type NewCode = LiveCodeSettings & { kind: LiveCode['kind']; brandId: number; accountId: string }
const CONNECTION_TYPES = { wecom: 'wecom', miniProgram: 'miniProgram', officialAccount: 'officialAccount' } as const

/** Makes a code: written down first, then asked for at the platform, then settled. A slow platform leaves it `creating`; it is asked again. */
export async function createCode(
  ctx: Ctx,
  { connectionId, brandId, kind, ...settings }: InputOf<Contract['livecodes.create']>,
): Promise<LiveCodeView> {
  const brand = brandId ?? brandOf(ctx)
  mustSeeBrand(ctx, brand)
  const accountId = await accountOf(kind, brand, connectionId)
  await mustBeSound(ctx, { ...settings, kind, brandId: brand, accountId })
  const code = await transaction(() => writeCode(ctx, { ...settings, kind, brandId: brand, accountId }))
  return viewOf(ctx, await askPlatform(ctx, code))
}

/** Changes what is given; the picture stays the same, since the platform keeps the way and our landing page keeps its address. */
export async function updateCode(ctx: Ctx, { id, ...given }: InputOf<Contract['livecodes.update']>): Promise<LiveCodeView> {
  const code = await findCode(ctx, id)
  const changes = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Partial<LiveCodeSettings>
  const next = { ...settingsOf(code), ...changes }
  await mustBeSound(ctx, { ...next, kind: code.kind, brandId: code.brandId, accountId: code.accountId })
  await transaction(async () => {
    const isMoved = next.storeId !== code.storeId
    await code.update({ ...changes, isScheduled: isScheduled(next) })
    await writeStaff(code.id, next)
    if (isMoved) await publish(ctx, liveCodeMoved, { codeId: code.id })
  })
  forgetScenes()
  await prepareMedia(ctx, code)
  if (code.kind === 'wecom') await rotateCode(ctx, code.id, { isForced: true })
  return viewOf(ctx, await reread(code.id))
}

/** Asks the platform again for a code that it refused. */
export async function retryCode(ctx: Ctx, { id }: { id: number }): Promise<LiveCodeView> {
  const code = await findCode(ctx, id)
  if (code.status === 'failed') await code.update({ status: 'creating', failure: null })
  return viewOf(ctx, await askPlatform(ctx, code))
}

/** Stops codes; WeCom ways are deleted, so that nobody is added through them. Their landing pages say so. */
export async function disableCodes(ctx: Ctx, { ids }: { ids: number[] }): Promise<{ count: number }> {
  let count = 0
  for (const code of await findCodes(ctx, ids)) {
    if (code.status === 'disabled') continue
    await withdrawCode(code)
    await code.update({ status: 'disabled', ...(code.kind === 'wecom' ? { configId: null, currentStaffIds: [] } : {}) })
    count++
  }
  forgetScenes()
  return { count }
}

/** Starts stopped codes again. A WeCom way gets a new picture: printed landing codes go on working, printed platform codes do not. */
export async function enableCodes(ctx: Ctx, { ids }: { ids: number[] }): Promise<{ count: number }> {
  let count = 0
  for (const code of await findCodes(ctx, ids)) {
    if (code.status !== 'disabled') continue
    await code.update({ status: 'creating' })
    await askPlatform(ctx, code)
    count++
  }
  return { count }
}

/** Writes a code down as `creating`. `batch` makes a repeat of the same batch item answer with the first. */
export async function writeCode(
  ctx: Ctx,
  values: NewCode,
  batch: { batchId: number; batchIndex: number } | null = null,
): Promise<LiveCode> {
  const code = await LiveCode.create({
    ...values,
    ...batch,
    scene: newScene(),
    isScheduled: isScheduled(values),
    createdAt: ctx.now,
    createdBy: ctx.actor.name.slice(0, 64),
  })
  await writeStaff(code.id, values)
  return code
}

/** Throws the code of the first thing that is wrong. */
export async function mustBeSound(ctx: Ctx, code: NewCode): Promise<void> {
  const { staffIds, backupStaffIds, shifts, welcome, remark, validFrom, validTo, storeId, kind } = code
  if (validFrom && validTo && validTo <= validFrom) throw refused('livecode.badPeriod', { field: 'validTo' })
  const [fault] = await faultsOf(welcome, remark)
  if (fault) throw refused('livecode.badWelcome', { field: 'welcome', reason: fault })
  for (const imageId of [welcome.imageId, welcome.card?.coverImageId]) {
    if (imageId && !(await imageOfId(imageId))) throw refused('livecode.imageMissing', { field: 'welcome', imageId })
  }
  const couponBatchId = welcome.card?.couponBatchId ?? null
  if (couponBatchId !== null && (await couponTitleOf(couponBatchId, [code.brandId])) === '')
    throw notFound('couponBatch', couponBatchId)
  if (storeId !== null) {
    const store = await storeOfId(storeId)
    if (!store || store.brandId !== code.brandId || !canSeeStore(ctx, storeId)) throw notFound('store', storeId)
  }
  if (kind !== 'wecom') return
  const everybody = [...new Set([...staffIds, ...backupStaffIds, ...shifts.flatMap(shift => shift.staffIds)])]
  if (everybody.length > (await limitOf('wecom.contactWayUsersMax')))
    throw refused('livecode.tooManyStaff', { field: 'staffIds' })
  const staff = await staffByIds(everybody, ctx.now)
  for (const id of everybody) {
    const member = staff.get(id)
    if (!member || member.corpId !== code.accountId) throw notFound('staff', id)
    if (member.brandId !== null) mustSeeBrand(ctx, member.brandId)
  }
  const isAnybodyThere = [...staffIds, ...backupStaffIds].some(id => staff.get(id)?.status === 'active')
  if (staffIds.length === 0 || !isAnybodyThere) throw refused('livecode.noStaff', { field: 'staffIds' })
}

/** The corp or app a code is made with. Throws connection.missing. */
export async function accountOf(kind: LiveCode['kind'], brandId: number, connectionId: number | undefined): Promise<string> {
  if (connectionId === undefined) return (await connectionOf(CONNECTION_TYPES[kind], { brandId })).externalId
  const connection = await connectionById(connectionId)
  const isFit =
    connection?.isActive && connection.type === kind && (connection.brandId === null || connection.brandId === brandId)
  if (!isFit) throw notFound('connection', connectionId)
  return connection.externalId
}

async function writeStaff(
  codeId: number,
  { staffIds, backupStaffIds, shifts }: Pick<LiveCodeSettings, 'staffIds' | 'backupStaffIds' | 'shifts'>,
): Promise<void> {
  const ids = [...new Set([...staffIds, ...backupStaffIds, ...shifts.flatMap(shift => shift.staffIds)])].sort((a, b) => a - b)
  await run(sql`DELETE FROM live_code_staff WHERE code_id = ${codeId}`)
  await bulkInsert(
    'live_code_staff',
    ids.map(staffId => ({ codeId, staffId })),
  )
}

function isScheduled({ shifts, validFrom, validTo }: Pick<LiveCodeSettings, 'shifts' | 'validFrom' | 'validTo'>): boolean {
  return shifts.length > 0 || validFrom !== null || validTo !== null
}

async function reread(id: number): Promise<LiveCode> {
  const code = await LiveCode.findByPk(id)
  if (!code) throw notFound('liveCode', id)
  return code
}

const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz'

/** Ten characters that fit every platform's scene and state, and that nobody guesses. */
function newScene(): string {
  return `q${Array.from({ length: 10 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`
}
