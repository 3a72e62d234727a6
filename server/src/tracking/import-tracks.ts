import { PropertyKey, type TrackInput, type TrackProperties } from '@banyan/shared'
import { type Ctx, mustSeeBrand, refused, sha256 } from '../core/index.ts'
import { type ImportRow, importKind, type Reject } from '../platform/index.ts'
import { typeOfId } from '../subjects/index.ts'
import { putBatches } from './batch.ts'
import { judgeTracks } from './judge-tracks.ts'
import { englishOf, type Plan, trackPlan } from './plan.ts'
import { heldReasons, importReasons } from './words.ts'

const BATCH_ROWS = 2_000
const PROPERTY = 'property.'

/** Columns that say whose a row is, by the identifier they hold. */
const IDENTIFIERS = [
  { key: 'memberNumber', zh: '会员号', en: 'Member number', aliases: ['member_no', '会员编号'] },
  { key: 'unionid', zh: 'UnionID', en: 'UnionID', aliases: [] },
  { key: 'externalUserid', zh: '企微外部联系人', en: 'WeCom contact', aliases: ['external_userid'] },
  { key: 'phone', zh: '手机号', en: 'Phone', aliases: ['mobile', '手机', '电话'] },
  { key: 'openid', zh: 'OpenID', en: 'OpenID', aliases: [] },
  { key: 'email', zh: '邮箱', en: 'E-mail', aliases: ['mail'] },
  { key: 'thirdParty', zh: '客户编号', en: 'Customer number', aliases: ['customer_id', 'CustomerID', '客户'] },
] as const

/**
 * Tracks from a file, one per row: its name (or one for all, as an option), its time, whose it is, and a column for each property of the plan. A row that
 * the plan does not take is refused with the reason, so that the file can be mended and given again: rows with the same content are one track.
 */
export const tracksImport = importKind({
  name: 'tracks',
  zh: '行为',
  en: 'Tracks',
  fields: [
    { key: 'name', zh: '行为', en: 'Track', isRequired: false, aliases: ['event', 'event_name', '事件', '行为名'] },
    {
      key: 'occurredAt',
      zh: '发生时间',
      en: 'Occurred at',
      isRequired: true,
      aliases: ['time', 'date', 'timestamp', '时间', '日期'],
    },
    { key: 'messageId', zh: '消息编号', en: 'Message id', isRequired: false, aliases: ['message_id', 'event_id', '流水号'] },
    {
      key: 'subject',
      zh: '主体的唯一值',
      en: 'Unique value of the thing',
      isRequired: false,
      aliases: ['vin', '车架号', '主体'],
    },
    ...IDENTIFIERS.map(one => ({ ...one, isRequired: false })),
  ],
  batchRows: BATCH_ROWS,
  async moreFields() {
    const properties = new Map(
      [...(await trackPlan())].flatMap(([name, { properties: planned }]) =>
        planned.map(({ key, zh }) => [key, { zh, en: englishOf(name, zh, key) }] as const),
      ),
    )
    return [...properties].map(([key, { zh, en }]) => ({
      key: `${PROPERTY}${key}`,
      zh: `属性：${zh}`,
      en: `Property: ${en}`,
      isRequired: false,
      aliases: [key],
    }))
  },
  async begin(ctx, options) {
    await optionsOf(ctx, options)
  },
  async runBatch(ctx, rows, options) {
    return takeRows(ctx, rows, await optionsOf(ctx, options))
  },
})

type Options = { brandId: number; name: string; scope: string }

/** `name` for rows that name no track; `scope` is where openids or customer numbers are unique: the app, or the platform. */
async function optionsOf(ctx: Ctx, options: Record<string, unknown>): Promise<Options> {
  const brandId = ctx.brandId ?? Number(options.brandId ?? 0)
  if (!Number.isSafeInteger(brandId) || brandId <= 0)
    throw refused('input.invalid', { field: 'brandId', reason: importReasons.chooseBrand() })
  mustSeeBrand(ctx, brandId)
  const name = String(options.name ?? '')
  if (name !== '' && !(await trackPlan()).has(name))
    throw refused('input.invalid', { field: 'name', reason: importReasons.unknownName({ name }) })
  return { brandId, name, scope: String(options.scope ?? '').slice(0, 80) }
}

type Read = TrackInput & { line: number }

