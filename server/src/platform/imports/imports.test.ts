import { gzipSync } from 'node:zlib'
import ExcelJS from 'exceljs'
import iconv from 'iconv-lite'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Client, useProduct } from '../../../test/harness.ts'
import { make } from '../../../test/make.ts'
import { advanceClock, insertOne, refused, rows, run, runOnce, sql, withoutTransaction } from '../../core/index.ts'
import { importKind } from '../index.ts'
import { importWorker } from './run-import.ts'

const product = useProduct()

/** A kind of its own: takes `no` and `amount`, keeps lines of one `no` together, and can be told to fail. */
let failAt: ((rows: { values: Record<string, string> }[]) => void) | null = null
const batches: string[][] = []
importKind({
  name: 'things',
  zh: '测试',
  en: 'Things',
  fields: [
    { key: 'no', zh: '编号', en: 'No', isRequired: true, aliases: ['InvoiceNo'] },
    { key: 'amount', zh: '金额', en: 'Amount', isRequired: true, aliases: [] },
  ],
  groupBy: 'no',
  batchRows: 10,
  begin: async (_ctx, options) => {
    if (options.brand === 'none') throw refused('input.invalid', { field: 'options.brand' })
  },
  runBatch: async (_ctx, list) => {
    failAt?.(list)
    batches.push(list.map(one => one.values.no!))
    const good = list.filter(one => /^-?\d+$/.test(one.values.amount!))
    for (const { line, values } of good)
      await insertOne('imported_things', { line, no: values.no, amount: Number(values.amount) })
    return {
      rejects: list
        .filter(one => !good.includes(one))
        .map(({ line }) => ({ line, code: 'thing.badAmount', reason: '金额不是数字' })),
    }
  },
})

beforeAll(async () => {
  await run(sql`CREATE TABLE imported_things (line INTEGER NOT NULL, no VARCHAR(20) NOT NULL, amount INTEGER NOT NULL)`)
})
beforeEach(async () => {
  failAt = null
  batches.length = 0
  await run(sql`DELETE FROM imported_things`)
})

async function upload(body: Buffer | string, fileName = 'a.csv', client: Client = product.owner) {
  const response = await fetch(`${product.url}/api/imports.upload?kind=things&fileName=${encodeURIComponent(fileName)}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${client.token}`, 'Content-Type': 'application/octet-stream' },
    body: body as BodyInit,
  })
  const answer = (await response.json()) as {
    data?: { importId: number }
    error?: { code: string; detail?: { reason?: string } }
  }
  return { importId: answer.data?.importId ?? 0, code: answer.error?.code, reason: answer.error?.detail?.reason }
}

const mapping = { no: 'no', amount: 'amount' }
async function takeIn(body: Buffer | string, fileName?: string, map: Record<string, string> = mapping) {
  const { importId, code } = await upload(body, fileName)
  expect(code).toBeUndefined()
  await product.owner.call('imports.start', { importId, mapping: map })
  await runOnce(importWorker)
  return product.owner.call('imports.get', { importId })
}
const things = () =>
  rows<{ line: number; no: string; amount: number }>(sql`SELECT line, no, amount FROM imported_things ORDER BY line`)

