import type { ConsentAnswer, ConsentChannel, ConsentPurpose, ConsentState, consent, InputOf } from '@banyan/shared'
import {
  brandOf,
  brandScope,
  bulkInsert,
  type Ctx,
  type Cursor,
  mustSeeBrand,
  personOf,
  publishMany,
  refused,
  rows,
  sql,
} from '../core/index.ts'
import { canonicalId, groupBy, mustSeePerson } from '../identity/index.ts'
import { consentChanged } from './events.ts'
import { type Answer, answerFor, type Entry, latest } from './rules.ts'
import { currentVersions, knownVersions } from './texts.ts'

export type GivenAnswer = {
  purpose: ConsentPurpose
  channel?: ConsentChannel
  isGranted: boolean
  textVersion?: string | undefined
}
export type Given = {
  personId: number
  brandId: number
  answers: readonly GivenAnswer[]
  source: string
  at?: Date
  note?: string | null
}

/**
 * Writes down what a person answered. An answer that says what already holds for the same version is not repeated, so a retried join adds
 * nothing. Throws consent.unknownText for a version that was never published.
 */
export async function giveConsents(ctx: Ctx, given: Given): Promise<void> {
  await giveManyConsents(ctx, [given])
}

export async function giveManyConsents(ctx: Ctx, list: readonly Given[]): Promise<void> {
  const brandIds = [...new Set(list.map(one => one.brandId))]
  const known = await knownVersions(brandIds)
  const current = await currentVersions(brandIds)
  const stored = groupBy(await entriesOf(list.map(one => one.personId)), entry => slotOf(entry))
  const fresh = list.flatMap(one =>
    one.answers.flatMap(answer => {
      const versions = known.get(`${one.brandId}|${answer.purpose}`)
      const textVersion = answer.textVersion ?? current.get(`${one.brandId}|${answer.purpose}`) ?? ''
      if (answer.textVersion !== undefined && versions && !versions.has(answer.textVersion))
        throw refused('consent.unknownText', { field: 'textVersion', purpose: answer.purpose })
      const channel = answer.channel ?? 'any'
      const at = one.at ?? ctx.now
      const last = latest(
        stored.get(slotOf({ personId: one.personId, brandId: one.brandId, purpose: answer.purpose, channel })) ?? [],
      )
      if (last && last.isGranted === answer.isGranted && last.textVersion === textVersion) return []
      return [
        {
          personId: one.personId,
          brandId: one.brandId,
          purpose: answer.purpose,
          channel,
          isGranted: answer.isGranted,
          textVersion,
          source: one.source,
          actorName: ctx.actor.name.slice(0, 80),
          note: one.note ?? null,
          at,
        },
      ]
    }),
  )
  await bulkInsert('consents', fresh)
  await publishMany(
    ctx,
    consentChanged,
    fresh.map(({ personId, brandId, purpose, channel, isGranted }) => ({
      payload: { personId, brandId, purpose, channel, isGranted },
      brandId,
      subject: `person:${personId}`,
    })),
  )
}

type Stored = Entry & {
  personId: number
  brandId: number
  purpose: ConsentPurpose
  channel: ConsentChannel
  textVersion: string
  source: string
  actorName: string
}
type Row = {
  id: number
  person_id: number
  brand_id: number
  purpose: ConsentPurpose
  channel: ConsentChannel
  is_granted: number
  text_version: string
  source: string
  actor_name: string
  at: Date
}

export async function entriesOf(
  personIds: readonly number[],
  only: { brandId?: number; purpose?: ConsentPurpose } = {},
): Promise<Stored[]> {
  if (personIds.length === 0) return []
  const where = sql.and([
    sql`person_id IN (${[...new Set(personIds)]})`,
    ...(only.brandId === undefined ? [] : [sql`brand_id = ${only.brandId}`]),
    ...(only.purpose === undefined ? [] : [sql`purpose = ${only.purpose}`]),
  ])
  const found = await rows<Row>(
    sql`SELECT id, person_id, brand_id, purpose, channel, is_granted, text_version, source, actor_name, at FROM consents WHERE ${where} ORDER BY id`,
  )
  return found.map(row => ({
    id: Number(row.id),
    personId: Number(row.person_id),
    brandId: Number(row.brand_id),
    purpose: row.purpose,
    channel: row.channel,
    isGranted: Boolean(row.is_granted),
    textVersion: row.text_version,
    source: row.source,
    actorName: row.actor_name,
    at: new Date(row.at),
  }))
}

