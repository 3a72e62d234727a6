import { assert, type Ctx, rows, sql } from '../core/index.ts'
import { peopleOfStores } from '../identity/index.ts'
import { typeOfSegment } from '../segments/index.ts'
import { contactsOf, titlesOf } from '../subjects/index.ts'
import { audienceOf } from './audience.ts'
import type { Facts } from './render.ts'

/** Somebody whom a campaign is for; of a segment of things, with those it is about. */
export type Recipient = { personId: number; things: Thing[] }
export type Thing = { id: number; title: string }

const THINGS_AT_ONCE = 1_000
/** All of one person's things must be seen before he is written to: they are gathered first, at most so many. */
const THINGS_MAX = 1_000_000
const RECIPIENTS_AT_ONCE = 1_000
const TITLES_SHOWN = 3

/**
 * Whom a campaign reaches, in batches. A segment of things reaches their contacts (semantics 4.12): one person once, with all the things he is the
 * contact of.
 */
export async function* recipientsOf(ctx: Ctx, segmentId: number, storeIds: number[] | null): AsyncGenerator<Recipient[]> {
  if ((await typeOfSegment(ctx, segmentId)) === 0) {
    for await (const personIds of audienceOf(ctx, segmentId, storeIds))
      yield personIds.map(personId => ({ personId, things: [] }))
    return
  }
  const { recipients } = await contactsOfSegment(ctx, segmentId, storeIds)
  for (let from = 0; from < recipients.length; from += RECIPIENTS_AT_ONCE) yield recipients.slice(from, from + RECIPIENTS_AT_ONCE)
}

/** The people behind a segment of things, by id, and how many of the things have nobody whom a message could go to. */
export async function contactsOfSegment(
  ctx: Ctx,
  segmentId: number,
  storeIds: number[] | null,
): Promise<{ recipients: Recipient[]; thingCount: number; withoutContact: number }> {
  const found = new Map<number, Thing[]>()
  let [thingCount, withoutContact] = [0, 0]
  for await (const ids of audienceOf(ctx, segmentId)) {
    for (let from = 0; from < ids.length; from += THINGS_AT_ONCE) {
      const some = ids.slice(from, from + THINGS_AT_ONCE)
      thingCount += some.length
      assert(thingCount <= THINGS_MAX, `a campaign about more than ${THINGS_MAX} things`)
      withoutContact += await gather(ctx, some, found)
    }
  }
  const people = storeIds ? new Set(await peopleOfStores([...found.keys()], storeIds)) : null
  const recipients = [...found]
    .filter(([personId]) => people === null || people.has(personId))
    .sort(([a], [b]) => a - b)
    .map(([personId, things]) => ({ personId, things }))
  return { recipients, thingCount, withoutContact }
}

/** The contacts of things that entered a segment. */
export async function contactsOfThings(ctx: Ctx, thingIds: readonly number[]): Promise<Recipient[]> {
  const found = new Map<number, Thing[]>()
  await gather(ctx, thingIds, found)
  return [...found].sort(([a], [b]) => a - b).map(([personId, things]) => ({ personId, things }))
}

/** Adds the things to the people they lead to; answers how many lead to nobody. A phone of whom no person is known has no channel here. */
async function gather(ctx: Ctx, thingIds: readonly number[], into: Map<number, Thing[]>): Promise<number> {
  const titles = await titlesOf(thingIds)
  const reached = await contactsOf(ctx, thingIds)
  let alone = thingIds.length
  for (const { subjectId, contacts } of reached) {
    const people = contacts.flatMap(({ contact }) => ('personId' in contact ? [contact.personId] : []))
    if (people.length > 0) alone -= 1
    for (const personId of people)
      into.set(personId, [...(into.get(personId) ?? []), { id: subjectId, title: titles.get(subjectId) ?? '' }])
  }
  return alone
}

/** What a message may say of its things: `沪A10007、沪A10014 等 5 个`. */
export function thingFacts(things: readonly Thing[]): Facts {
  if (things.length === 0) return {}
  const shown = things
    .slice(0, TITLES_SHOWN)
    .map(thing => thing.title)
    .filter(Boolean)
    .join('、')
  const more = things.length > TITLES_SHOWN ? ` 等 ${things.length} 个` : ''
  return { things: { titles: `${shown}${more}`, count: things.length } }
}

/** One message that names them all, or one for each thing. The key's tail keeps a person's messages apart; of people's campaigns it is empty. */
export function partsOf({ things }: Recipient, perThing: boolean, isOnEnter: boolean): { things: Thing[]; tail: string }[] {
  if (things.length === 0) return [{ things: [], tail: '' }]
  const sorted = [...things].sort((a, b) => a.id - b.id)
  if (perThing) return sorted.map(thing => ({ things: [thing], tail: `:t${thing.id}` }))
  // Things that enter later are another message to the same person.
  return [{ things: sorted, tail: isOnEnter ? `:t${sorted[0]?.id}` : '' }]
}

/** How many messages of a campaign there are, for its audience. */
export async function countQueued(campaignId: number): Promise<number> {
  const [counted] = await rows<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM messages WHERE campaign_id = ${campaignId} AND is_test = 0`,
  )
  return Number(counted?.n ?? 0)
}
