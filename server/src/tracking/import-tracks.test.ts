import { expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { clickhouse } from '../core/index.ts'

const product = useProduct()

test('a file of tracks: what fits is stored once, the rest says why, and the mended file goes in again', async () => {
  const brand = await make.brand()
  const owner = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  await owner.call('trackPlan.update', {
    name: 'showroom_visit',
    zh: '到店看车',
    properties: [
      { key: 'minutes', zh: '停留分钟', kind: 'number', isRequired: true },
      { key: 'isFirstVisit', zh: '首次', kind: 'flag' },
    ],
  })
  const day = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10)
  const good = [`到店看车,${day} 10:00:00,13800001111,30,是`, `showroom_visit,${day}T11:00:00Z,13800002222,12.5,no`]
  const bad = [
    `nothing_known,${day} 10:00,13800001111,1,是`,
    `showroom_visit,sometime,13800001111,1,是`,
    `showroom_visit,2019-01-01,13800001111,1,是`,
    `showroom_visit,${day} 10:00,13800001111,long,是`,
    `showroom_visit,${day} 10:00,13800001111,,是`,
    `showroom_visit,${day} 10:00,,5,是`,
  ]
  const take = async (rows: string[]) => {
    const response = await fetch(`${product.url}/api/imports.upload?kind=tracks&fileName=visits.csv`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${product.owner.token}`,
        'X-Brand-Id': String(brand.id),
        'Content-Type': 'application/octet-stream',
      },
      body: ['event,time,mobile,minutes,isFirstVisit', ...rows].join('\n'),
    })
    const { importId } = ((await response.json()) as { data: { importId: number } }).data
    const { suggestedMapping, missingFields } = await owner.call('imports.preview', { importId })
    expect(missingFields).toEqual([])
    expect(suggestedMapping).toMatchObject({ name: 'event', phone: 'mobile', 'property.minutes': 'minutes' })
    await owner.call('imports.start', { importId, mapping: suggestedMapping, options: {} })
    await product.settle()
    const done = await owner.call('imports.get', { importId })
    const { items } = await owner.call('imports.rejects', { importId })
    return { done, items }
  }
  const first = await take([...good, ...bad])
  expect(first.done).toMatchObject({ status: 'finished', acceptedRows: 2, rejectedRows: 6 })
  expect(first.items.map(one => [one.line, one.code])).toEqual([
    [4, 'track.unknownName'],
    [5, 'track.badTime'],
    [6, 'track.tooOld'],
    [7, 'track.wrongType'],
    [8, 'track.missingProperty'],
    [9, 'track.noPerson'],
  ])
  const again = await take([...good, `showroom_visit,${day} 12:00,13800001111,5,否`])
  expect(again.done).toMatchObject({ acceptedRows: 3, rejectedRows: 0 })
  const stored = await clickhouse.query<{ at: string; numbers: Record<string, number>; texts: Record<string, string> }>(
    "SELECT formatDateTime(occurred_at, '%H:%i') AS at, numbers, texts FROM tracks WHERE brand_id = {brandId:UInt32} AND name = 'showroom_visit' ORDER BY occurred_at",
    { brandId: brand.id },
  )
  // A clock without a zone is China's.
  expect(stored.map(one => [one.at, one.numbers['minutes'], one.texts['isFirstVisit']])).toEqual([
    ['02:00', 30, 'true'],
    ['04:00', 5, 'false'],
    ['11:00', 12.5, 'false'],
  ])
})
