import { z } from 'zod'
import { type Ctx, enqueue, Op, phrase, rows, run, sql, task } from '../core/index.ts'
import { staffByIds } from '../staff/index.ts'
import { isGatewayError } from '../wechat/index.ts'
import { updateContactWay } from '../wecom/index.ts'
import { askPlatform } from './ask-platform.ts'
import { LiveCode } from './live-code.ts'
import { dutyFor, waySettings } from './provision.ts'
import { isInPeriod } from './rules.ts'
import { forgetScenes } from './scenes.ts'

/** Who receives customers is decided again whenever a shift begins, somebody fills up, comes or goes; the platform's list follows. */
export const rotateTask = task('livecodes.rotate', z.object({ codeId: z.int() }), (ctx, { codeId }) => rotateCode(ctx, codeId))

const failures = {
  notUpdated: phrase<{ why: string; code: string }>(
    '更新接待员工失败：{why}（{code}）',
    'The staff could not be updated: {why} ({code})',
  ),
  noAnswer: phrase('平台一直没有应答', 'The platform never answered'),
}

/** Brings one code's list on the platform to who should be on duty now. `isForced`: also when the list is the same (name or settings changed). */
export async function rotateCode(ctx: Ctx, codeId: number, { isForced = false }: { isForced?: boolean } = {}): Promise<void> {
  const code = await LiveCode.findByPk(codeId)
  if (!code || code.status === 'disabled' || code.status === 'failed' || code.status === 'creating') return
  const isOn = isInPeriod({ validFrom: code.validFrom ?? null, validTo: code.validTo ?? null }, ctx.now)
  if (code.kind !== 'wecom') {
    await settle(code, { status: isOn ? 'active' : 'paused' })
    return
  }
  const duty = await dutyFor(ctx, code)
  const isSame = sameIds(duty.staffIds, code.currentStaffIds)
  if (code.configId && duty.staffIds.length > 0 && (!isSame || isForced)) {
    try {
      await updateContactWay(code.accountId, code.configId, await waySettings(ctx, code, duty.staffIds))
    } catch (error) {
      if (!isGatewayError(error) || error.class === 'retry' || error.class === 'unknown') throw error
      await settle(code, { failure: failures.notUpdated({ why: error.errmsg, code: error.errcode }).slice(0, 300) })
      return
    }
  }
  await settle(code, {
    status: isOn && !duty.isNobodyUsable ? 'active' : 'paused',
    currentStaffIds: duty.isNobodyUsable && duty.staffIds.length === 0 ? [] : duty.staffIds,
    isOnBackup: duty.isOnBackup,
    failure: null,
  })
}

async function settle(
  code: LiveCode,
  change: Partial<Pick<LiveCode, 'status' | 'currentStaffIds' | 'isOnBackup' | 'failure'>>,
): Promise<void> {
  await code.update(change)
  forgetScenes()
}

/** After somebody came, left, filled up or changed: every code he serves. */
export async function rotateCodesOf(ctx: Ctx, staffId: number): Promise<void> {
  const codes = await rows<{ code_id: number }>(
    sql`SELECT code_id FROM live_code_staff WHERE staff_id = ${staffId} ORDER BY code_id LIMIT 5000`,
  )
  for (const { code_id: codeId } of codes) await enqueue(ctx, rotateTask, { codeId })
}

/** After one more customer: only when that filled him up. */
export async function rotateWhenFull(ctx: Ctx, staffId: number | null): Promise<void> {
  if (staffId === null) return
  const member = (await staffByIds([staffId], ctx.now)).get(staffId)
  if (member && !member.isUsable) await rotateCodesOf(ctx, staffId)
}

const SWEEP = 500

/** Every minute: codes with shifts or a valid time whose duty has changed. `isWhole`: all of them (daily caps begin anew at midnight). */
export async function rotateDue(ctx: Ctx, { isWhole }: { isWhole: boolean }): Promise<void> {
  for (let afterId = 0; ; ) {
    const codes = await LiveCode.findAll({
      where: {
        id: { [Op.gt]: afterId },
        status: { [Op.in]: ['active', 'paused'] },
        ...(isWhole ? { kind: 'wecom' } : { isScheduled: true }),
      },
      order: [['id', 'ASC']],
      limit: SWEEP,
    })
    for (const code of codes) if (await isDue(ctx, code)) await enqueue(ctx, rotateTask, { codeId: code.id })
    const last = codes.at(-1)
    if (!last || codes.length < SWEEP) return
    afterId = last.id
  }
}

async function isDue(ctx: Ctx, code: LiveCode): Promise<boolean> {
  const isOn = isInPeriod({ validFrom: code.validFrom ?? null, validTo: code.validTo ?? null }, ctx.now)
  if (code.kind !== 'wecom') return (code.status === 'active') !== isOn
  const duty = await dutyFor(ctx, code)
  const status = isOn && !duty.isNobodyUsable ? 'active' : 'paused'
  return status !== code.status || duty.isOnBackup !== code.isOnBackup || !sameIds(duty.staffIds, code.currentStaffIds)
}

const WAIT_MS = 30_000
const GIVE_UP_MS = 86_400_000

/** Codes whose platform did not answer: asked again, at last given up with a reason. */
export async function finishCreating(ctx: Ctx): Promise<void> {
  const waiting = await LiveCode.findAll({
    where: { status: 'creating', createdAt: { [Op.lt]: new Date(ctx.now.getTime() - WAIT_MS) } },
    order: [['id', 'ASC']],
    limit: 200,
  })
  for (const code of waiting) {
    if (ctx.now.getTime() - code.createdAt.getTime() > GIVE_UP_MS) {
      await run(
        sql`UPDATE live_codes SET status = 'failed', failure = ${failures.noAnswer()} WHERE id = ${code.id} AND status = 'creating'`,
      )
    } else await askPlatform(ctx, code)
  }
}

const WELCOMES_KEPT_DAYS = 180

/** The log of welcomes is for asking why somebody got none; after half a year nobody asks. */
export async function forgetOldWelcomes(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.now.getTime() - WELCOMES_KEPT_DAYS * 86_400_000)
  for (let pass = 0; pass < 1000; pass++) {
    const old = await rows<{ id: number }>(sql`SELECT id FROM live_code_welcomes WHERE at < ${before} ORDER BY id LIMIT 1000`)
    if (old.length === 0) return
    await run(sql`DELETE FROM live_code_welcomes WHERE id IN ${old.map(row => row.id)}`)
  }
}

function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && [...a].sort().join() === [...b].sort().join()
}
