import { expect, test } from 'vitest'
import { reasonsOf } from './each-outcome.tsx'

test('reasons are counted, the commonest first; what was done is no reason', () => {
  const items = [null, 'coupon.soldOut', 'coupon.limitReached', 'coupon.soldOut'].map((error, id) => ({ id, error }))
  expect(reasonsOf({ items })).toEqual([
    ['coupon.soldOut', 2],
    ['coupon.limitReached', 1],
  ])
  expect(reasonsOf({ items: items.slice(0, 1) })).toEqual([])
})
