import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { demoIds } from '../src/app/demo.ts'
import { redis, row, sql } from '../src/core/index.ts'
import { useProduct } from './harness.ts'
import { make } from './make.ts'

/** The product as somebody meets it who wants it to fall: little to send, much to do. */
const product = useProduct()
const word = () => Math.random().toString(36).slice(2, 10)

test('a callback that nobody signed is refused as fast as it was written', async () => {
  await make.connections(product.simulator, { first: (await make.brand()).id })
  const timestamp = Math.floor(Date.now() / 1000)
  for (const body of [`{${'\\"'.repeat(120_000)}`, `{${'\\"'.repeat(120_000)}\\`, `{${'1'.repeat(240_000)}.`]) {
    const startedAt = Date.now()
    const answer = await fetch(
      `${product.url}/callbacks/wechat/${demoIds.miniPrograms.lieye}?timestamp=${timestamp}&nonce=n&msg_signature=x&signature=x`,
      { method: 'POST', body },
    )
    expect(answer.status).toBeLessThan(500)
    expect(Date.now() - startedAt).toBeLessThan(2_000)
  }
})

type Part = { name: string; content: Buffer; claimedBytes?: number; isSizeBehind?: boolean }

/** Packed once, however many files it goes into. */
const packedOf = new Map<Buffer, Buffer>()

/** A zip whose directory says of each part what one wants it to say. */
function zipOf(parts: readonly Part[]): Buffer {
  const [contents, entries]: [Buffer[], Buffer[]] = [[], []]
  let at = 0
  for (const { name, content, claimedBytes = content.length, isSizeBehind = false } of parts) {
    const packed = packedOf.get(content) ?? deflateRawSync(content, { level: 1 })
    packedOf.set(content, packed)
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    head.writeUInt16LE(isSizeBehind ? 8 : 0, 2)
    head.writeUInt16LE(8, 4)
    head.writeUInt16LE(name.length, 22)
    const local = Buffer.from(head)
    head.writeUInt32LE(packed.length, 14)
    head.writeUInt32LE(claimedBytes, 18)
    const behind = Buffer.alloc(16)
    behind.write('504b0708', 'hex')
    behind.writeUInt32LE(packed.length, 8)
    behind.writeUInt32LE(claimedBytes, 12)
    contents.push(
      Buffer.concat([
        Buffer.from('504b0304', 'hex'),
        isSizeBehind ? local : head,
        Buffer.from(name),
        packed,
        isSizeBehind ? behind : Buffer.alloc(0),
      ]),
    )
    const place = Buffer.alloc(14)
    place.writeUInt32LE(at, 10)
    entries.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), head, place, Buffer.from(name)]))
    at += contents.at(-1)?.length ?? 0
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.write('504b0506', 'hex')
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...contents, directory, end])
}

test('a workbook is measured, not believed', async () => {
  const ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
  const strings = (bytes: number) =>
    Buffer.concat([Buffer.from(`<sst ${ns}><si><t>`), Buffer.alloc(bytes, 97), Buffer.from('</t></si></sst>')])
  const sheet: Part = {
    name: 'xl/worksheets/sheet1.xml',
    content: Buffer.from(
      `<worksheet ${ns}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>orderNo</t></is></c></row></sheetData></worksheet>`,
    ),
  }
  const book: Part = {
    name: 'xl/workbook.xml',
    content: Buffer.from(
      `<workbook ${ns} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
  }
  const upload = async (parts: readonly Part[]) => {
    const answer = await fetch(`${product.url}/api/imports.upload?kind=orders&fileName=a.xlsx`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${product.owner.token}` },
      body: zipOf(parts) as BodyInit,
    })
    const { data, error } = (await answer.json()) as { data?: { importId: number }; error?: { code: string } }
    return error?.code ?? typeof data?.importId
  }
  const huge = { name: 'xl/sharedStrings.xml', content: strings(300_000_000), claimedBytes: 1_000 }
  expect(await upload([huge, book, sheet])).toBe('import.tooLarge')
  expect(await upload([{ ...huge, isSizeBehind: true }, book, sheet])).toBe('import.tooLarge')
  // what is packed badly allows for more in all, and not for more in memory
  expect(await upload([{ name: 'xl/media/a.png', content: randomBytes(3_000_000) }, huge, book, sheet])).toBe('import.tooLarge')
  expect(await upload([{ ...huge, content: strings(1_000) }, book, sheet])).toBe('number')
  expect(await upload([{ ...huge, content: strings(1_000), isSizeBehind: true }, book, sheet])).toBe('number')
}, 60_000)

