import type { corpTags, FailedMark, InputOf, MarkFailure, TagMirror } from '@banyan/shared'
import { relationSeen, relationsOfIds } from '../contacts/index.ts'
import { brandScope, type Ctx, notFound, row, rows, sql } from '../core/index.ts'
import { briefsOf } from '../identity/index.ts'
import { connectionsOf } from '../platform/index.ts'
import { staffByIds } from '../staff/index.ts'
import { tagsById } from '../tags/index.ts'
import { type Mirror, mirrorOfId, mirrorsWhere } from './mirror.ts'

type Contract = typeof corpTags

/** Mirrors of tags that the caller may see, with how far those relations are that he may see. */
export async function listMirrors(ctx: Ctx, { tagId }: InputOf<Contract['corpTags.mirrors']>): Promise<TagMirror[]> {
  const brands = brandScope(ctx)
  const found = await mirrorsWhere(
    sql.and([
      ...(tagId === undefined ? [] : [sql`tag_id = ${tagId}`]),
      ...(brands ? [sql`brand_id IN (${[0, ...brands]})`] : []),
    ]),
  )
  return viewsOf(ctx, found)
}

export async function viewOf(ctx: Ctx, mirror: Mirror): Promise<TagMirror> {
  const [view] = await viewsOf(ctx, [mirror])
  if (!view) throw notFound('tagMirror', mirror.id)
  return view
}

async function viewsOf(ctx: Ctx, mirrors: readonly Mirror[]): Promise<TagMirror[]> {
  if (mirrors.length === 0) return []
  const tagIds = mirrors.map(one => one.tagId)
  const [tags, counts, names, corps] = await Promise.all([
    tagsById(ctx, tagIds),
    countsOf(ctx, mirrors),
    namesOf(mirrors),
    connectionsOf('wecom'),
  ])
  const tagAt = new Map(tags.map(tag => [tag.id, tag]))
  return mirrors.flatMap((mirror): TagMirror[] => {
    const tag = tagAt.get(mirror.tagId)
    if (!tag) return []
    const { brandId: _, ...shown } = mirror
    const corpTag = names.get(`${mirror.corpId}:${mirror.corpTagId}`)
    const counted = counts.filter(one => Number(one.mirror_id) === mirror.id)
    const sum = (state: string) => counted.filter(one => one.state === state).reduce((n, one) => n + Number(one.n), 0)
    return [
      {
        ...shown,
        tagName: tag.name,
        corpName: corps.find(one => one.externalId === mirror.corpId)?.name ?? mirror.corpId,
        corpTagName: corpTag?.name ?? mirror.corpTagId,
        corpGroupName: corpTag?.group_name ?? '',
        isOurs: corpTag?.is_ours === 1,
        inStepCount: sum('inStep'),
        waitingCount: sum('waiting'),
        failedCount: sum('failed'),
        failures: counted.flatMap(one => (one.failure ? [{ reason: one.failure, count: Number(one.n) }] : [])),
        waitingSince: counted.find(one => one.state === 'waiting')?.since ?? null,
      },
    ]
  })
}

type Counted = { mirror_id: number; state: string; failure: MarkFailure | null; n: number; since: Date }

/** Relations where nothing is left of a tag count for nothing. */
async function countsOf(ctx: Ctx, mirrors: readonly Mirror[]): Promise<Counted[]> {
  return rows<Counted>(
    sql`SELECT mirror_id, state, failure, COUNT(*) AS n, MIN(at) AS since FROM corp_tag_links
      WHERE mirror_id IN (${mirrors.map(one => one.id)}) AND (state <> 'inStep' OR is_theirs = 1) AND ${relationSeen(ctx, sql`corp_tag_links.relation_id`)}
      GROUP BY mirror_id, state, failure`,
  )
}

type Named = { corp_id: string; corp_tag_id: string; name: string; group_name: string; is_ours: number }

async function namesOf(mirrors: readonly Mirror[]): Promise<Map<string, Named>> {
  const found = await rows<Named>(
    sql`SELECT corp_id, corp_tag_id, name, group_name, is_ours FROM corp_tags WHERE corp_tag_id IN (${mirrors.map(one => one.corpTagId)})`,
  )
  return new Map(found.map(one => [`${one.corp_id}:${one.corp_tag_id}`, one]))
}

type FailedRow = { id: number; relation_id: number; wants_on: number; failure: MarkFailure; detail: string; at: Date }

/** Marks that ended without success, of people whom the caller may see. Throws thing.notFound. */
export async function listFailed(ctx: Ctx, { mirrorId, page, pageSize }: InputOf<Contract['corpTags.failed']>) {
  await viewOf(ctx, await mirrorOfId(mirrorId))
  const where = sql`mirror_id = ${mirrorId} AND state = 'failed' AND ${relationSeen(ctx, sql`corp_tag_links.relation_id`)}`
  const found = await rows<FailedRow>(
    sql`SELECT id, relation_id, wants_on, failure, detail, at FROM corp_tag_links WHERE ${where} ORDER BY at DESC, id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
  )
  const counted = await row<{ n: number }>(sql`SELECT COUNT(*) AS n FROM corp_tag_links WHERE ${where}`)
  const relations = new Map((await relationsOfIds(found.map(one => Number(one.relation_id)))).map(one => [one.id, one]))
  const known = [...relations.values()]
  const people = new Map((await briefsOf([...new Set(known.map(one => one.personId))])).map(one => [one.id, one.name]))
  const staff = await staffByIds(
    known.flatMap(one => one.staffId ?? []),
    ctx.now,
  )
  const items = found.flatMap((one): FailedMark[] => {
    const relation = relations.get(Number(one.relation_id))
    if (!relation) return []
    return [
      {
        id: Number(one.id),
        personId: relation.personId,
        personName: people.get(relation.personId) ?? null,
        staffName: (relation.staffId && staff.get(relation.staffId)?.name) || relation.userId,
        isAdd: one.wants_on === 1,
        reason: one.failure,
        detail: one.detail,
        at: one.at,
      },
    ]
  })
  return { items, total: Number(counted?.n ?? 0) }
}
