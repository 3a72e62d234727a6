import type { livecodes as contract, InputOf, LiveCodeAlarm, LiveCodeCounts, LiveCode as LiveCodeView } from '@banyan/shared'
import { isScaleFull } from '../contacts/index.ts'
import { brandScope, type Ctx, config, literal, Op, orderOf, readIn, rows, sql } from '../core/index.ts'
import { storesByIds } from '../platform/index.ts'
import { type StaffFacts, staffByIds } from '../staff/index.ts'
import { findCode } from './find-code.ts'
import { imageUrls } from './images.ts'
import { LiveCode, settingsOf } from './live-code.ts'
import { alarmsOf } from './rules.ts'

type Contract = typeof contract
const FIELDS = ['createdAt', 'name', 'lastScanAt', 'costFen']
/** Sums over all time, as the list shows them: the same words, so that what one sorts by is what one sees. */
const summed = (what: string) => `(SELECT COALESCE(${what}, 0) FROM live_code_daily d WHERE d.code_id = live_codes.id)`
const COUNTED: Record<string, string> = {
  scans: summed('CASE WHEN SUM(d.scans) > SUM(d.adds) THEN SUM(d.scans) ELSE SUM(d.adds) END'),
  adds: summed('SUM(d.adds)'),
  joins: summed('SUM(d.joins)'),
  claims: summed('SUM(d.claims)'),
  losses: summed('SUM(d.losses)'),
  orders: summed('SUM(d.orders)'),
  amountFen: summed('SUM(d.amount_fen)'),
  costPerJoin: `(live_codes.cost_fen * 1.0 / NULLIF(${summed('SUM(d.joins)')}, 0))`,
}
const SORTS = [...FIELDS, ...Object.keys(COUNTED)]
const ALARMED_MAX = 5_000
export const NO_COUNTS: LiveCodeCounts = { scans: 0, adds: 0, joins: 0, claims: 0, losses: 0, orders: 0, amountFen: 0 }

export async function listCodes(ctx: Ctx, input: InputOf<Contract['livecodes.list']>) {
  const { page, pageSize, search, sort, kind, status, storeId, staffId, channel, batchId, hasAlarm } = input
  const scope = scopeOf(ctx)
  const [field, direction] = orderOf(sort, SORTS, '-createdAt')
  const alarms = await allAlarms(ctx)
  const conditions: Record<string | symbol, unknown>[] = [scope]
  if (staffId)
    conditions.push({
      id: {
        [Op.in]: (await rows<{ code_id: number }>(sql`SELECT code_id FROM live_code_staff WHERE staff_id = ${staffId}`)).map(
          row => row.code_id,
        ),
      },
    })
  if (hasAlarm !== undefined) conditions.push({ id: { [hasAlarm ? Op.in : Op.notIn]: [...alarms.keys()] } })
  if (search) conditions.push({ [Op.or]: [{ name: { [Op.like]: `%${search}%` } }, { channel: search }, { scene: search }] })
  const { rows: found, count } = await LiveCode.findAndCountAll({
    where: {
      [Op.and]: conditions as never, // built step by step; sequelize's own type wants one literal
      ...(kind ? { kind } : {}),
      ...(status ? { status } : {}),
      ...(storeId ? { storeId } : {}),
      ...(channel ? { channel } : {}),
      ...(batchId ? { batchId } : {}),
    },
    order: orderBy(field, direction),
    limit: pageSize,
    offset: (page - 1) * pageSize,
  })
  const channels = await LiveCode.findAll({
    where: scope,
    attributes: ['channel'],
    group: ['channel'],
    order: [['channel', 'ASC']],
    limit: 200,
  })
  return {
    items: await viewsOf(ctx, found),
    total: count,
    alarmCount: alarms.size,
    channels: channels.map(one => one.channel).filter(Boolean),
  }
}

/** Codes without a value (nobody joined, so no cost per join) come last both ways. */
function orderBy(field: string, direction: 'ASC' | 'DESC'): [string | ReturnType<typeof literal>, 'ASC' | 'DESC'][] {
  const counted = COUNTED[field]
  if (!counted)
    return [
      [field, direction],
      ['id', 'DESC'],
    ]
  return [
    [literal(`${counted} IS NULL`), 'ASC'],
    [literal(counted), direction],
    ['id', 'DESC'],
  ]
}

export async function getCode(ctx: Ctx, { id }: { id: number }): Promise<LiveCodeView> {
  return viewOf(ctx, await findCode(ctx, id))
}

export async function viewOf(ctx: Ctx, code: LiveCode): Promise<LiveCodeView> {
  const [view] = await viewsOf(ctx, [code])
  return view!
}

async function viewsOf(ctx: Ctx, codes: readonly LiveCode[]): Promise<LiveCodeView[]> {
  const staff = await staffOfCodes(ctx, codes)
  const stores = await storesByIds(codes.flatMap(code => code.storeId ?? []))
  const images = await imageUrls(codes.flatMap(code => code.qrImageId ?? []))
  const counts = await countsOf(codes.map(code => code.id))
  const full = await fullCorps(ctx, codes)
  return codes.map(code => {
    const { id, brandId, kind, scene, status, isOnBackup, createdAt, createdBy, currentStaffIds } = code
    const count = counts.get(id) ?? NO_COUNTS
    return {
      ...settingsOf(code),
      id,
      brandId,
      kind,
      scene,
      status,
      createdAt,
      createdBy,
      currentStaffIds,
      isOnBackup,
      failure: code.failure ? readIn(ctx, code.failure) : null,
      storeName: (code.storeId && stores.get(code.storeId)?.name) || null,
      qrImageUrl: qrImageUrl(code, images),
      landingUrl: landingUrl(scene),
      staff: idsOf(code).flatMap(staffId => {
        const member = staff.get(staffId)
        if (!member) return []
        const whyNotUsable = member.whyNotUsable && readIn(ctx, member.whyNotUsable)
        return [{ id: staffId, name: member.name, isUsable: member.isUsable, whyNotUsable }]
      }),
      alarms: alarmsFor(ctx, code, staff, full),
      counts: count,
      costPerJoinFen: count.joins > 0 ? Math.round(code.costFen / count.joins) : null,
      lastScanAt: code.lastScanAt ?? null,
    }
  })
}

