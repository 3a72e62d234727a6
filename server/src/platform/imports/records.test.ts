import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { asEncoding, detectEncoding, isBinary } from './encoding.ts'
import { suggestMapping } from './mapping.ts'
import { columnNames } from './read-file.ts'
import { detectDelimiter, type FileRow, RecordReader } from './records.ts'
import { textOf } from './sheet.ts'

function readAll(text: string, sizes: number[] = [7, 1, 64]): FileRow[] {
  const reader = new RecordReader(',')
  const rows: FileRow[] = []
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const size = sizes[turn % sizes.length]!
    rows.push(...reader.push(text.slice(at, at + size)))
    at += size
  }
  return [...rows, ...reader.end()]
}

const cellsOf = (text: string) => readAll(text).map(row => row.cells)

describe('records', () => {
  test('quotes, quoted line breaks, doubled quotes, both line ends, no last line end', () => {
    expect(cellsOf('a,b\r\n1,"x,y"\n"two\nlines","say ""hi"""\r\n3,z')).toEqual([
      ['a', 'b'],
      ['1', 'x,y'],
      ['two\nlines', 'say "hi"'],
      ['3', 'z'],
    ])
  })

  test('a quote inside a plain field is text', () => {
    expect(cellsOf('a,b\n5" pipe,7\n6,8')).toEqual([
      ['a', 'b'],
      ['5" pipe', '7'],
      ['6', '8'],
    ])
  })

  test('a quote that is never closed loses its own line only, and lines keep their numbers', () => {
    const rows = readAll(`a,b\n1,2\n3,"open\n${Array.from({ length: 300 }, (_, i) => `${i},x`).join('\n')}\n`)
    const broken = rows.filter(row => row.broken)
    expect(broken).toMatchObject([{ line: 3, broken: '引号没有闭合' }])
    expect(rows).toHaveLength(303)
    expect(rows.at(-1)).toMatchObject({ line: 303, cells: ['299', 'x'] })
  })

  test('blank lines are no rows and keep the numbering', () => {
    expect(readAll('a\n\n1\n   \n2').map(row => [row.line, row.cells[0]])).toEqual([
      [1, 'a'],
      [3, '1'],
      [5, '2'],
    ])
  })

  test('whatever is written as CSV is read back, however the pieces fall', () => {
    const cell = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'é', '汉', ',', '"', '\n', ' ', '1') })
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
        (table, sizes) => {
          const text = table.map(row => row.map(quote).join(',')).join('\n')
          expect(readAll(text, sizes).map(row => row.cells)).toEqual(table.map(row => row.map(one => one.trim())))
        },
      ),
    )
  })

  test('rows without quotes are read like those beside them that have some', () => {
    const cell = fc.string({ maxLength: 6, unit: fc.constantFrom('a', '汉', ' ', '1', '\r', '\t') })
    const plain = fc.array(cell, { minLength: 1, maxLength: 5 }).filter(row => row.join(',').trim() !== '')
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, fc.boolean()), { minLength: 1, maxLength: 20 }), table => {
        const text = table.map(([row, isQuoted]) => (isQuoted ? row.map(one => `"${one}"`) : row).join(',')).join('\n')
        expect(readAll(text).map(row => row.cells)).toEqual(table.map(([row]) => row.map(one => one.trim())))
      }),
    )
  })

  test('the delimiter is the one the header uses outside quotes', () => {
    expect(detectDelimiter('a;b;c\n1,5;2')).toBe(';')
    expect(detectDelimiter('"a,b,c"\td\n')).toBe('\t')
    expect(detectDelimiter('only')).toBe(',')
  })
})

describe('encodings', () => {
  const text = '订单号,会员手机号,金额\n1001,13800001111,25.50\n'
  test.each(['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const)('%s is recognised', encoding => {
    expect(detectEncoding(iconv.encode(text, encoding, { addBOM: false }))).toBe(encoding)
    expect(detectEncoding(iconv.encode(text.repeat(500), encoding, { addBOM: encoding !== 'gb18030' }))).toBe(encoding)
  })

  test('a cut in the middle of a character changes nothing', () => {
    const long = iconv.encode(text.repeat(50), 'gb18030')
    const utf8 = Buffer.from(text.repeat(50))
    for (let cut = 100; cut < 130; cut++) {
      expect(detectEncoding(long.subarray(0, cut))).toBe('gb18030')
      expect(detectEncoding(utf8.subarray(0, cut))).toBe('utf-8')
    }
  })

  test('western text that is neither is windows-1252; programs are binary; names have variants', () => {
    expect(detectEncoding(Buffer.from('price,\xa312\ncaf\xe9,1\n', 'latin1'))).toBe('windows-1252')
    expect(isBinary(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 0, 0, 3]))).toBe(true)
    expect(isBinary(Buffer.from(text))).toBe(false)
    expect([asEncoding('GBK'), asEncoding('utf8'), asEncoding('klingon')]).toEqual(['gb18030', 'utf-8', null])
  })
})

describe('columns', () => {
  const fields = [
    { key: 'orderNo', zh: '订单号', en: 'Order no', isRequired: true, aliases: ['InvoiceNo', '单号'] },
    { key: 'phone', zh: '手机号', en: 'Phone', isRequired: true, aliases: ['会员手机号'] },
  ]
  test('are found by key, name and alias, whatever the case, spaces and width', () => {
    expect(suggestMapping({ fields }, ['invoice_no', ' 手机号 ', 'Ｃｏｌｏｒ'])).toEqual({
      suggestedMapping: { orderNo: 'invoice_no', phone: ' 手机号 ' },
      unknownColumns: ['Ｃｏｌｏｒ'],
      missingFields: [],
    })
    expect(suggestMapping({ fields }, ['x']).missingFields).toEqual(['orderNo', 'phone'])
  })

  test('each has a name of its own', () => {
    expect(columnNames(['a', '', 'a'])).toEqual(['a', '第 2 列', 'a (2)'])
  })
})

test('cells of a sheet read as a person reads them', () => {
  expect([
    textOf(null),
    textOf(3.5),
    textOf(new Date('2026-01-02T00:00:00Z')),
    textOf(new Date('2026-01-02T03:04:05Z')),
    textOf({ formula: 'A1', result: 7 }),
    textOf({ richText: [{ text: 'a' }, { text: 'b' }] }),
  ]).toEqual(['', '3.5', '2026-01-02', '2026-01-02 03:04:05', '7', 'ab'])
})
