import { createHash } from 'node:crypto'
import type { InputOf, segments } from '@banyan/shared'
import { consentOf } from '../consent/index.ts'
import { addDays, type Ctx, dayIn, phrase, refused } from '../core/index.ts'
import { identifiersOfMany, openidsOf } from '../identity/index.ts'
import {
  connectionOf,
  connectionsOf,
  type ExportField,
  type ExportRow,
  exportKind,
  findConnection,
  startExport,
} from '../platform/index.ts'
import { factsOf, scopeOf } from '../selection/index.ts'
import { memberCount, membersAmong, shuffledMembers } from './member-pages.ts'
import { type SegmentRow, segmentOfId } from './segment.ts'

type Segments = typeof segments
type Identifier = InputOf<Segments['segments.exportAudience']>['identifier']
type Options = {
  segmentId: number
  identifier: Identifier
  appId: string | null
  adPlatform: string | null
  excludeSegmentIds: number[]
  excludeBoughtDays: number | null
  sizeMax: number | null
}

const group = { zh: '人群包', en: 'Audience pack' }
const FIELDS: Record<Identifier, ExportField> = {
  phoneSha256: { key: 'phoneSha256', zh: '手机号 SHA-256', en: 'Phone, SHA-256', group, isUsual: true },
  phoneMd5: { key: 'phoneMd5', zh: '手机号 MD5', en: 'Phone, MD5', group, isUsual: true },
  clickId: { key: 'clickId', zh: '广告点击 ID', en: 'Ad click id', group, isUsual: true },
  openid: { key: 'openid', zh: 'OpenID', en: 'OpenID', group, isUsual: true, isPersonal: true },
}

const reasons = {
  noConsent: phrase('没有同意营销', 'Has not agreed to marketing'),
  refused: phrase('拒绝了营销', 'Has refused marketing'),
  noPhone: phrase('没有大陆手机号', 'No phone of mainland China'),
  noClick: phrase('没有这个平台的广告点击', 'No click on an ad of this platform'),
  noOpenid: phrase('没有这个账号的 OpenID', 'No openid under this account'),
  excluded: phrase('在要排除的人群里', 'In a segment that is left out'),
  bought: phrase<{ days: number }>('最近 {days} 天买过', 'Bought in the last {days} days'),
  beyond: phrase('超出要的人数', 'Beyond the wanted size'),
}

/**
 * An audience for ad platforms: one value per line, phones hashed as they ask for it (lower case hex of the eleven digits, without +86; Tencent Ads and
 * Ocean Engine, custom audiences), or openids. Only who has agreed to marketing is in it; who is left out is counted by the reason that comes first.
 */
export const audienceExport = exportKind({
  name: 'audiencePack',
  zh: '广告人群包',
  en: 'Audience pack',
  permission: 'segments.exportAudience',
  isBare: true,
  fields: async (_ctx, options) => [FIELDS[(options as Options).identifier] ?? FIELDS.phoneSha256],
  begin: async (ctx, given) => {
    const options = given as Options
    const segment = await audienceOf(ctx, options.segmentId)
    for (const id of options.excludeSegmentIds) await audienceOf(ctx, id)
    const app = options.identifier === 'openid' ? await appOf(segment, options.appId) : null
    return {
      title: [segment.name, FIELDS[options.identifier].zh, app?.name, dayIn(ctx.now)].filter(Boolean).join(' '),
      totalRows: Math.min(await memberCount(ctx, segment.id), options.sizeMax ?? Number.POSITIVE_INFINITY),
      options: { ...options, appId: app?.externalId ?? null },
    }
  },
  pages: async function* (ctx, { options: given }, leaveOut) {
    const options = given as Options
    const segment = await audienceOf(ctx, options.segmentId)
    const inBrand: Ctx = { ...ctx, brandId: segment.brand_id }
    let [seen, written] = [0, 0]
    for await (const ids of shuffledMembers(inBrand, { segmentId: segment.id, salt: `audience:${segment.id}` })) {
      const wanted = options.sizeMax === null ? ids.length : options.sizeMax - written
      const rows: ExportRow[] = []
      // Whoever comes behind the last that was wanted was not asked about.
      for (const { personId, value, reason } of await valuesOf(inBrand, segment, ids, options)) {
        if (rows.length >= wanted) break
        seen += 1
        if (reason) leaveOut(reason)
        else if (personId) rows.push({ [options.identifier]: value })
      }
      written += rows.length
      yield rows
      if (options.sizeMax !== null && written >= options.sizeMax) break
    }
    const beyond = (await memberCount(inBrand, segment.id)) - seen
    if (options.sizeMax !== null && beyond > 0) leaveOut(reasons.beyond(), beyond)
  },
})

export function exportAudience(
  ctx: Ctx,
  {
    segmentId,
    identifier,
    appId,
    adPlatform,
    excludeSegmentIds,
    excludeBoughtDays,
    sizeMax,
  }: InputOf<Segments['segments.exportAudience']>,
) {
  const options: Options = {
    segmentId,
    identifier,
    appId: appId ?? null,
    adPlatform: adPlatform ?? null,
    excludeSegmentIds,
    excludeBoughtDays: excludeBoughtDays ?? null,
    sizeMax: sizeMax ?? null,
  }
  // An openid stands in clear: for a role that may see it.
  return startExport(ctx, {
    kind: audienceExport.name,
    options,
    columns: [identifier],
    format: 'csv',
    isRevealed: identifier === 'openid',
  })
}