describe('a file', () => {
  test('is previewed, mapped and taken in, with its bad rows told apart', async () => {
    const { importId } = await upload('InvoiceNo,金额,备注\nA1,10,x\nA1,ten,x\nA2,20,"说 ""好"""\nA3,30\n')
    const preview = await product.owner.call('imports.preview', { importId })
    expect(preview).toMatchObject({
      columns: ['InvoiceNo', '金额', '备注'],
      encoding: 'utf-8',
      delimiter: ',',
      suggestedMapping: { no: 'InvoiceNo', amount: '金额' },
      unknownColumns: ['备注'],
      missingFields: [],
    })
    expect(preview.sampleRows[2]).toEqual(['A2', '20', '说 "好"'])
    await product.owner.call('imports.start', { importId, mapping: preview.suggestedMapping })
    expect((await product.owner.call('work.list', {})).some(one => one.id === `import:${importId}`)).toBe(true)
    await runOnce(importWorker)
    expect(await product.owner.call('imports.get', { importId })).toMatchObject({
      status: 'finished',
      readRows: 4,
      acceptedRows: 2,
      rejectedRows: 2,
      progress: 1,
    })
    expect((await product.owner.call('imports.rejects', { importId })).items).toMatchObject([
      { line: 3, code: 'thing.badAmount', reason: '金额不是数字', values: { InvoiceNo: 'A1', 金额: 'ten', 备注: 'x' } },
      { line: 5, code: 'import.columnCount', reason: '此行有 2 列，表头有 3 列' },
    ])
    expect(await things()).toEqual([
      { line: 2, no: 'A1', amount: 10 },
      { line: 4, no: 'A2', amount: 20 },
    ])
  })

  test.each(['gb18030', 'utf-16le', 'utf-8'])('in %s, and compressed, reads the same', async encoding => {
    const bytes = iconv.encode('编号,金额\n中文一,1\n中文二,2\n', encoding, { addBOM: encoding !== 'gb18030' })
    for (const body of [bytes, gzipSync(bytes)]) {
      await run(sql`DELETE FROM imported_things`)
      expect(await takeIn(body, 'a.csv', { no: '编号', amount: '金额' })).toMatchObject({
        status: 'finished',
        acceptedRows: 2,
        encoding,
      })
      expect((await things()).map(one => one.no)).toEqual(['中文一', '中文二'])
    }
  })

  test('may be a workbook', async () => {
    const book = new ExcelJS.Workbook()
    const sheet = book.addWorksheet('一月')
    sheet.addRow(['no', 'amount', 'date'])
    for (let i = 0; i < 25; i++) sheet.addRow([`B${i}`, i, new Date('2026-01-02T03:04:05Z')])
    const done = await takeIn(Buffer.from(await book.xlsx.writeBuffer()), 'a.xlsx')
    expect(done).toMatchObject({ format: 'xlsx', status: 'finished', acceptedRows: 25, rejectedRows: 0 })
    expect((await things())[24]).toEqual({ line: 26, no: 'B24', amount: 24 })
  })

  test('keeps the lines of one order in one batch', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `O${Math.floor(i / 7)},${i}`)
    await takeIn(`no,amount\n${lines.join('\n')}`)
    for (let order = 0; order < 9; order++) expect(batches.filter(batch => batch.includes(`O${order}`))).toHaveLength(1)
    expect(await things()).toHaveLength(60)
  })

  test('with a wrong encoding chosen refuses the rows that cannot be read', async () => {
    const { importId } = await upload(iconv.encode('no,amount\n中文,1\nplain,2\n', 'gb18030'))
    await product.owner.call('imports.start', { importId, mapping, encoding: 'utf-8' })
    await runOnce(importWorker)
    expect(await product.owner.call('imports.get', { importId })).toMatchObject({ acceptedRows: 1, rejectedRows: 1 })
    expect((await product.owner.call('imports.rejects', { importId })).items[0]).toMatchObject({
      line: 2,
      code: 'import.badCharacters',
    })
  })
})

describe('bad input', () => {
  test.each([
    ['an empty file', '', 'import.empty', undefined],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 2, 3]), 'import.badFile', '文件不是文本表格'],
    [
      'an old .xls',
      Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.alloc(600, 1)]),
      'import.badFile',
      '这是旧版 .xls 文件，请在 Excel 中另存为 .xlsx 或 CSV',
    ],
    ['a torn archive', gzipSync(Buffer.from('no,amount\n1,2\n')).subarray(0, 14), 'import.badFile', '压缩文件已损坏'],
  ])('%s is refused with the reason', async (_, body, code, reason) => {
    expect(await upload(body)).toMatchObject({ code, reason })
  })

  test('an unknown kind, a missing name, a caller without the right', async () => {
    const post = (query: string, token = product.owner.token) =>
      fetch(`${product.url}/api/imports.upload?${query}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}` },
        body: 'a,b\n1,2\n',
      })
    expect(await (await post('kind=nonsense&fileName=a.csv')).json()).toMatchObject({ error: { code: 'import.unknownKind' } })
    expect(await (await post('kind=things')).json()).toMatchObject({
      error: { code: 'input.invalid', detail: { field: 'fileName' } },
    })
    const weak = await make.signedInOperator(product, { permissions: ['stores.list'] })
    expect((await post('kind=things&fileName=a.csv', weak.token)).status).toBe(403)
    expect(
      (await fetch(`${product.url}/api/imports.upload?kind=things&fileName=a.csv`, { method: 'POST', body: 'a' })).status,
    ).toBe(401)
  })

  test('a mapping that does not fit says which field', async () => {
    const { importId } = await upload('no,amount\n1,2\n')
    const start = (map: Record<string, string>, options = {}) =>
      product.owner.call('imports.start', { importId, mapping: map, options })
    await expect(start({ no: 'no' })).rejects.toMatchObject({ code: 'import.missingField', detail: { field: 'mapping.amount' } })
    await expect(start({ no: 'no', amount: 'price' })).rejects.toMatchObject({
      code: 'import.unknownColumn',
      detail: { field: 'mapping.amount' },
    })
    await expect(start({ no: 'no', amount: 'amount', x: 'no' })).rejects.toMatchObject({ code: 'import.unknownField' })
    await expect(start(mapping, { brand: 'none' })).rejects.toMatchObject({ code: 'input.invalid' })
  })

  test('one row that makes the work fail is refused alone', async () => {
    failAt = list => {
      if (list.some(one => one.values.no === 'poison')) throw new Error('boom')
    }
    const lines = Array.from({ length: 37 }, (_, i) => `${i === 21 ? 'poison' : `P${i}`},${i}`)
    expect(await takeIn(`no,amount\n${lines.join('\n')}`)).toMatchObject({
      status: 'finished',
      acceptedRows: 36,
      rejectedRows: 1,
    })
    expect(await things()).toHaveLength(36)
  })
})