test('a flood from one address uses up no more than its own share', async () => {
  const brand = await make.brand()
  const owner = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  const { key, clientKey } = await owner.call('clientKeys.create', { brandId: brand.id, name: '官网' })
  const send = async (tracks: object[], asKey = key) => {
    const answer = await fetch(`${product.url}/sdk/collect`, {
      method: 'POST',
      body: JSON.stringify({ key: asKey, deviceId: 'device-of-a-flood', tracks }),
    })
    return { status: answer.status, ...((await answer.json()) as { error?: { code: string } }) }
  }
  const track = (messageId: string, properties: object = {}) => ({
    name: 'nobody_planned_it',
    occurredAt: new Date().toISOString(),
    messageId,
    properties,
  })
  // what breaks the plan is kept whole, so its size is limited, and what is large counts as much
  const fat = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`p${at}`, 'x'.repeat(1_000)]))
  expect((await send([track('wide', Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`p${at}`, 1])))])).status).toBe(
    422,
  )
  expect((await send([track('fat', fat)])).status).toBe(200)
  let taken = 1
  while ((await send([track('fat', fat)])).status === 200) taken += 1
  expect(taken).toBeLessThan(65)
  for (let n = 0; n < 7; n += 1) await send(Array.from({ length: 1_000 }, () => track('a')))
  expect((await send([track('b', fat)], `ck_${'x'.repeat(32)}`)).error?.code).toBe('rate.limited')
  const others = await redis.take(`tracks:key:${clientKey.id}`, { limit: 600_000, windowMs: 60_000, cost: 594_000 })
  expect(others.isAllowed).toBe(true)
})

test('a consumer tells no more than a person does', async () => {
  const brand = await make.brand()
  const person = await make.signedInPerson(product, brand.id)
  const tracks = Array.from({ length: 1_000 }, (_, at) => ({
    name: 'page_view',
    occurredAt: new Date().toISOString(),
    messageId: `m${at}`,
    properties: { page: 'pages/home/index' },
  }))
  const codes = []
  for (let n = 0; n < 7; n += 1) codes.push(await person.codeOf('tracks.collect', { tracks }))
  expect(codes).toEqual([...Array.from({ length: 6 }, () => 'ok'), 'rate.limited'])
  const other = await make.signedInPerson(product, brand.id)
  expect(await other.codeOf('tracks.collect', { tracks: tracks.slice(0, 1) })).toBe('ok')
})

test('one person does not use up what a platform lets a brand ask', async () => {
  const brand = await make.brand()
  const person = await make.signedInPerson(product, brand.id)
  const batch = await make.couponBatch(product, brand.id, { priceFen: 990 })
  const codes = []
  for (let n = 0; n < 21; n += 1) codes.push(await person.codeOf('coupons.buy', { batchId: batch.id }))
  expect(codes).toEqual([...Array.from({ length: 20 }, () => 'ok'), 'rate.limited'])
  const choices = ['made-up-1', 'made-up-2'].map(templateId => ({ templateId, choice: 'accept' as const }))
  expect(await person.call('subscriptions.record', { place: 'home', choices })).toEqual({ accepted: 0 })
})

test('a code’s scans are not made up by the thousand from one address', async () => {
  const brand = await make.brand()
  await make.connections(product.simulator, { first: brand.id })
  const owner = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  const code = await owner.call('livecodes.create', { kind: 'miniProgram', name: '码', staffIds: [] } as never)
  const visit = (n: number) => fetch(`${product.url}/q/${code.scene}`, { headers: { 'User-Agent': `browser ${n}` } })
  for (let n = 0; n < 650; n += 50) await Promise.all(Array.from({ length: 50 }, (_, at) => visit(n + at)))
  const counted = await row<{ scans: number }>(sql`SELECT SUM(scans) AS scans FROM live_code_daily WHERE code_id = ${code.id}`)
  expect(Number(counted?.scans)).toBe(600)
}, 60_000)

test('segments of segments do not multiply, and empty groups are counted', async () => {
  const brand = await make.brand()
  const operator = await make.signedInOperator(product, { permissions: ['segments.*'], brandIds: [brand.id] })
  const segment = async (rules: object[]) => {
    const made = await operator.call('segments.create', { kind: 'dynamic', name: word(), rule: { kind: 'any', rules } } as never)
    return made.id
  }
  const startedAt = Date.now()
  let last = await segment([])
  const codes = []
  for (let level = 0; level < 5; level += 1) {
    const rules = Array.from({ length: 100 }, () => ({ kind: 'segment', segmentId: last, isIn: true }))
    codes.push(
      await segment(rules).then(
        id => (last = id) && 'ok',
        error => error.code,
      ),
    )
  }
  expect(codes).toContain('selection.tooLarge')
  expect(Date.now() - startedAt).toBeLessThan(5_000)
  const empty = { kind: 'all', rules: [] as object[] }
  const wide = { kind: 'all', rules: Array.from({ length: 100 }, () => ({ kind: 'any', rules: [empty, empty, empty, empty] })) }
  expect(await operator.codeOf('segments.count', { rule: wide } as never)).toBe('input.invalid')
})
