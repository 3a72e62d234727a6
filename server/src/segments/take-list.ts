import { brandScope, bulkInsert, type Ctx, enqueue, now, refused, row, sql, systemCtx } from '../core/index.ts'
import { brandsOf, canonicalIds, type NamedIdentifier, peopleByIdentifiers, visiblePeople } from '../identity/index.ts'
import { type ImportRow, importKind, type Reject } from '../platform/index.ts'
import { subjectsByValue } from '../subjects/index.ts'
import { forgetListed, listedIn } from './listed-members.ts'
import { insertStatic } from './new-segment.ts'
import { refreshTask } from './refresh-segment.ts'
import { listReasons } from './words.ts'

/** Columns of a list, the surest first: a row is who its first known value says. */
const IDENTIFIERS = ['memberNumber', 'phone', 'unionid', 'externalUserid', 'openid', 'email'] as const

/**
 * A static segment from a file with any identifier. The file makes nobody: a row that names nobody of the brand is refused, with why. Each batch is a build of
 * the segment, written with the import's own progress, so a row counts once even when the process dies.
 */
export const segmentImport = importKind({
  name: 'segmentMembers',
  zh: '静态人群',
  en: 'Static segment',
  fields: [
    { key: 'phone', zh: '手机号', en: 'Phone', isRequired: false, aliases: ['电话', '手机', 'mobile', 'tel'] },
    { key: 'openid', zh: 'OpenID', en: 'OpenID', isRequired: false, aliases: ['open_id', '微信openid'] },
    { key: 'unionid', zh: 'UnionID', en: 'UnionID', isRequired: false, aliases: ['union_id', '微信unionid'] },
    {
      key: 'externalUserid',
      zh: '企微外部联系人',
      en: 'WeCom external user id',
      isRequired: false,
      aliases: ['external_userid', '外部联系人ID'],
    },
    {
      key: 'memberNumber',
      zh: '会员号',
      en: 'Member number',
      isRequired: false,
      aliases: ['memberNo', '会员编号', '卡号', 'card'],
    },
    { key: 'email', zh: '邮箱', en: 'E-mail', isRequired: false, aliases: ['mail', '电子邮箱', 'e-mail'] },
    { key: 'personId', zh: '客户 ID', en: 'Person id', isRequired: false, aliases: ['person_id', '客户编号', 'id'] },
    { key: 'thing', zh: '对象的唯一值', en: 'Unique value of a thing', isRequired: false, aliases: ['VIN', '车架号', '房号'] },
  ],
  batchRows: 5_000,
  begin,
  runBatch: (ctx, rows, options) => takeRows(ctx, rows, options as Options),
  finish: async (ctx, { options }) => {
    const { segmentId } = options as Options
    forgetListed(segmentId)
    await enqueue(systemCtx({ brandId: ctx.brandId }), refreshTask, { segmentId })
  },
})

type Options = {
  segmentId: number
  typeId: number
  attribute: string
  /** Whoever uploads sees all brands, so he may be told that somebody is another's. */
  isOfGroup: boolean
}

/** The first start makes the segment; what is started again goes on with it. */
async function begin(ctx: Ctx, options: Record<string, unknown>, before?: Record<string, unknown>) {
  const known = Number((before ?? options).segmentId ?? 0)
  if (known > 0 && (await row(sql`SELECT id FROM segments WHERE id = ${known} AND removed_at IS NULL`))) return before ?? options
  if (!before) throw refused('thing.notFound', { reason: 'the segment was removed' })
  const name = String(options.name ?? '')
    .trim()
    .slice(0, 60)
  if (name === '') throw refused('input.invalid', { field: 'name', reason: listReasons.noName() })
  const typeId = Number(options.typeId ?? 0)
  const attribute = String(options.attribute ?? '')
  // Says whether there is such a type with such an attribute, before the first row.
  if (typeId > 0) await subjectsByValue(ctx, typeId, attribute, [])
  const segmentId = await insertStatic(ctx, { name, description: '', typeId, source: { of: 'file' } })
  return { segmentId, typeId, attribute, isOfGroup: ctx.brandIds === 'all' } satisfies Options
}

