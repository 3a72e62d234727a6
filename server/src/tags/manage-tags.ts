import { type InputOf, Rule, type TagComputation, type TagSchedule, type TagValueKind, type tags } from '@banyan/shared'
import { type Ctx, enqueue, insertOne, isDuplicate, mustSeeBrand, orderSql, refused, row, rows, run, sql } from '../core/index.ts'
import { inStores } from '../identity/index.ts'
import { mustFit } from '../selection/index.ts'
import { holdersSeen } from './holders.ts'
import { tagRemoved, takeOff } from './put-tag.ts'
import { refreshTask } from './refresh-tags.ts'
import { ruleOfTag, type TagFacts, type TagRow, tagFacts, tagOfId, tagRowOfId, visibleTags } from './tag.ts'
import { checkComputation, checkTagRule, scopeOfTag, tagsNamed } from './tag-rule.ts'

type Tags = typeof tags
type Draft = InputOf<Tags['tags.create']>
/** Later modules may leave out what has a usual value. */
export type NewTag = Pick<Draft, 'name'> & Partial<Draft>

const SORTS = { group: 'tags.group_name', name: 'tags.name', createdAt: 'tags.created_at' }

export async function listTags(ctx: Ctx, { page, pageSize, search, sort, groupName, kind, typeId }: InputOf<Tags['tags.list']>) {
  const where = sql.and([
    visibleTags(ctx),
    ...(search
      ? [
          sql`(LOWER(tags.name) LIKE ${`%${search.toLowerCase()}%`} OR LOWER(tags.group_name) LIKE ${`%${search.toLowerCase()}%`})`,
        ]
      : []),
    ...(groupName === undefined ? [] : [sql`tags.group_name = ${groupName}`]),
    ...(kind === undefined ? [] : [sql`tags.kind = ${kind}`]),
    ...(typeId === undefined ? [] : [sql`tags.type_id = ${typeId}`]),
  ])
  const found = await rows<TagRow>(
    sql`SELECT tags.* FROM tags WHERE ${where} ORDER BY ${orderSql(sort, SORTS, 'group')}, tags.name, tags.id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
  )
  const counted = await row<{ n: number }>(sql`SELECT COUNT(*) AS n FROM tags WHERE ${where}`)
  return { items: await withCounts(ctx, found.map(tagFacts)), total: Number(counted?.n ?? 0) }
}

export async function createTag(ctx: Ctx, input: NewTag) {
  mustSeeBrand(ctx, ctx.brandId)
  const { kind = 'manual', typeId = null } = input
  if (typeId !== null) await scopeOfTag(ctx, typeId)
  const followed = await followedBy(ctx, kind, input, typeId, null)
  const valueKind = followed.valueKind ?? input.valueKind ?? 'plain'
  const choices = valueKind === 'choice' ? [...new Set(input.choices ?? [])] : []
  if (valueKind === 'choice' && choices.length === 0) throw refused('tag.choicesMissing', { field: 'choices' })
  const isManual = kind === 'manual'
  const id = await insertOne('tags', {
    name: input.name,
    groupName: input.groupName ?? '',
    color: input.color ?? null,
    description: input.description ?? '',
    owner: input.owner ?? '',
    brandId: ctx.brandId ?? 0,
    createdAt: ctx.now,
    kind,
    valueKind,
    choices,
    typeId: typeId ?? 0,
    // What a rule keeps comes off when the rule says so, whatever else is on.
    isExclusive: isManual && (input.isExclusive ?? false),
    validDays: isManual ? (input.validDays ?? null) : null,
    status: isManual ? 'ready' : 'building',
    ...followed.columns,
  }).catch(asTaken)
  if (!isManual) await enqueue(ctx, refreshTask, { tagId: id, of: 'everybody' })
  return { ...(await tagOfId(ctx, id)), peopleCount: 0 }
}

export async function updateTag(ctx: Ctx, { tagId, ...changes }: InputOf<Tags['tags.update']>) {
  const before = await mustOwn(ctx, tagId)
  const tag = tagFacts(before)
  const { name, groupName, color, description, owner } = { ...tag, ...changes }
  const isManual = tag.kind === 'manual'
  const isExclusive = isManual && (changes.isExclusive ?? tag.isExclusive)
  const validDays = isManual && changes.validDays !== undefined ? changes.validDays : tag.validDays
  const choices = tag.valueKind === 'choice' && changes.choices ? [...new Set(changes.choices)] : tag.choices
  await mustKeepChoices(tag, choices)
  await run(
    sql`UPDATE tags SET name = ${name}, group_name = ${groupName}, color = ${color}, is_exclusive = ${isExclusive}, description = ${description}, owner = ${owner},
      valid_days = ${validDays}, choices = ${JSON.stringify(choices)} WHERE id = ${tagId}`,
  ).catch(asTaken)
  if (!isManual && (changes.rule || changes.computation || changes.schedule)) await follow(ctx, before, changes)
  const [updated] = await withCounts(ctx, [await tagOfId(ctx, tagId)])
  return updated as TagFacts & { peopleCount: number }
}

export async function refreshTagByHand(ctx: Ctx, { tagId }: { tagId: number }) {
  const tag = await mustOwn(ctx, tagId)
  if (tag.kind === 'manual') throw refused('tag.ruleMissing')
  await startRefresh(ctx, tagId)
  const [updated] = await withCounts(ctx, [await tagOfId(ctx, tagId)])
  return updated as TagFacts & { peopleCount: number }
}

const PEOPLE_AT_ONCE = 1_000

/** Takes the tag off everybody; the history keeps who had it. Throws tag.inUse while another tag's rule asks of it. */
export async function removeTag(ctx: Ctx, { tagId }: { tagId: number }) {
  const tag = tagFacts(await mustOwn(ctx, tagId))
  const users = await usersOf(ctx, tagId)
  if (users.length > 0) throw refused('tag.inUse', { tags: users })
  // First, so that no rule puts it on again meanwhile.
  await run(sql`UPDATE tags SET removed_at = ${ctx.now}, removed_key = id, due_at = NULL WHERE id = ${tagId}`)
  for (;;) {
    const some = await rows<{ person_id: number }>(
      sql`SELECT person_id FROM person_tags WHERE tag_id = ${tagId} ORDER BY person_id LIMIT ${PEOPLE_AT_ONCE}`,
    )
    if (some.length === 0) return { isDone: true as const }
    const ids = some.map(one => Number(one.person_id))
    await takeOff(ctx, tag, ids, { source: 'operator', why: tagRemoved() })
  }
}

async function usersOf(ctx: Ctx, tagId: number): Promise<{ id: number; name: string }[]> {
  const others = await rows<TagRow>(
    sql`SELECT * FROM tags WHERE rule IS NOT NULL AND removed_key = 0 AND id <> ${tagId} ORDER BY id`,
  )
  const using = others.filter(other => tagsNamed(ruleOfTag(other) ?? { kind: 'all', rules: [] }).includes(tagId))
  const brands = ctx.brandIds
  return using.map(other => ({
    id: Number(other.id),
    name: brands === 'all' || brands.includes(Number(other.brand_id)) ? other.name : '',
  }))
}

type Followed = { rule?: Rule | undefined; computation?: TagComputation | undefined; schedule?: TagSchedule | undefined }

/** What a rule or a computation makes of a tag's row. Throws what does not exist or does not fit. */
async function followedBy(
  ctx: Ctx,
  kind: TagFacts['kind'],
  { rule, computation, schedule = { when: 'atOnce' } }: Followed,
  typeId: number | null,
  ownId: number | null,
): Promise<{ valueKind: TagValueKind | null; columns: Record<string, unknown> }> {
  const dailyHour = schedule.when === 'daily' ? schedule.hour : null
  if (kind === 'rule') {
    if (!rule) throw refused('tag.ruleMissing', { field: 'rule' })
    const reads = await checkTagRule(ctx, rule, typeId, ownId)
    if (ownId !== null) await mustFit(ctx, `tag:${ownId}`, reads)
    return { valueKind: 'plain', columns: { rule: Rule.encode(rule), readsFrom: reads, dailyHour } }
  }
  if (kind === 'computed') {
    if (!computation) throw refused('tag.computationMissing', { field: 'computation' })
    const { reads, valueKind } = await checkComputation(ctx, computation, typeId)
    if (ownId !== null) await mustFit(ctx, `tag:${ownId}`, reads)
    return { valueKind, columns: { computation, readsFrom: reads, dailyHour } }
  }
  return { valueKind: null, columns: {} }
}

/** A computed tag keeps its kind of value: rules that ask of it compare numbers, or texts. */
async function follow(ctx: Ctx, before: TagRow, changes: Followed): Promise<void> {
  const tag = tagFacts(before)
  const { valueKind, columns } = await followedBy(
    ctx,
    tag.kind,
    {
      rule: changes.rule ?? ruleOfTag(before) ?? undefined,
      computation: changes.computation ?? (before.computation ? JSON.parse(before.computation) : undefined),
      schedule: changes.schedule ?? tag.schedule ?? undefined,
    },
    tag.typeId,
    tag.id,
  )
  if (valueKind !== tag.valueKind) throw refused('tag.wrongValue', { field: 'computation' })
  const { rule = null, computation = null, readsFrom, dailyHour } = columns
  const text = (value: unknown) => (value === null ? null : JSON.stringify(value))
  await run(
    sql`UPDATE tags SET rule = ${text(rule)}, computation = ${text(computation)}, reads_from = ${text(readsFrom)}, daily_hour = ${dailyHour}, cuts = NULL WHERE id = ${tag.id}`,
  )
  await startRefresh(ctx, tag.id)
}

async function startRefresh(ctx: Ctx, tagId: number): Promise<void> {
  await run(sql`UPDATE tags SET status = 'building' WHERE id = ${tagId}`)
  await enqueue(ctx, refreshTask, { tagId, of: 'everybody' })
}

/** A value that somebody has is not taken from the list. */
async function mustKeepChoices(tag: TagFacts, choices: readonly string[]): Promise<void> {
  if (tag.valueKind !== 'choice') return
  if (choices.length === 0) throw refused('tag.choicesMissing', { field: 'choices' })
  const gone = tag.choices.filter(choice => !choices.includes(choice))
  if (gone.length === 0) return
  const held = await row<{ value: string }>(
    sql`SELECT value FROM person_tags WHERE tag_id = ${tag.id} AND value IN (${gone}) LIMIT 1`,
  )
  if (held) throw refused('tag.choiceInUse', { field: 'choices', value: held.value })
}

/** A tag that the caller may change. Throws thing.notFound, access.outOfScope. */
export async function ownTagOfId(ctx: Ctx, tagId: number): Promise<TagFacts> {
  return tagFacts(await mustOwn(ctx, tagId))
}

/** A brand's people may use the group's tags, not change them. */
async function mustOwn(ctx: Ctx, tagId: number): Promise<TagRow> {
  const tag = await tagRowOfId(ctx, tagId)
  if (Number(tag.brand_id) === 0 && ctx.brandIds !== 'all') throw refused('access.outOfScope')
  return tag
}

/** How many have each tag whom the caller may see. */
export async function withCounts<T extends TagFacts>(ctx: Ctx, list: readonly T[]): Promise<(T & { peopleCount: number })[]> {
  if (list.length === 0) return []
  // The people of a brand's own tag are the brand's: nothing more to look up for each of them.
  const isPlain = list.every(tag => tag.brandId !== null && tag.typeId === null)
  const seen = isPlain ? inStores(ctx, sql`person_tags.person_id`) : holdersSeen(ctx, sql`person_tags.person_id`)
  const counted = await rows<{ tag_id: number; n: number }>(
    sql`SELECT person_tags.tag_id, COUNT(*) AS n FROM person_tags JOIN tags ON tags.id = person_tags.tag_id WHERE person_tags.tag_id IN (${list.map(tag => tag.id)}) AND ${seen} GROUP BY person_tags.tag_id`,
  )
  const byTag = new Map(counted.map(one => [Number(one.tag_id), Number(one.n)]))
  return list.map(tag => ({ ...tag, peopleCount: byTag.get(tag.id) ?? 0 }))
}

function asTaken(error: unknown): never {
  throw isDuplicate(error) ? refused('tag.nameTaken', { field: 'name' }) : error
}
