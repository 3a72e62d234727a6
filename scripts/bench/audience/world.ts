import { clickhouse } from '../../../server/src/core/index.ts'

/**
 * A brand with so many people and three tracks each, over a year, written straight into the real tables: every fact and track is there as the workers would have stored
 * it, after it settled. One person in a thousand has been merged into another.
 */
export const BRAND = 1
export const CITIES = ['上海', '北京', '杭州', '广州', '深圳', '成都', '武汉', '南京']
/** Share of people with each tag. */
export const TAG_SHARES: Record<number, number> = { 1: 0.3, 2: 0.1, 3: 0.2, 4: 0.25, 5: 0.05 }
const DAY = 86_400_000
const FAST =
  'max_threads = 2, max_insert_threads = 2, max_insert_block_size = 2000000, min_insert_block_size_rows = 2000000, min_insert_block_size_bytes = 0'

type Fact = { name: string; brand: number; share: number; number?: string; text?: string }
const random = (salt: number) => `cityHash64(number, ${salt})`

function facts(): Fact[] {
  return [
    { name: 'inBrand', brand: BRAND, share: 1, number: '1' },
    {
      name: 'city',
      brand: 0,
      share: 0.9,
      text: `[${CITIES.map(city => `'${city}'`).join(', ')}][${random(11)} % ${CITIES.length} + 1]`,
    },
    { name: 'tierRank', brand: BRAND, share: 0.6, number: `1 + ${random(12)} % 5` },
    { name: 'points', brand: BRAND, share: 0.6, number: `intDiv(${random(13)} % 100000, 1 + ${random(14)} % 50)` },
    ...Object.entries(TAG_SHARES).map(([id, share]) => ({ name: `tag:${id}`, brand: BRAND, share, number: '1' })),
  ]
}

/** Tracks a person per year, by name. */
const TRACKS: { name: string; each: number; numbers: string; texts: string }[] = [
  { name: 'page_view', each: 1.5, numbers: 'map()', texts: `map('page', 'home')` },
  {
    name: 'order_paid',
    each: 0.9,
    numbers: `map('amountFen', 100 + ${random(22)} % 60000)`,
    texts: `map('channel', if(${random(23)} % 2 = 0, 'store', 'online'))`,
  },
  { name: 'coupon_claimed', each: 0.6, numbers: 'map()', texts: `map('batchId', toString(${random(24)} % 200))` },
]

/** Answers how many tracks there are. */
export async function makeWorld(people: number, now: Date, say: (what: string) => void): Promise<number> {
  const build = { lane: 'build' as const }
  await clickhouse.command('DETACH TABLE changed_by_tracks')
  for (const { name, brand, share, number = '0', text = "''" } of facts()) {
    await clickhouse.command(
      `INSERT INTO facts_settled SELECT ${brand}, '${name}', toUInt32(number + 1), 1, ${number}, ${text}, 1 FROM numbers(${people})
        WHERE ${random(name.length * 97 + name.charCodeAt(name.length - 1))} % 1000 < ${share * 1000} SETTINGS ${FAST}`,
      {},
      build,
    )
    say(`fact ${name}`)
  }
  await clickhouse.command('OPTIMIZE TABLE facts_settled FINAL SETTINGS optimize_skip_merged_partitions = 1', {}, build)
  await clickhouse.command(
    `INSERT INTO person_aliases SELECT toUInt32(number * 1000 + 7), toUInt32(number * 1000 + 3), 1 FROM numbers(${Math.floor(people / 1000)})`,
    {},
    build,
  )
  let tracks = 0
  for (const { name, each, numbers, texts } of TRACKS) {
    const perMonth = Math.floor((people * each) / 12)
    for (let month = 0; month < 12; month += 1) {
      const to = new Date(now.getTime() - month * 30 * DAY)
      const salt = 1000 + month * 10 + name.length
      // In the order of people, as parts are kept, so that nothing needs sorting.
      await clickhouse.command(
        `INSERT INTO tracks (brand_id, name, person_id, occurred_at, received_at, message_key, batch_id, numbers, texts)
          SELECT ${BRAND}, '${name}', toUInt32(1 + least(${people} - 1, intDiv(number * ${people}, ${perMonth}) + cityHash64(number, ${salt}) % 3)),
            toDateTime64({to:DateTime64(3)}, 3) - toIntervalMillisecond(cityHash64(number, ${salt + 1}) % ${30 * DAY}), now64(3), toString(number + ${tracks}), 1, ${numbers}, ${texts}
          FROM numbers(${perMonth}) SETTINGS ${FAST}`,
        { to },
        build,
      )
      tracks += perMonth
    }
    say(`track ${name}`)
  }
  await clickhouse.command('ATTACH TABLE changed_by_tracks')
  return tracks
}