type Named = { id: number } | { refusal: keyof typeof CODES }
const CODES = {
  unknown: 'segment.unknownMember',
  unknownThing: 'segment.unknownMember',
  otherBrand: 'segment.ofOtherBrand',
  duplicate: 'segment.listedTwice',
  ambiguous: 'segment.ambiguous',
  empty: 'segment.emptyRow',
} as const

async function takeRows(ctx: Ctx, list: readonly ImportRow[], options: Options): Promise<{ rejects: Reject[] }> {
  const named = options.typeId > 0 ? await thingsOf(ctx, list, options) : await peopleOf(ctx, list, options)
  const listed = await listedIn(options.segmentId)
  const entered = new Set<number>()
  const rejects: Reject[] = []
  for (const [at, { line }] of list.entries()) {
    const found = named[at] as Named
    const refusal = 'refusal' in found ? found.refusal : listed.has(found.id) || entered.has(found.id) ? 'duplicate' : null
    if (refusal) rejects.push({ line, code: CODES[refusal], reason: listReasons[refusal]() })
    else if ('id' in found) entered.add(found.id)
  }
  if (entered.size > 0)
    await bulkInsert('segment_builds', [
      {
        segmentId: options.segmentId,
        isFirst: true,
        enteredCount: entered.size,
        leftCount: 0,
        tookMs: 0,
        at: now(),
        status: 'announced',
        changes: { entered: [...entered].sort((a, b) => a - b), left: [] },
      },
    ])
  return { rejects }
}

async function thingsOf(ctx: Ctx, list: readonly ImportRow[], { typeId, attribute }: Options): Promise<Named[]> {
  const values = list.map(row => row.values.thing ?? '')
  const found = await subjectsByValue(ctx, typeId, attribute, values)
  return found.map((id, at) => (values[at] === '' ? { refusal: 'empty' } : id === null ? { refusal: 'unknownThing' } : { id }))
}

/** Whom each row names, and whether he is the brand's: all of a batch in a handful of queries. */
async function peopleOf(ctx: Ctx, list: readonly ImportRow[], { isOfGroup }: Options): Promise<Named[]> {
  const asked = list.map(row => identifiersOn(ctx, row))
  const holders = await peopleByIdentifiers(asked.flat())
  const ids = list.map(row => idOn(row))
  const byId = await canonicalIds(ids.filter(id => id !== null))
  let next = 0
  const found = list.map((_, at) => {
    const own = ids[at] ?? null
    const people = (asked[at] as NamedIdentifier[]).map(() => holders[next++] as number[])
    if (own === null && people.length === 0) return null
    return own !== null ? [byId.get(own) ?? own] : (people.find(some => some.length > 0) ?? [])
  })
  const visible = new Set(await visiblePeople(ctx, [...new Set(found.flatMap(some => some ?? []))]))
  const others = [...new Set(found.flatMap(some => (some ?? []).filter(id => !visible.has(id))))]
  const elsewhere = isOfGroup && brandScope(ctx) !== null ? await brandsOf(others) : new Map<number, number[]>()
  return found.map((some): Named => {
    if (some === null) return { refusal: 'empty' }
    const mine = some.filter(id => visible.has(id))
    if (mine.length > 1) return { refusal: 'ambiguous' }
    if (mine.length === 1) return { id: mine[0] as number }
    return { refusal: some.some(id => (elsewhere.get(id) ?? []).length > 0) ? 'otherBrand' : 'unknown' }
  })
}

function identifiersOn(ctx: Ctx, { values }: ImportRow): NamedIdentifier[] {
  return IDENTIFIERS.flatMap(type => {
    const value = values[type] ?? ''
    if (value === '') return []
    // Every brand counts its members from one.
    return [{ type, value, ...(type === 'memberNumber' && ctx.brandId !== null ? { scope: String(ctx.brandId) } : {}) }]
  })
}

function idOn({ values }: ImportRow): number | null {
  const text = (values.personId ?? '').replace(/^#/, '')
  return /^\d{1,10}$/.test(text) ? Number(text) : text === '' ? null : 0
}
