import type { LiveCodeKind } from '@banyan/shared'
import { type Ctx, transaction } from '../core/index.ts'
import { staffByIds } from '../staff/index.ts'
import { isGatewayError, sceneQr, unlimitedCode } from '../wechat/index.ts'
import { addContactWay, deleteContactWay, fetchQrPicture, getContactWay, listContactWays } from '../wecom/index.ts'
import { contentTypeOf, storeImage } from './images.ts'
import { LiveCode } from './live-code.ts'
import { dutyNow, isInPeriod } from './rules.ts'

type Provisioned = { configId?: string; qrContent?: string; picture?: Buffer; staffIds?: number[]; isOnBackup?: boolean }

const JOIN_PAGE = 'pages/join/index'
const TEMPORARY_MAX_MS = 30 * 86_400_000
const LOST_ANSWER_MS = 24 * 3_600_000

/**
 * Asks the platform for a code that is written down as `creating`, then settles it: `active`, or `failed` with the platform's words.
 * Safe to repeat: a contact way whose answer was lost is found again by its state.
 */
export async function provisionCode(ctx: Ctx, codeId: number): Promise<LiveCode> {
  const code = await LiveCode.findByPk(codeId)
  if (!code) throw new Error(`live code ${codeId} is missing`)
  if (code.status !== 'creating') return code
  try {
    const made = await PROVISION[code.kind](ctx, code)
    return await transaction(async () => {
      const qrImageId = made.picture
        ? (
            await storeImage(ctx, {
              brandId: code.brandId,
              contentType: contentTypeOf(made.picture) ?? 'image/png',
              bytes: made.picture,
            })
          ).id
        : code.qrImageId
      const isOn = isInPeriod({ validFrom: code.validFrom ?? null, validTo: code.validTo ?? null }, ctx.now)
      return code.update({
        status: isOn ? 'active' : 'paused',
        failure: null,
        configId: made.configId ?? null,
        qrContent: made.qrContent ?? null,
        qrImageId: qrImageId ?? null,
        currentStaffIds: made.staffIds ?? [],
        isOnBackup: made.isOnBackup ?? false,
      })
    })
  } catch (error) {
    if (!isGatewayError(error) || error.class === 'retry' || error.class === 'unknown') throw error
    return code.update({ status: 'failed', failure: `${error.errmsg || error.code}（${error.errcode}）`.slice(0, 300) })
  }
}

/** Takes a code off its platform where that is possible. A mini-program code or permanent QR cannot be deleted: it just leads nowhere. */
export async function withdrawCode(code: LiveCode): Promise<void> {
  if (code.kind !== 'wecom' || !code.configId) return
  try {
    await deleteContactWay(code.accountId, code.configId)
  } catch (error) {
    if (!isGatewayError(error) || error.errcode !== '41042') throw error // 41042: there is no such way any more
  }
}

const PROVISION: Record<LiveCodeKind, (ctx: Ctx, code: LiveCode) => Promise<Provisioned>> = {
  async wecom(ctx, code) {
    const duty = await dutyFor(ctx, code)
    const made =
      (await findLost(ctx, code)) ?? (await addContactWay(code.accountId, { ...(await waySettings(ctx, code, duty.staffIds)) }))
    const picture = await fetchQrPicture(made.qrCode)
    return { configId: made.configId, picture, staffIds: duty.staffIds, isOnBackup: duty.isOnBackup }
  },
  async miniProgram(_ctx, code) {
    return { picture: await unlimitedCode(code.accountId, { scene: code.scene, page: JOIN_PAGE, isPageChecked: false }) }
  },
  async officialAccount(ctx, code) {
    const lifeMs = code.validTo ? code.validTo.getTime() - ctx.now.getTime() : Number.POSITIVE_INFINITY
    const isPermanent = lifeMs > TEMPORARY_MAX_MS
    const made = await sceneQr(code.accountId, {
      sceneStr: code.scene,
      isPermanent,
      ...(isPermanent ? {} : { expireSeconds: Math.max(60, Math.ceil(lifeMs / 1000)) }),
    })
    return { qrContent: made.url }
  },
}

/** Whom the platform shall show: never nobody, since it refuses an empty list; then the first ones stay and the code alarms. */
export async function dutyFor(
  ctx: Ctx,
  code: LiveCode,
): Promise<{ staffIds: number[]; isOnBackup: boolean; isNobodyUsable: boolean }> {
  const staff = await staffByIds(
    [...code.staffIds, ...code.backupStaffIds, ...code.shifts.flatMap(shift => shift.staffIds)],
    ctx.now,
  )
  const duty = dutyNow(code, staff, ctx.now)
  if (duty.staffIds.length > 0) return { ...duty, isNobodyUsable: false }
  const present = [...code.staffIds, ...code.backupStaffIds].filter(id => staff.get(id)?.status === 'active')
  const stay = code.currentStaffIds.filter(id => staff.get(id)?.status === 'active')
  return { staffIds: stay.length > 0 ? stay : present, isOnBackup: false, isNobodyUsable: true }
}

const USERS_MAX = 100

export async function waySettings(ctx: Ctx, code: LiveCode, staffIds: number[]) {
  const staff = await staffByIds(staffIds, ctx.now)
  return {
    remark: code.name,
    state: code.scene,
    userIds: staffIds.flatMap(id => staff.get(id)?.userId ?? []).slice(0, USERS_MAX),
    isVerifySkipped: code.isVerifySkipped,
    isExclusive: code.isExclusive,
  }
}

/** A way that the platform made while its answer was lost; only looked for when the code has waited a while. */
async function findLost(ctx: Ctx, code: LiveCode): Promise<{ configId: string; qrCode: string } | null> {
  const waitedMs = ctx.now.getTime() - code.createdAt.getTime()
  if (waitedMs < 20_000 || waitedMs > LOST_ANSWER_MS) return null
  for await (const configId of listContactWays(code.accountId, new Date(code.createdAt.getTime() - 60_000), ctx.now)) {
    if (await LiveCode.findOne({ where: { configId } })) continue
    const way = await getContactWay(code.accountId, configId)
    if (way.state === code.scene) return { configId, qrCode: way.qrCode }
  }
  return null
}
