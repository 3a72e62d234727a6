import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import ExcelJS from 'exceljs'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { advanceClock, now, row, rows, run, setClock, sql, systemCtx, transaction, withoutTransaction } from '../core/index.ts'
import { resolve } from '../identity/index.ts'
import { jobs } from '../platform/index.ts'
import { putFacts, putStoreFacts } from '../selection/index.ts'

/** Members on their way out: what the file holds, for whom, how long, and what the audit says of it. */
const product = useProduct()
let brandId = 0
let owner: Client
let segmentId = 0
const people: number[] = []
const phones: string[] = []
const NAMES = ['=HYPERLINK("http://x")', '王"小"明, 先生', '普通人']

beforeAll(async () => {
  brandId = (await make.brand()).id
  owner = product.owner.with({ 'X-Brand-Id': String(brandId) })
  for (const [at, name] of NAMES.entries()) {
    phones.push(`139${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}${at}`)
    const { personId } = await transaction(() =>
      resolve(systemCtx({ brandId }), {
        identifiers: [
          { type: 'phone', scope: '', value: phones[at]! },
          { type: 'openid', scope: 'wx-export', value: `o-export-${phones[at]}` },
        ],
        brandId,
        profile: { name },
        source: 'test',
      }),
    )
    people.push(personId as number)
  }
  await transaction(() =>
    putFacts(
      systemCtx({ brandId }),
      brandId,
      people.map((personId, at) => ({ personId, facts: { paidFen: (at + 1) * 1234, isFriend: at === 0 } })),
    ),
  )
  await product.settle()
  segmentId = (await owner.call('segments.create', { kind: 'dynamic', name: '要导出的', rule: { kind: 'all', rules: [] } })).id
  await product.settle()
})
afterEach(() => setClock(null))

const removeOldFiles = () => jobs.find(one => one.name === 'platform.removeOldExports')!.handle(systemCtx())
const signedIn = async (of: Parameters<typeof make.signedInOperator>[1]) =>
  (await make.signedInOperator(product, of)).with({ 'X-Brand-Id': String(brandId) })
const mine = { permissions: ['segments.*', 'exports.*', 'work.list'] }
const operator = () => signedIn({ permissions: mine.permissions, brandIds: [brandId] })

async function exported(client: Client, input: Record<string, unknown> = {}) {
  const started = await client.call('segments.export', { segmentId, ...input } as never)
  await product.settle()
  return client.call('exports.get', { exportId: started.id })
}
async function download(client: Client, exportId: number) {
  const { url } = await client.call('exports.link', { exportId })
  return fetch(url)
}
const textOf = async (client: Client, exportId: number) =>
  Buffer.from(await (await download(client, exportId)).arrayBuffer()).toString('utf8')
const pathOf = async (exportId: number) =>
  (await row<{ file_path: string }>(sql`SELECT file_path FROM exports WHERE id = ${exportId}`))!.file_path

