import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import {
  addSeconds,
  type Ctx,
  now,
  phrase,
  Refusal,
  RetryLater,
  row,
  rows,
  run,
  sql,
  systemCtx,
  task,
  transaction,
} from '../core/index.ts'
import {
  type Computed,
  measurePeople,
  movedPeople,
  nextChangesOfRules,
  type QuintileCuts,
  quintileCuts,
  type Scope,
  selectAmong,
  selectPeople,
} from '../selection/index.ts'
import { nextHour } from './next-hour.ts'
import { type Because, putOn, takeOff, type Wanted } from './put-tag.ts'
import { computationOfTag, ruleOfTag, type TagFacts, type TagRow, tagFacts } from './tag.ts'
import { checkComputation, checkTagRule, reasonOf, scopeOfTag } from './tag-rule.ts'

const ruleChanged = phrase('不再符合规则', 'No longer what the rule asks for')
const computedAnew = phrase('按计算得出', 'Computed')
const nothingToCompute = phrase('没有可计算的数据', 'Nothing to compute it from')

/** Everybody, whoever time alone may have moved since everybody was last asked about, or these. */
export type RefreshOf = 'everybody' | 'moved' | readonly number[]

const LEASE_SECONDS = 900
const WAIT_MS = 20_000
const PEOPLE_AT_ONCE = 5_000

export const refreshTask = task(
  'tags.refresh',
  z.object({ tagId: z.int(), of: z.enum(['everybody', 'moved']).default('everybody') }),
  (_ctx, { tagId, of }) => refreshTag(tagId, of),
  { lane: 'bulk' },
)

/** Brings a rule tag or a computed tag up to date; safe to repeat, and to be cut off: what is left is found by the next one. */
export async function refreshTag(tagId: number, of: RefreshOf): Promise<void> {
  const until = await leased(tagId)
  if (!until) return
  try {
    const tag = await row<TagRow>(sql`SELECT * FROM tags WHERE id = ${tagId} AND removed_key = 0 AND kind <> 'manual'`)
    if (tag) await refresh(tag, of)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await run(sql`UPDATE tags SET status = 'failed', failure = ${error.code}, due_at = NULL WHERE id = ${tagId}`)
  } finally {
    await run(sql`UPDATE tags SET leased_until = NULL WHERE id = ${tagId} AND leased_until = ${until}`)
  }
}

async function refresh(row: TagRow, of: RefreshOf): Promise<void> {
  const tag = tagFacts(row)
  const ctx = systemCtx({ brandId: tag.brandId, name: 'tags' })
  const around = await scopeOfTag(ctx, tag.typeId)
  const work = row.kind === 'rule' ? await byRule(ctx, row, around) : await byComputation(ctx, row, around, of === 'everybody')
  const people = of === 'moved' ? await work.moved() : of === 'everybody' ? null : of
  if (!people) await applyPages(ctx, tag, work.everybody(), work)
  else
    for (let from = 0; from < people.length; from += PEOPLE_AT_ONCE) {
      const some = people.slice(from, from + PEOPLE_AT_ONCE)
      await apply(ctx, tag, await work.among(some), work, sql`person_id IN (${[...some]})`)
    }
  const isWhole = of === 'everybody' || of === 'moved'
  const next = await work.next(isWhole)
  await run(
    sql`UPDATE tags SET status = 'ready', failure = NULL, refreshed_at = ${ctx.now}, evaluated_at = ${isWhole ? ctx.now : row.evaluated_at}, due_at = ${next} WHERE id = ${tag.id}`,
  )
}

/** How a tag is worked out: for everybody in pages by ascending id, for some, and when to look again. */
type Work = {
  everybody(): AsyncGenerator<Wanted[]>
  among(ids: readonly number[]): Promise<Wanted[]>
  moved(): Promise<number[] | null>
  next(isWhole: boolean): Promise<Date | null>
  on: Because
  off: Because
}

async function byRule(ctx: Ctx, row: TagRow, scope: Scope): Promise<Work> {
  const rule = ruleOfTag(row)
  if (!rule) throw new Refusal('tag.ruleMissing')
  await checkTagRule(ctx, rule, Number(row.type_id) || null, row.id)
  const wanted = (ids: readonly number[]) => ids.map((personId): Wanted => ({ personId, value: null }))
  return {
    async *everybody() {
      for await (const ids of selectPeople(rule, scope)) yield wanted(ids)
    },
    among: async ids => wanted(await selectAmong(rule, scope, ids)),
    moved: async () => (row.evaluated_at ? movedPeople([rule], scope, row.evaluated_at) : null),
    async next(isWhole) {
      if (row.daily_hour !== null) return nextHour(ctx.now, row.daily_hour)
      const [next] = await nextChangesOfRules([rule], scope)
      // After a part only: the others' next instant still stands.
      return !isWhole && row.due_at && (!next || row.due_at < next) ? row.due_at : (next ?? null)
    },
    on: { source: 'rule', reasonId: await reasonOf(ctx, row), isFirst: row.evaluated_at === null },
    off: { source: 'rule', why: ruleChanged() },
  }
}

