import { expect, test } from 'vitest'
import { csvOf } from './export-csv.ts'

const columns = [
  { key: 'name', title: '姓名', text: (row: { name: string; points: number }) => row.name },
  { key: 'points', title: '积分', text: (row: { name: string; points: number }) => row.points },
  { key: 'face', title: '头像' },
]

test('only columns with a text are written; commas and quotes are kept whole', () => {
  expect(csvOf(columns, [{ name: '王 "小" 明, 静里店', points: -20 }])).toEqual(['姓名,积分', '"王 ""小"" 明, 静里店",-20'])
})

test('what a customer typed never runs as a formula in a spreadsheet', () => {
  expect(csvOf(columns, [{ name: '=HYPERLINK("http://x")', points: 1 }])[1]).toBe('"\'=HYPERLINK(""http://x"")",1')
  expect(csvOf(columns, [{ name: '@SUM(1)', points: 1 }])[1]).toBe("'@SUM(1),1")
})
