import { expect, test } from 'vitest'
import { nameOfValue } from './choices.ts'

test.each([
  ['joinChannel', 'liveCode', '渠道活码', 'Live code'],
  ['firstSource', 'import:orders', '文件导入', 'Import'],
  ['firstSource', 'ourShop', 'ourShop', 'ourShop'],
  ['city', 'staff', 'staff', 'staff'],
])('a value of %s that is kept as %s reads %s', (field, value, zh, en) => {
  expect(nameOfValue(field, value)).toEqual({ zh, en })
})
