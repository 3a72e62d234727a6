import type { InputOf, segments } from '@banyan/shared'
import { type Ctx, clickhouse, dayIn, refused, say } from '../core/index.ts'
import { briefsOf, identifiersOfMany } from '../identity/index.ts'
import { type Cell, type ExportField, type ExportRow, exportKind, startExport } from '../platform/index.ts'
import { type FactValue, factsOf, type KindField, PEOPLE, type SubjectKind, scopeOf, subjectKinds } from '../selection/index.ts'
import { titlesOf } from '../subjects/index.ts'
import { tagsOfPeople } from '../tags/index.ts'
import { wordsOfValues } from './field-choices.ts'
import { memberCount, memberPages } from './member-pages.ts'
import { membersSql } from './read-membership.ts'
import { type SegmentRow, segmentOfId } from './segment.ts'

type Segments = typeof segments

const PAGE = 2_000
const LIST_GAP = '\u001f'
const who = { zh: '身份', en: 'Who' }
const whatFor = { zh: '属性', en: 'Attributes' }

/** Identifiers that a file may carry, masked unless it is asked for in full. */
const IDENTIFIERS = [
  { key: 'phone', type: 'phone', zh: '手机号', en: 'Phone', isUsual: true },
  { key: 'memberNumber', type: 'memberNumber', zh: '会员号', en: 'Member number', isUsual: false },
  { key: 'openid', type: 'openid', zh: 'OpenID', en: 'OpenID', isUsual: false },
  { key: 'unionid', type: 'unionid', zh: 'UnionID', en: 'UnionID', isUsual: false },
  { key: 'externalUserid', type: 'externalUserid', zh: '企微外部联系人', en: 'WeCom external user id', isUsual: false },
  { key: 'email', type: 'email', zh: '邮箱', en: 'E-mail', isUsual: false },
] as const
/** Beside the segment's own columns these are what a marketer looks at first. */
const USUAL_FIELDS = new Set(['city', 'tier', 'points', 'paidFen', 'lastPaidAt'])

/** Everybody, or every thing, of a segment as of its last refresh: those whom the asker may see. */
export const segmentExport = exportKind({
  name: 'segmentMembers',
  zh: '人群成员',
  en: 'Members of a segment',
  permission: 'segments.export',
  fields: async (ctx, options) => {
    const { kind } = await asked(ctx, options)
    const ids: ExportField[] =
      kind.typeId === 0
        ? [
            { key: 'personId', zh: '客户 ID', en: 'Person id', group: who, isUsual: true },
            { key: 'name', zh: '姓名', en: 'Name', group: who, isUsual: true },
            ...IDENTIFIERS.map(({ key, zh, en, isUsual }) => ({ key, zh, en, group: who, isUsual, isPersonal: true })),
          ]
        : [
            { key: 'personId', zh: 'ID', en: 'Id', group: who, isUsual: true },
            { key: 'name', zh: '名称', en: 'Name', group: who, isUsual: true },
          ]
    return [
      ...ids,
      { key: 'enteredAt', zh: '进入时间', en: 'Entered', group: who, isUsual: true },
      { key: 'tags', zh: '标签', en: 'Tags', group: whatFor, isUsual: false },
      ...fieldsOf(kind).map(([key, field]) => ({
        key: `field.${key}`,
        zh: field.unit === 'fen' ? `${field.zh}（元）` : field.zh,
        en: field.unit === 'fen' ? `${field.en || field.zh} (yuan)` : field.en || field.zh,
        group: whatFor,
        isUsual: kind.typeId === 0 ? USUAL_FIELDS.has(key) : field.group === 'attribute',
      })),
    ]
  },
  begin: async (ctx, options) => {
    const { segment } = await asked(ctx, options)
    if (segment.is_built !== 1) throw refused('segment.notBuilt', { segmentId: segment.id })
    return {
      title: `${segment.name} ${dayIn(ctx.now)}`,
      totalRows: await memberCount(ctx, segment.id),
      options: { segmentId: segment.id },
    }
  },
  pages: async function* (ctx, { options, keys, isRevealed }) {
    const { segment, kind, inBrand } = await asked(ctx, options)
    const write = await rowWriter(inBrand, { segment, kind, keys, isRevealed })
    for await (const ids of memberPages(inBrand, { segmentId: segment.id, typeId: kind.typeId, size: PAGE }))
      yield await write(ids)
  },
})