describe('a segment as a file', () => {
  test('a CSV that Excel reads: masked, formulas made harmless, the columns asked for in their order', async () => {
    const client = await operator()
    const columns = ['personId', 'phone', 'name', 'openid', 'field.paidFen', 'field.isFriend']
    const done = await exported(client, { columns })
    expect(done).toMatchObject({
      status: 'finished',
      writtenRows: 3,
      totalRows: 3,
      progress: 1,
      isRevealed: false,
      format: 'csv',
    })
    const text = await textOf(client, done.id)
    const masked = (phone: string) => `${phone.slice(0, 3)}****${phone.slice(-4)}`
    const lines = text.split('\r\n')
    expect(lines[0]).toBe('\uFEFF客户 ID,手机号,姓名,OpenID,累计实付（元）,是企微好友')
    expect(lines[1]).toMatch(new RegExp(`^${people[0]},${masked(phones[0]!).replaceAll('*', '\\*')},"\t=HYPERLINK`))
    expect(lines[1]).toMatch(/12\.34,是$/)
    expect(lines[2]).toContain('"王""小""明, 先生"')
    for (const phone of phones) expect(text).not.toContain(phone)
    expect(text).not.toContain('o-export-')
    expect(lines).toHaveLength(5)
  })

  test('in full only for a role that may reveal; the right is asked again when it is downloaded', async () => {
    const plain = await operator()
    expect(await plain.codeOf('segments.export', { segmentId, isRevealed: true })).toBe('export.mayNotReveal')
    const full = await exported(owner, { columns: ['phone', 'openid'], isRevealed: true })
    const text = await textOf(owner, full.id)
    for (const phone of phones) expect(text).toContain(phone)
    // Somebody else has no way to it, whatever he may see.
    expect(await plain.codeOf('exports.get', { exportId: full.id })).toBe('thing.notFound')
    expect(await plain.codeOf('exports.link', { exportId: full.id })).toBe('thing.notFound')
    expect((await plain.call('exports.list', {})).items.map(one => one.id)).not.toContain(full.id)
    const { url } = await owner.call('exports.link', { exportId: full.id })
    expect((await fetch(`${url}x`)).status).toBe(403)
    expect((await fetch(url.replace(/id=\d+/, 'id=1'))).status).toBe(403)
    advanceClock(11 * 60_000)
    expect((await fetch(url)).status).toBe(403)
  })

  test('a workbook holds numbers as numbers and texts as texts', async () => {
    const done = await exported(owner, { format: 'xlsx', columns: ['name', 'field.paidFen', 'enteredAt'] })
    const book = new ExcelJS.Workbook()
    await book.xlsx.load((await (await download(owner, done.id)).arrayBuffer()) as never)
    const sheet = book.worksheets[0]!
    expect(sheet.rowCount).toBe(4)
    expect(sheet.getCell('A2').value).toBe(NAMES[0])
    expect(sheet.getCell('B2').value).toBe(12.34)
    expect(String(sheet.getCell('C2').value)).toMatch(/^20\d\d-\d\d-\d\d \d\d:/)
  })

  test('every file and every download is in the audit, with its rows and columns', async () => {
    const client = await operator()
    const done = await exported(client, { columns: ['personId', 'phone'] })
    await download(client, done.id)
    await download(client, done.id)
    const entries = (
      await rows<{ action: string; input: string }>(
        sql`SELECT action, input FROM audit_entries WHERE action IN ('segments.export', 'exports.finish', 'exports.download') ORDER BY id DESC LIMIT 4`,
      )
    ).reverse()
    expect(entries.map(one => one.action)).toEqual(['segments.export', 'exports.finish', 'exports.download', 'exports.download'])
    for (const { input } of entries.slice(1))
      expect(JSON.parse(input)).toMatchObject({ exportId: done.id, rows: 3, columns: 'personId, phone', isRevealed: false })
    expect((await client.call('exports.get', { exportId: done.id })).downloads).toBe(2)
  })

  test('a file made with wider rights is not handed out when they have become narrower', async () => {
    const store = await make.store(brandId)
    const elsewhere = await make.brand()
    const client = await signedIn({ permissions: mine.permissions, brandIds: [brandId, elsewhere.id] })
    const file = await exported(client)
    const { id } = (await row<{ id: number }>(sql`SELECT operator_id AS id FROM exports WHERE id = ${file.id}`))!
    const link = () => client.codeOf('exports.link', { exportId: file.id })
    expect(await link()).toBe('ok')
    await run(sql`UPDATE operators SET store_ids = ${JSON.stringify([store.id])} WHERE id = ${id}`)
    expect(await link()).toBe('access.outOfScope')
    await run(sql`UPDATE operators SET store_ids = NULL, brand_ids = ${JSON.stringify([elsewhere.id])} WHERE id = ${id}`)
    expect(await client.with({ 'X-Brand-Id': String(elsewhere.id) }).codeOf('exports.link', { exportId: file.id })).toBe(
      'access.outOfScope',
    )
  })

  test('an operator of single stores exports his own people only; one of another brand nothing', async () => {
    const store = await make.store(brandId)
    await transaction(() =>
      putStoreFacts(systemCtx({ brandId }), [{ brandId, storeId: store.id, personId: people[1]!, isIn: true }]),
    )
    await run(
      sql`INSERT INTO person_stores (person_id, brand_id, store_id, reason, home_id, since) VALUES (${people[1]}, ${brandId}, ${store.id}, 'member', ${people[1]}, ${now()})`,
    )
    await product.settle()
    const limited = await signedIn({ permissions: mine.permissions, brandIds: [brandId], storeIds: [store.id] })
    const done = await exported(limited, { columns: ['personId'] })
    expect(done).toMatchObject({ totalRows: 1, writtenRows: 1 })
    expect((await textOf(limited, done.id)).split('\r\n').slice(1, -1)).toEqual([String(people[1])])
    const other = await make.signedInOperator(product, { permissions: mine.permissions, brandIds: [(await make.brand()).id] })
    expect(await other.codeOf('segments.export', { segmentId })).toBe('thing.notFound')
    expect(await other.codeOf('exports.columns', { kind: 'segmentMembers', options: { segmentId } })).toBe('thing.notFound')
    const reader = await signedIn({ permissions: ['segments.get', 'exports.*'], brandIds: [brandId] })
    expect(await reader.codeOf('segments.export', { segmentId })).toBe('access.denied')
    expect(await reader.codeOf('exports.columns', { kind: 'segmentMembers', options: { segmentId } })).toBe('access.denied')
  })

  test('one that is cancelled leaves no file; a worker that died is followed by one that begins anew', async () => {
    const started = await owner.call('segments.export', { segmentId })
    await owner.call('exports.cancel', { exportId: started.id })
    await product.settle()
    expect(await owner.call('exports.get', { exportId: started.id })).toMatchObject({ status: 'cancelled', sizeBytes: 0 })
    expect(await owner.codeOf('exports.link', { exportId: started.id })).toBe('export.noFile')
    expect(await owner.codeOf('exports.cancel', { exportId: started.id })).toBe('export.notRunning')
    const next = await owner.call('segments.export', { segmentId })
    await withoutTransaction(() =>
      run(
        sql`UPDATE exports SET state = 'running', status = 'leased', attempts = 1, leased_until = due_at WHERE id = ${next.id}`,
      ),
    )
    advanceClock(130_000)
    await product.settle()
    expect(await owner.call('exports.get', { exportId: next.id })).toMatchObject({ status: 'finished', writtenRows: 3 })
  })

  test('the file is deleted after its days, or when its owner says so', async () => {
    const [first, second] = [await exported(owner), await exported(owner)]
    const [firstPath, secondPath] = [await pathOf(first.id), await pathOf(second.id)]
    expect([existsSync(firstPath), existsSync(secondPath)]).toEqual([true, true])
    await owner.call('exports.remove', { exportId: first.id })
    await vi.waitFor(() => expect(existsSync(firstPath)).toBe(false))
    const { url } = await owner.call('exports.link', { exportId: second.id })
    await removeOldFiles()
    expect(existsSync(secondPath)).toBe(true)
    advanceClock(7 * 86_400_000 + 1_000)
    await removeOldFiles()
    await vi.waitFor(() => expect(existsSync(secondPath)).toBe(false))
    setClock(null)
    expect((await fetch(url)).status).toBe(409)
    expect(await owner.call('exports.get', { exportId: second.id })).toMatchObject({ status: 'expired' })
  })

  test('what a dead process left of a file goes after a day', async () => {
    const done = await exported(owner)
    const path = await pathOf(done.id)
    const stray = join(dirname(path), 'left-behind.csv.part')
    await writeFile(stray, 'half')
    await removeOldFiles()
    expect(existsSync(stray)).toBe(true)
    advanceClock(86_400_000 + 60_000)
    await removeOldFiles()
    expect([existsSync(stray), existsSync(path)]).toEqual([false, true])
  })

  test('columns that are not there, and too many at once, are refused', async () => {
    const client = await operator()
    expect(await client.codeOf('segments.export', { segmentId, columns: ['password'] })).toBe('export.unknownColumn')
    const { columns, mayReveal } = await client.call('exports.columns', { kind: 'segmentMembers', options: { segmentId } })
    expect(mayReveal).toBe(false)
    expect(columns.find(one => one.key === 'phone')).toMatchObject({ isPersonal: true, isUsual: true })
    for (let i = 0; i < 5; i++) await client.call('segments.export', { segmentId })
    expect(await client.codeOf('segments.export', { segmentId })).toBe('export.tooMany')
    expect((await client.call('work.list', {})).filter(one => one.kind === 'export')).toHaveLength(5)
    await product.settle()
  })
})
