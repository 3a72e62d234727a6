import type { InputOf, TrackProperties, tracking } from '@banyan/shared'
import { brandScope, type Ctx, clickhouse, type Reader, readIn } from '../core/index.ts'
import { homesOf, mustSeePerson } from '../identity/index.ts'
import { type PlannedFacts, trackPlan, trackWord } from './plan.ts'

type Found = { name: string; at: number; numbers: Record<string, number>; texts: Record<string, string>; brand_id: number }

/** What a person did in the caller's brands, newest first; what he did before a merge, under any of his homes, included. */
export async function trackTimeline(ctx: Ctx, { personId, before, limit, names }: InputOf<(typeof tracking)['tracks.timeline']>) {
  const person = await mustSeePerson(ctx, personId)
  const plan = await trackPlan()
  const shown = (names ?? [...plan].filter(([, planned]) => planned.isOnTimeline).map(([name]) => name)).filter(name =>
    plan.has(name),
  )
  const brands = brandScope(ctx)
  const found = await clickhouse.query<Found>(
    `SELECT name, toUnixTimestamp64Milli(occurred_at) AS at, numbers, texts, brand_id FROM tracks
      WHERE person_id IN {homes:Array(UInt32)} AND name IN {names:Array(String)} AND occurred_at < {before:DateTime64(3)}
        ${brands ? 'AND brand_id IN {brands:Array(UInt32)}' : ''}
      ORDER BY occurred_at DESC, name, message_key LIMIT {limit:UInt32}`,
    {
      homes: await homesOf(person),
      names: shown,
      before: before ?? new Date('2200-01-01'),
      limit: limit + 1,
      ...(brands ? { brands } : {}),
    },
  )
  const items = found.slice(0, limit).map(track => {
    const planned = plan.get(track.name)
    const properties: TrackProperties = { ...track.numbers, ...track.texts }
    return {
      name: track.name,
      title: trackWord(ctx, track.name, planned?.zh),
      occurredAt: new Date(track.at),
      properties,
      summary: summaryOf(ctx, track.name, properties, planned),
      brandId: track.brand_id === 0 ? null : track.brand_id,
    }
  })
  return { items, nextBefore: found.length > limit ? (items.at(-1)?.occurredAt ?? null) : null }
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
      return `${word} ${typeof value === 'string' ? readIn(reader, value) : value}`
    })
    .filter(Boolean)
    .join(' · ')
}
