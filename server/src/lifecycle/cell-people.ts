import type { InputOf, lifecycle } from '@banyan/shared'
import { brandOf, type Ctx, clickhouse } from '../core/index.ts'
import { briefsOf, visiblePeople } from '../identity/index.ts'
import { type Cell, exportKind, startExport } from '../platform/index.ts'
import { cellCount, cellPages, endsSql, spanOf } from './matrix.ts'
import { stagesOfPeople } from './read-stages.ts'

type Api = typeof lifecycle
const PAGE = 2_000

/** Who is behind a number of the matrix. Throws lifecycle.notSetUp, lifecycle.noSuchMonth. */
export async function cellPeople(ctx: Ctx, { month, from, to, page, pageSize }: InputOf<Api['lifecycle.people']>) {
  const span = await spanOf(ctx, month)
  const { sql: ends, params } = endsSql(ctx, span)
  const found = await clickhouse.query<{ person_id: number }>(
    `SELECT person_id FROM (${ends}) WHERE a = {a:UInt32} AND b = {b:UInt32} ORDER BY person_id LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    { ...params, a: from ?? 0, b: to ?? 0, limit: pageSize, offset: (page - 1) * pageSize },
  )
  const ids = found.map(one => one.person_id)
  return { items: await peopleOf(ctx, ids), total: await cellCount(ctx, span, from, to) }
}

/** As they may be shown: of who has left the brand, only that there is somebody. */
async function peopleOf(ctx: Ctx, ids: readonly number[]) {
  const seen = new Set(await visiblePeople(ctx, [...ids]))
  const briefs = new Map((await briefsOf([...seen])).map(brief => [brief.id, brief]))
  const standing = await stagesOfPeople(ctx, [...seen])
  return ids.map(personId => {
    const brief = briefs.get(personId)
    const stage = standing.get(personId)?.find(one => one.brandId === ctx.brandId)
    return {
      personId,
      name: brief?.name ?? null,
      avatar: brief?.avatar ?? null,
      phoneMasked: brief?.phoneMasked ?? null,
      stageName: stage?.name ?? null,
      since: stage?.since ?? null,
    }
  })
}

/** The people of a cell as they are named when the file is written. */
export const cellExport = exportKind({
  name: 'lifecyclePeople',
  zh: '生命周期迁移',
  en: 'Lifecycle migration',
  permission: 'lifecycle.export',
  fields: async () => {
    const group = { zh: '身份', en: 'Who' }
    return [
      { key: 'personId', zh: '客户 ID', en: 'Person id', group, isUsual: true },
      { key: 'name', zh: '姓名', en: 'Name', group, isUsual: true },
      { key: 'phone', zh: '手机号（掩码）', en: 'Phone (masked)', group, isUsual: true },
      { key: 'stage', zh: '现在的阶段', en: 'Stage now', group, isUsual: true },
      { key: 'since', zh: '进入时间', en: 'Since', group, isUsual: true },
    ]
  },
  begin: async (ctx, options) => {
    const { month, from, to } = cellOf(options)
    const span = await spanOf(ctx, month)
    return {
      title: `lifecycle ${month}`,
      totalRows: await cellCount(ctx, span, from, to),
      options: { month, from, to, brandId: brandOf(ctx) },
    }
  },
  pages: async function* (ctx, { options }) {
    const { month, from, to } = cellOf(options)
    const span = await spanOf(ctx, month)
    for await (const ids of cellPages(ctx, { span, from, to, size: PAGE }))
      yield (await peopleOf(ctx, ids)).map(
        (one): Record<string, Cell> => ({
          personId: one.personId,
          name: one.name,
          phone: one.phoneMasked,
          stage: one.stageName,
          since: one.since,
        }),
      )
  },
})

export function exportCell(ctx: Ctx, { month, from, to, ...request }: InputOf<Api['lifecycle.export']>) {
  brandOf(ctx)
  return startExport(ctx, { ...request, kind: cellExport.name, options: { month, from, to } })
}

const idOr = (value: unknown) => (value === null || value === undefined ? null : Number(value))

function cellOf(options: Record<string, unknown>) {
  return { month: String(options.month), from: idOr(options.from), to: idOr(options.to) }
}