/** People of one brand, whose consent is asked. Throws thing.notFound, segment.notBuilt, segment.notPeople, segment.needsBrand. */
async function audienceOf(ctx: Ctx, segmentId: number): Promise<SegmentRow & { brand_id: number }> {
  const segment = await segmentOfId(ctx, segmentId)
  if (segment.is_built !== 1) throw refused('segment.notBuilt', { segmentId })
  if (Number(segment.type_id) !== 0) throw refused('segment.notPeople', { segmentId })
  if (segment.brand_id === null) throw refused('segment.needsBrand', { segmentId })
  return { ...segment, brand_id: Number(segment.brand_id) }
}

/** Openids belong to an account of the brand: its mini program, unless another is named. Throws connection.missing, connection.ofOtherBrand. */
async function appOf(
  { brand_id: brandId }: { brand_id: number },
  appId: string | null,
): Promise<{ externalId: string; name: string }> {
  if (appId === null) return connectionOf('miniProgram', { brandId })
  const named =
    (await findConnection('miniProgram', { externalId: appId })) ?? (await connectionOf('officialAccount', { externalId: appId }))
  if (named.brandId !== null && named.brandId !== brandId) throw refused('connection.ofOtherBrand', { field: 'appId' })
  return named
}

/** Whose openids may be asked for: the brand's own accounts before those of the whole group. Throws what `audienceOf` throws. */
export async function audienceAccounts(ctx: Ctx, { segmentId }: { segmentId: number }) {
  const { brand_id: brandId } = await audienceOf(ctx, segmentId)
  const lists = await Promise.all(
    (['miniProgram', 'officialAccount'] as const).map(async type => {
      const all = await connectionsOf(type)
      const inOrder = [...all.filter(one => one.brandId === brandId), ...all.filter(one => one.brandId === null)]
      return inOrder.map(({ externalId, name }) => ({ appId: externalId, name, type }))
    }),
  )
  return lists.flat()
}

type Value = { personId: number; value: string; reason: string | null }

/** What stands in the file for each of these people, or why they are not in it. */
async function valuesOf(ctx: Ctx, segment: { brand_id: number }, ids: number[], options: Options): Promise<Value[]> {
  const consent = await consentOf(ids, segment.brand_id, 'marketing', 'any')
  const values = await identifiersIn(ctx, ids, options)
  const excluded = new Set<number>()
  for (const id of options.excludeSegmentIds) for (const person of await membersAmong(ctx, id, ids)) excluded.add(person)
  const bought = await boughtSince(ctx, ids, options.excludeBoughtDays)
  return ids.map(personId => {
    const value = values.get(personId) ?? ''
    const answer = consent.get(personId) ?? 'none'
    const reason =
      answer !== 'granted'
        ? answer === 'refused'
          ? reasons.refused()
          : reasons.noConsent()
        : excluded.has(personId)
          ? reasons.excluded()
          : bought.has(personId)
            ? reasons.bought({ days: options.excludeBoughtDays ?? 0 })
            : value === ''
              ? noneOf(options.identifier)
              : null
    return { personId, value, reason }
  })
}

function noneOf(identifier: Identifier): string {
  if (identifier === 'openid') return reasons.noOpenid()
  return identifier === 'clickId' ? reasons.noClick() : reasons.noPhone()
}

async function identifiersIn(ctx: Ctx, ids: number[], { identifier, appId, adPlatform }: Options): Promise<Map<number, string>> {
  if (identifier === 'clickId') return clicksOf(ctx, ids, adPlatform)
  if (identifier === 'openid') return openidsOf(ids, appId ?? '')
  const held = await identifiersOfMany(ids, 'phone')
  const hash = identifier === 'phoneMd5' ? 'md5' : 'sha256'
  return new Map(
    [...held].flatMap(([id, phones]) => {
      const digits = phones.map(phone => mainlandPhone(phone.value)).find(phone => phone !== null)
      return digits ? [[id, createHash(hash).update(digits).digest('hex')] as const] : []
    }),
  )
}

async function clicksOf(ctx: Ctx, ids: number[], adPlatform: string | null): Promise<Map<number, string>> {
  const facts = await factsOf(scopeOf(ctx), ids, ['lastClickId', 'lastAdPlatform'])
  return new Map(
    [...facts].flatMap(([id, known]) => {
      const click = known.get('lastClickId')?.text
      const isWanted = adPlatform === null || known.get('lastAdPlatform')?.text === adPlatform
      return click && isWanted ? [[id, click] as const] : []
    }),
  )
}

/** The eleven digits of a phone of mainland China; null for others, which ad platforms do not match. Pure. */
export function mainlandPhone(value: string): string | null {
  return /^(?:\+?86)?(1[3-9]\d{9})$/.exec(value)?.[1] ?? null
}

async function boughtSince(ctx: Ctx, ids: number[], days: number | null): Promise<Set<number>> {
  if (days === null) return new Set()
  const since = addDays(ctx.now, -days).getTime()
  const facts = await factsOf(scopeOf(ctx), ids, ['lastPaidAt'])
  return new Set(ids.filter(id => (facts.get(id)?.get('lastPaidAt')?.number ?? 0) >= since))
}