async function takeRows(from: Ctx, rows: readonly ImportRow[], options: Options): Promise<{ rejects: Reject[] }> {
  const ctx = { ...from, brandId: options.brandId }
  const plan = await trackPlan()
  const attributes = new Map<number, { type: string; attribute: string } | null>()
  const rejects: Reject[] = []
  const reads: Read[] = []
  for (const row of rows) {
    const name = nameOf(row.values['name'] || options.name, plan)
    const planned = plan.get(name)
    const typeId = planned?.subjectTypeId ?? null
    if (typeId !== null && !attributes.has(typeId)) attributes.set(typeId, await uniqueOf(ctx, typeId))
    const read = readRow(row, name, plan, options, typeId === null ? null : (attributes.get(typeId) ?? null))
    if ('code' in read) rejects.push(read)
    else reads.push(read)
  }
  const { good, bad } = await judgeTracks(ctx, reads, 'import')
  await putBatches(
    ctx,
    options.brandId,
    good.map(one => one.track),
  )
  for (const { track, complaint } of bad)
    rejects.push({
      line: track.line,
      code: `track.${complaint.reason}`,
      reason: importReasons.broken({ reason: heldReasons[complaint.reason](), field: complaint.field ?? '—' }),
    })
  return { rejects }
}

/** By its name, or by what it is called in Chinese. */
function nameOf(text: string, plan: Plan): string {
  if (plan.has(text)) return text
  return [...plan].find(([, planned]) => planned.zh === text)?.[0] ?? text
}

/** The attribute by which a type's things are told apart in a file: its first unique one. */
async function uniqueOf(ctx: Ctx, typeId: number): Promise<{ type: string; attribute: string } | null> {
  const type = await typeOfId(ctx, typeId)
  const attribute = type.attributes.find(one => one.isUnique)
  return attribute ? { type: type.key, attribute: attribute.key } : null
}

function readRow(
  { line, values }: ImportRow,
  name: string,
  plan: Plan,
  options: Options,
  unique: { type: string; attribute: string } | null,
): Read | Reject {
  const planned = plan.get(name)
  if (!planned) return { line, code: 'track.unknownName', reason: importReasons.unknownName({ name }) }
  const occurredAt = timeOf(values['occurredAt'] ?? '')
  if (!occurredAt)
    return { line, code: 'track.badTime', reason: importReasons.badTime({ value: (values['occurredAt'] ?? '').slice(0, 60) }) }
  const properties: TrackProperties = {}
  for (const [column, value] of Object.entries(values)) {
    const key = column.startsWith(PROPERTY) ? column.slice(PROPERTY.length) : ''
    // A file of several tracks has columns that concern some of them only: an empty cell is nothing.
    if (value === '' || !PropertyKey.safeParse(key).success) continue
    const typed = typedAs(planned.kinds.get(key), value)
    if (typed === undefined)
      return { line, code: 'track.wrongType', reason: importReasons.badValue({ key, value: value.slice(0, 60) }) }
    properties[key] = typed
  }
  const identifiers = IDENTIFIERS.flatMap(({ key }) =>
    values[key] ? [{ type: key, scope: key === 'openid' || key === 'thirdParty' ? options.scope : '', value: values[key] }] : [],
  )
  const subject = unique && values['subject'] ? { ...unique, value: values['subject'] } : undefined
  // Without a number of its own a row is told by what it says.
  const messageId =
    values['messageId'] || `import:${sha256(JSON.stringify([name, occurredAt, identifiers, subject, properties])).slice(0, 40)}`
  return {
    line,
    name,
    occurredAt,
    messageId: messageId.slice(0, 80),
    properties,
    ...(identifiers.length > 0 ? { identifiers } : {}),
    ...(subject ? { subject } : {}),
  }
}

/** Undefined when it does not fit; a property that the plan does not have stays text, and is refused by the plan. */
function typedAs(kind: 'number' | 'text' | 'flag' | undefined, value: string): string | number | boolean | undefined {
  if (kind === 'number') return Number.isFinite(Number(value)) ? Number(value) : undefined
  if (kind === 'flag') return /^(true|1|是|yes|y)$/i.test(value) ? true : /^(false|0|否|no|n)$/i.test(value) ? false : undefined
  return value.slice(0, 1_000)
}

/** ISO 8601, or a day and a clock as people here write them: in China's time. */
function timeOf(text: string): Date | null {
  const match =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(
      text.trim(),
    )
  if (!match) return null
  const [, year = '', month = '', day = '', hour = '0', minute = '00', second = '00', ms = '0', zone = '+08:00'] = match
  const two = (part: string) => part.padStart(2, '0')
  const at = new Date(`${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second}.${ms.padEnd(3, '0')}${zone}`)
  const isReal = !Number.isNaN(at.getTime()) && new Date(Date.UTC(+year, +month - 1, +day)).getUTCDate() === +day
  return isReal ? at : null
}