async function byComputation(ctx: Ctx, row: TagRow, scope: Scope, isAnew: boolean): Promise<Work> {
  const computation = computationOfTag(row)
  if (!computation) throw new Refusal('tag.computationMissing')
  const { asText } = await checkComputation(ctx, computation, Number(row.type_id) || null)
  const cuts = computation.of === 'rfm' ? await cutsOf() : undefined
  const wanted = (found: readonly Computed[]) =>
    found.flatMap(({ personId, value }): Wanted[] => (value === '' ? [] : [{ personId, value: String(value).slice(0, 100) }]))

  /** Everybody moves the cuts; who changes in between is placed by the last ones. */
  async function cutsOf(): Promise<QuintileCuts> {
    if (!isAnew && row.cuts) return JSON.parse(row.cuts) as QuintileCuts
    const found = await quintileCuts(computation as NonNullable<typeof computation>, scope)
    await run(sql`UPDATE tags SET cuts = ${JSON.stringify(found)} WHERE id = ${row.id}`)
    return found
  }
  return {
    async *everybody() {
      for await (const page of measurePeople(computation, scope, { asText, cuts })) yield wanted(page)
    },
    async among(ids) {
      const found: Wanted[] = []
      for await (const page of measurePeople(computation, { ...scope, candidates: ids }, { asText, cuts }))
        found.push(...wanted(page))
      return found
    },
    moved: async () => null,
    next: async isWhole => (!isWhole && row.due_at && row.due_at > ctx.now ? row.due_at : nextHour(ctx.now, row.daily_hour ?? 0)),
    on: { source: 'computed', why: computedAnew(), isFirst: row.evaluated_at === null },
    off: { source: 'computed', why: nothingToCompute() },
  }
}

/** Whoever has the tag and is in none of the pages loses it; pages come by ascending id. */
async function applyPages(ctx: Ctx, tag: TagFacts, pages: AsyncGenerator<Wanted[]>, work: Work): Promise<void> {
  let after = 0
  for await (const page of pages) {
    const last = page.at(-1)?.personId ?? after
    await apply(ctx, tag, page, work, sql`person_id > ${after} AND person_id <= ${last}`)
    after = last
  }
  await apply(ctx, tag, [], work, sql`person_id > ${after}`)
}

/** Makes the tag so for everybody in `range`: what is written is only the difference. */
async function apply(
  ctx: Ctx,
  tag: TagFacts,
  wanted: readonly Wanted[],
  work: Work,
  range: ReturnType<typeof sql.raw>,
): Promise<void> {
  const held = await rows<{ person_id: number; value: string | null }>(
    sql`SELECT person_id, value FROM person_tags WHERE tag_id = ${tag.id} AND ${range} ORDER BY person_id`,
  )
  const before = new Map(held.map(one => [Number(one.person_id), one.value]))
  const stay = new Set(wanted.map(one => one.personId))
  const on = wanted.filter(({ personId, value }) => before.get(personId) !== value)
  const off = [...before.keys()].filter(id => !stay.has(id))
  for (let from = 0; from < on.length; from += PEOPLE_AT_ONCE)
    await transaction(() => putOn(ctx, tag, on.slice(from, from + PEOPLE_AT_ONCE), work.on))
  for (let from = 0; from < off.length; from += PEOPLE_AT_ONCE)
    await transaction(() => takeOff(ctx, tag, off.slice(from, from + PEOPLE_AT_ONCE), work.off))
}

/** One refresh of a tag at a time, over all processes. Throws RetryLater when one stays busy. */
async function leased(tagId: number): Promise<Date | null> {
  const giveUpAt = Date.now() + WAIT_MS
  for (;;) {
    const until = addSeconds(now(), LEASE_SECONDS)
    const taken = await run(
      sql`UPDATE tags SET leased_until = ${until} WHERE id = ${tagId} AND (leased_until IS NULL OR leased_until < ${now()})`,
    )
    if (taken > 0) return until
    if (!(await row(sql`SELECT id FROM tags WHERE id = ${tagId}`))) return null
    if (Date.now() > giveUpAt) throw new RetryLater(`tag ${tagId} is being worked out`, 5_000)
    await sleep(50)
  }
}