export function slotOf(one: { personId: number; brandId: number; purpose: string; channel: string }): string {
  return `${one.personId}|${one.brandId}|${one.purpose}|${one.channel}`
}

/** What each of these people says to a purpose on a channel: one statement, for the gate of every send. */
export async function consentOf(
  personIds: readonly number[],
  brandId: number,
  purpose: ConsentPurpose,
  channel: ConsentChannel,
): Promise<Map<number, Answer>> {
  const byPerson = groupBy(await entriesOf(personIds, { brandId, purpose }), entry => entry.personId)
  return new Map(personIds.map(id => [id, answerFor(byPerson.get(id) ?? [], channel)]))
}

/** Those who agreed to marketing on this channel. */
export async function mayMarketTo(personIds: readonly number[], brandId: number, channel: ConsentChannel): Promise<Set<number>> {
  const answers = await consentOf(personIds, brandId, 'marketing', channel)
  return new Set([...answers].filter(([, answer]) => answer === 'granted').map(([id]) => id))
}

/** What holds now, one line per brand, purpose and channel. */
export async function statesOf(personId: number, brandIds: number[] | null): Promise<ConsentState[]> {
  const entries = (await entriesOf([personId])).filter(entry => brandIds === null || brandIds.includes(entry.brandId))
  return [...groupBy(entries, slotOf).values()].flatMap(list => {
    const last = latest(list)
    return last ? [stateOf(last)] : []
  })
}

function stateOf(entry: Stored): ConsentState {
  const { brandId, purpose, channel, isGranted, textVersion, source, at } = entry
  return { brandId, purpose, channel, isGranted, textVersion, source, at }
}

export async function mine(ctx: Ctx) {
  return { items: await statesOf(await canonicalId(personOf(ctx)), [brandOf(ctx)]) }
}

export async function give(ctx: Ctx, input: InputOf<(typeof consent)['consent.give']>) {
  const personId = await canonicalId(personOf(ctx))
  await giveConsents(ctx, { personId, brandId: brandOf(ctx), answers: [{ ...input, isGranted: true }], source: 'miniProgram' })
  return mine(ctx)
}

/** Holds at once: every send asks again. */
export async function withdraw(ctx: Ctx, input: InputOf<(typeof consent)['consent.withdraw']>) {
  const personId = await canonicalId(personOf(ctx))
  await giveConsents(ctx, { personId, brandId: brandOf(ctx), answers: [{ ...input, isGranted: false }], source: 'miniProgram' })
  return mine(ctx)
}

/** The answers a person gave, newest first, from behind one of them on. */
export async function consentHistoryOf(
  personId: number,
  brandIds: number[] | null,
  { before, below, limit }: Cursor & { limit: number },
) {
  return (await entriesOf([personId]))
    .filter(entry => brandIds === null || brandIds.includes(entry.brandId))
    .filter(({ at, id }) => at < before || (+at === +before && Boolean(below) && id < Number(below)))
    .sort((a, b) => b.at.getTime() - a.at.getTime() || b.id - a.id)
    .slice(0, limit)
}

export async function ofPerson(ctx: Ctx, { personId }: { personId: number }) {
  const id = await mustSeePerson(ctx, personId)
  const scope = brandScope(ctx)
  const entries = (await entriesOf([id])).filter(entry => scope === null || scope.includes(entry.brandId))
  return {
    items: await statesOf(id, scope),
    history: entries
      .reverse()
      .slice(0, 200)
      .map(entry => ({ ...stateOf(entry), id: entry.id, actorName: entry.actorName })),
  }
}

export async function record(
  ctx: Ctx,
  input: { personId: number; brandId?: number | undefined; answers: ConsentAnswer[]; note?: string | undefined },
) {
  const personId = await mustSeePerson(ctx, input.personId)
  const brandId = input.brandId ?? brandOf(ctx)
  mustSeeBrand(ctx, brandId)
  await giveConsents(ctx, { personId, brandId, answers: input.answers, source: ctx.actor.type, note: input.note ?? null })
  return { items: await statesOf(personId, brandScope(ctx)) }
}