export function exportSegment(ctx: Ctx, { segmentId, ...request }: InputOf<Segments['segments.export']>) {
  return startExport(ctx, { ...request, kind: segmentExport.name, options: { segmentId } })
}

/** The segment, what its members are, and the caller within the segment's brand. */
async function asked(ctx: Ctx, options: Record<string, unknown>) {
  const segment = await segmentOfId(ctx, Number(options.segmentId ?? 0))
  const inBrand = { ...ctx, brandId: segment.brand_id ?? ctx.brandId }
  const kinds = await subjectKinds(inBrand)
  return { segment, inBrand, kind: kinds.get(Number(segment.type_id)) ?? PEOPLE }
}

const fieldsOf = (kind: SubjectKind): [string, KindField][] =>
  [...kind.fields].filter(([key, { kind: of }]) => of !== 'location' && key !== 'name' && key !== 'tierRank')

type Writing = { segment: SegmentRow; kind: SubjectKind; keys: readonly string[]; isRevealed: boolean }

async function rowWriter(ctx: Ctx, { segment, kind, keys, isRevealed }: Writing) {
  const wanted = new Set(keys)
  const fields = fieldsOf(kind).filter(([key]) => wanted.has(`field.${key}`))
  const words = new Map<string, (value: string) => string>()
  for (const [key, field] of fields) words.set(key, await wordsOfValues(ctx, kind, key, field))
  const types = IDENTIFIERS.filter(one => wanted.has(one.key))
  return async (ids: readonly number[]): Promise<ExportRow[]> => {
    const names = await namesOf(kind, ids)
    const held = types.length > 0 && kind.typeId === 0 ? await identifiersOfMany(ids) : new Map()
    const tags = wanted.has('tags') ? await tagsOfPeople(ctx, ids) : new Map()
    const entered = wanted.has('enteredAt') ? await enteredAt(ctx, segment.id, ids) : new Map()
    const facts = await factsOf(
      scopeOf(ctx),
      ids,
      fields.map(([, field]) => field.fact),
    )
    return ids.map(id => {
      const row: Record<string, Cell> = {
        personId: id,
        name: names.get(id) ?? null,
        enteredAt: entered.get(id) ?? null,
        tags: (tags.get(id) ?? [])
          .map((tag: { name: string; value: string | null }) => (tag.value ? `${tag.name}：${tag.value}` : tag.name))
          .join('、'),
      }
      for (const { key, type } of types)
        row[key] = (held.get(id) ?? [])
          .filter((one: { type: string }) => one.type === type)
          .map((one: { value: string; masked: string }) => (isRevealed ? one.value : one.masked))
          .join('; ')
      for (const [key, field] of fields) {
        const value = facts.get(id)?.get(field.fact)
        row[`field.${key}`] = value ? cellOf(ctx, field, value, words.get(key)) : null
      }
      return row
    })
  }
}

async function namesOf(kind: SubjectKind, ids: readonly number[]): Promise<Map<number, string | null>> {
  if (kind.typeId !== 0) return titlesOf(ids)
  return new Map((await briefsOf(ids)).map(brief => [brief.id, brief.name]))
}

async function enteredAt(ctx: Ctx, segmentId: number, ids: readonly number[]): Promise<Map<number, Date>> {
  const { sql: members, params } = membersSql(ctx, [segmentId])
  const found = await clickhouse.query<{ person_id: number; at: number }>(
    `SELECT person_id, toUnixTimestamp64Milli(at) AS at FROM (${members}) WHERE person_id IN {among:Array(UInt32)}`,
    { ...params, among: ids },
    { lane: 'build' },
  )
  return new Map(found.map(one => [one.person_id, new Date(one.at)]))
}

function cellOf(
  ctx: Ctx,
  field: KindField,
  { number, text }: FactValue,
  nameOf: (value: string) => string = value => value,
): Cell {
  switch (field.kind) {
    case 'number':
      return field.unit === 'fen' ? number / 100 : number
    case 'instant':
      return new Date(number)
    case 'flag':
      return number === 1 ? say(ctx, '是', 'Yes') : say(ctx, '否', 'No')
    case 'list':
      return text.split(LIST_GAP).map(nameOf).join('、')
    default:
      return nameOf(text)
  }
}