export function landingUrl(scene: string): string {
  return `${config.publicUrl}/q/${scene}`
}

function qrImageUrl(code: LiveCode, images: ReadonlyMap<number, string>): string | null {
  if (code.qrImageId) return images.get(code.qrImageId) ?? null
  return code.qrContent ? `/files/livecodes/qr/${code.scene}` : null
}

/** Codes with something to look at, by id. */
export async function allAlarms(ctx: Ctx): Promise<Map<number, LiveCodeAlarm[]>> {
  const codes = await LiveCode.findAll({
    where: { ...scopeOf(ctx), status: { [Op.ne]: 'disabled' } },
    order: [['id', 'DESC']],
    limit: ALARMED_MAX,
  })
  const staff = await staffOfCodes(ctx, codes)
  const full = await fullCorps(ctx, codes)
  const alarms = codes.map(code => [code.id, alarmsFor(ctx, code, staff, full)] as const)
  return new Map(alarms.filter(([, list]) => list.length > 0))
}

/** The same with names, the worst first: for the overview. */
export async function liveCodeAlarms(ctx: Ctx): Promise<{ codeId: number; name: string; alarms: LiveCodeAlarm[] }[]> {
  const alarms = await allAlarms(ctx)
  const codes = await LiveCode.findAll({ where: { id: { [Op.in]: [...alarms.keys()] } }, attributes: ['id', 'name'] })
  return codes
    .map(code => ({ codeId: code.id, name: code.name, alarms: alarms.get(code.id) ?? [] }))
    .sort((a, b) => worst(a.alarms) - worst(b.alarms))
}

function worst(alarms: LiveCodeAlarm[]): number {
  return alarms.some(alarm => alarm.level === 'danger') ? 0 : 1
}

function alarmsFor(ctx: Ctx, code: LiveCode, staff: ReadonlyMap<number, StaffFacts>, full: ReadonlySet<string>): LiveCodeAlarm[] {
  return alarmsOf(
    ctx,
    {
      kind: code.kind,
      status: code.status,
      failure: code.failure ?? null,
      isOnBackup: code.isOnBackup,
      validTo: code.validTo ?? null,
      createdAt: code.createdAt,
      lastScanAt: code.lastScanAt ?? null,
      staff: idsOf(code).flatMap(id => staff.get(id) ?? []),
      hasCurrentStaff: code.currentStaffIds.some(id => staff.get(id)?.isUsable),
      isScaleFull: full.has(code.accountId),
    },
    ctx.now,
  )
}

async function fullCorps(ctx: Ctx, codes: readonly LiveCode[]): Promise<Set<string>> {
  const corpIds = [...new Set(codes.filter(code => code.kind === 'wecom').map(code => code.accountId))]
  const full = await Promise.all(corpIds.map(async corpId => ((await isScaleFull(ctx, corpId)) ? [corpId] : [])))
  return new Set(full.flat())
}

function staffOfCodes(ctx: Ctx, codes: readonly LiveCode[]): Promise<Map<number, StaffFacts>> {
  return staffByIds(
    codes.flatMap(code => [...idsOf(code), ...code.currentStaffIds]),
    ctx.now,
  )
}

function idsOf(code: LiveCode): number[] {
  return [...new Set([...code.staffIds, ...code.backupStaffIds, ...code.shifts.flatMap(shift => shift.staffIds)])]
}

/** Sums over all time. */
async function countsOf(codeIds: readonly number[]): Promise<Map<number, LiveCodeCounts>> {
  if (codeIds.length === 0) return new Map()
  const found = await rows<{ code_id: number } & Record<string, number>>(
    sql`SELECT code_id, SUM(scans) AS scans, SUM(adds) AS adds, SUM(joins) AS joins, SUM(claims) AS claims, SUM(losses) AS losses, SUM(orders) AS orders, SUM(amount_fen) AS amount_fen FROM live_code_daily WHERE code_id IN ${[...codeIds]} GROUP BY code_id`,
  )
  return new Map(found.map(row => [row.code_id, countsFrom(row)]))
}

/** The platform does not tell of scans of its own WeCom pictures, so scans are at least the adds. */
export function countsFrom(row: Record<string, unknown>): LiveCodeCounts {
  const n = (name: string) => Number(row[name] ?? 0)
  return {
    scans: Math.max(n('scans'), n('adds')),
    adds: n('adds'),
    joins: n('joins'),
    claims: n('claims'),
    losses: n('losses'),
    orders: n('orders'),
    amountFen: n('amount_fen'),
  }
}

export function scopeOf(ctx: Ctx) {
  const brands = brandScope(ctx)
  return {
    ...(brands ? { brandId: { [Op.in]: brands } } : {}),
    ...(ctx.storeIds === 'all' ? {} : { storeId: { [Op.in]: ctx.storeIds } }),
  }
}
