import { expect, test } from 'vitest'
import { orderOf } from './sort.ts'

const fields = ['name', 'createdAt'] as const

test('a list is ordered by a field that it offers, and by no other', () => {
  expect(orderOf(undefined, fields, '-createdAt')).toEqual(['createdAt', 'DESC'])
  expect(orderOf('name', fields, '-createdAt')).toEqual(['name', 'ASC'])
  expect(orderOf('-name', fields, 'createdAt')).toEqual(['name', 'DESC'])
  for (const wanted of ['secret', 'name; DROP TABLE people', '--name', ''])
    expect(() => orderOf(wanted, fields, 'name')).toThrow(expect.objectContaining({ code: 'input.invalid' }))
})