describe('the way through', () => {
  const many = `no,amount\n${Array.from({ length: 95 }, (_, i) => `N${i},${i}`).join('\n')}\n`

  test('a crash in the middle is resumed: every row once', async () => {
    const { importId } = await upload(many)
    await product.owner.call('imports.start', { importId, mapping })
    let seen = 0
    failAt = () => {
      if (++seen === 5) throw Object.assign(new Error('connection lost'), { code: 'ECONNRESET' })
    }
    await runOnce(importWorker)
    expect(await product.owner.call('imports.get', { importId })).toMatchObject({ status: 'running', readRows: 40 })
    // As a dead process leaves it: leased, and nobody works. The lease runs out and another takes over.
    await run(sql`UPDATE imports SET status = 'leased', leased_until = due_at WHERE id = ${importId}`)
    failAt = null
    advanceClock(130_000)
    await runOnce(importWorker)
    advanceClock(-130_000)
    expect(await product.owner.call('imports.get', { importId })).toMatchObject({ status: 'finished', acceptedRows: 95 })
    expect((await things()).map(one => one.amount)).toEqual(Array.from({ length: 95 }, (_, i) => i))
  })

  const long = `no,amount\n${Array.from({ length: 900 }, (_, i) => `N${i},${i}`).join('\n')}\n`

  test('a worker that lost its lease writes nothing more', async () => {
    const { importId } = await upload(long)
    await product.owner.call('imports.start', { importId, mapping })
    let takenOver: Promise<number> | null = null
    failAt = () => {
      if (batches.length === 3)
        takenOver ??= withoutTransaction(() => run(sql`UPDATE imports SET attempts = attempts + 1 WHERE id = ${importId}`))
    }
    await runOnce(importWorker)
    await takenOver
    const { status, readRows } = await product.owner.call('imports.get', { importId })
    expect(status).toBe('running')
    expect(readRows).toBeLessThan(900)
    expect(await things()).toHaveLength(readRows)
  })

  test('cancel keeps what was taken, and it can go on later', async () => {
    const { importId } = await upload(long)
    await product.owner.call('imports.start', { importId, mapping })
    let cancelling: Promise<unknown> | null = null
    failAt = () => {
      if (batches.length === 3) cancelling ??= product.owner.call('imports.cancel', { importId })
    }
    await runOnce(importWorker)
    await cancelling
    const stopped = await product.owner.call('imports.get', { importId })
    expect(stopped.status).toBe('cancelled')
    expect(stopped.readRows).toBeLessThan(900)
    expect(await things()).toHaveLength(stopped.readRows)
    failAt = null
    await product.owner.call('imports.start', { importId, mapping })
    await runOnce(importWorker)
    expect(await product.owner.call('imports.get', { importId })).toMatchObject({ status: 'finished', acceptedRows: 900 })
    expect((await things()).map(one => one.amount)).toEqual(Array.from({ length: 900 }, (_, i) => i))
    expect(await product.owner.codeOf('imports.cancel', { importId })).toBe('import.notRunning')
    expect(await product.owner.codeOf('imports.start', { importId, mapping })).toBe('import.notStartable')
  })

  test('the refused rows come as a file that can be mended and imported again', async () => {
    const { id: importId } = await takeIn('no,amount\nA,1\n=CMD(),oops\n"B, C",bad\n')
    const { url } = await product.owner.call('imports.rejectsLink', { importId })
    const text = Buffer.from(await (await fetch(url)).arrayBuffer()).toString('utf8')
    expect(text).toBe('\uFEFFno,amount,行号,原因\r\n"\t=CMD()",oops,3,金额不是数字\r\n"B, C",bad,4,金额不是数字\r\n')
    await run(sql`DELETE FROM imported_things`)
    await takeIn(text.replace('oops', '5').replace('bad', '6'))
    expect((await things()).map(one => [one.no, one.amount])).toEqual([
      ['=CMD()', 5],
      ['B, C', 6],
    ])
    expect((await fetch(`${url}x`)).status).toBe(403)
    expect((await fetch(url.replace(/id=\d+/, 'id=1'))).status).toBe(403)
    advanceClock(11 * 60_000)
    expect((await fetch(url)).status).toBe(403)
    advanceClock(-11 * 60_000)
  })

  test('an operator of another brand sees none of it', async () => {
    const [ours, theirs] = [await make.brand(), await make.brand()]
    const { importId } = await upload(many, 'a.csv', product.owner)
    await run(sql`UPDATE imports SET brand_id = ${theirs.id} WHERE id = ${importId}`)
    const limited = await make.signedInOperator(product, { permissions: ['imports.*'], brandIds: [ours.id] })
    expect((await limited.call('imports.list', {})).total).toBe(0)
    expect(await limited.codeOf('imports.preview', { importId })).toBe('thing.notFound')
    expect(await limited.codeOf('imports.rejectsLink', { importId })).toBe('thing.notFound')
  })
})
