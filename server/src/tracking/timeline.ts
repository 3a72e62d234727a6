import type { InputOf, TrackProperties, tracking } from '@banyan/shared'
import { brandScope, type Ctx, clickhouse, notFound, type Reader, readIn, refused } from '../core/index.ts'
import { homesOf, mustSeePerson } from '../identity/index.ts'
import { allBrands } from '../platform/index.ts'
import { visibleSubjectsById } from '../subjects/index.ts'
import { type PlannedFacts, trackPlan, trackWord } from './plan.ts'

type Found = {
  id: string
  name: string
  at: number
  numbers: Record<string, number>
  texts: Record<string, string>
  brand_id: number
}

/**
 * What a person or a thing did in the caller's brands, newest first; what he did before a merge, under any of his homes, included. Brands and names are
 * always named: with them the table's own order leads to the few places where his tracks stand, however many others there are.
 */
export async function trackTimeline(
  ctx: Ctx,
  { personId, subjectId, before, beforeId, limit, names }: InputOf<(typeof tracking)['tracks.timeline']>,
  isWanted: (name: string) => boolean = () => true,
) {
  const homes = await homesAsked(ctx, personId, subjectId)
  const plan = await trackPlan()
  const shown = (names ?? [...plan].filter(([, planned]) => planned.isOnTimeline).map(([name]) => name)).filter(
    name => plan.has(name) && isWanted(name),
  )
  const brands = brandScope(ctx) ?? [0, ...(await allBrands()).map(brand => brand.id)]
  const found = await clickhouse.query<Found>(
    `SELECT message_key AS id, name, toUnixTimestamp64Milli(occurred_at) AS at, numbers, texts, brand_id FROM tracks
      WHERE brand_id IN {brands:Array(UInt32)} AND person_id IN {homes:Array(UInt32)} AND name IN {names:Array(String)} AND (occurred_at < {before:DateTime64(3)}${beforeId === undefined ? '' : ' OR (occurred_at = {before:DateTime64(3)} AND message_key < {beforeId:String})'})
      ORDER BY occurred_at DESC, message_key DESC LIMIT {limit:UInt32}`,
    {
      homes,
      names: shown,
      before: before ?? new Date('2200-01-01'),
      limit: limit + 1,
      ...(beforeId === undefined ? {} : { beforeId }),
      brands,
    },
  )
  const items = found.slice(0, limit).map(track => {
    const planned = plan.get(track.name)
    const properties: TrackProperties = { ...track.numbers, ...saidIn(ctx, track.texts) }
    return {
      id: track.id,
      name: track.name,
      title: trackWord(ctx, track.name, planned?.zh),
      occurredAt: new Date(track.at),
      properties,
      summary: summaryOf(ctx, track.name, properties, planned),
      brandId: track.brand_id === 0 ? null : track.brand_id,
    }
  })
  const last = found.length > limit ? items.at(-1) : undefined
  return { items, nextBefore: last?.occurredAt ?? null, nextBeforeId: last?.id ?? null }
}

/** Throws thing.notFound for what the caller may not see. */
async function homesAsked(ctx: Ctx, personId: number | undefined, subjectId: number | undefined): Promise<number[]> {
  if ((personId === undefined) === (subjectId === undefined))
    throw refused('input.invalid', { field: 'personId', reason: 'one of personId, subjectId' })
  if (personId !== undefined) return homesOf(await mustSeePerson(ctx, personId))
  const [subject] = await visibleSubjectsById(ctx, [subjectId as number])
  if (!subject) throw notFound('subject', subjectId)
  return [Number(subject.id)]
}

/** Our own tracks keep sentences too: why points moved. */
function saidIn(reader: Reader, texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, readIn(reader, text)]))
}

/** Ids are for machines; the names and amounts beside them are for people. */
function summaryOf(reader: Reader, name: string, properties: TrackProperties, planned: PlannedFacts | undefined): string {
  return (planned?.properties ?? [])
    .filter(({ key }) => (properties[key] ?? '') !== '' && !/Id$/.test(key))
    .slice(0, 4)
    .map(({ key, zh, kind }) => {
      const [value, word] = [properties[key], trackWord(reader, name, zh, key)]
      if (/Fen$/.test(key) && typeof value === 'number')
        return `${word.replace(/（分）| \(fen\)/, '')} ¥${(value / 100).toFixed(2)}`
      if (kind === 'flag') return value === 'true' ? word : ''
      return `${word} ${value}`
    })
    .filter(Boolean)
    .join(' · ')
}
