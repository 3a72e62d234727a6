import { expect, test, vi } from 'vitest'

vi.mock('../../platform/index.ts', () => ({ platform: { read: () => null, write: () => {} } }))
const { fenOf, linesOf, whyNotReady } = await import('./draft.ts')

test('yuan as staff type them become whole fen, and half-typed amounts are no amounts', () => {
  expect(fenOf('328')).toBe(32800)
  expect(fenOf('32.8')).toBe(3280)
  expect(fenOf('0.05')).toBe(5)
  expect(fenOf(' 9.90 ')).toBe(990)
  for (const text of ['', '32.', '.5', '1.234', '-3', 'abc', '12345678']) expect(fenOf(text)).toBeNull()
})

test('a purchase waits until every line that was begun says what and how much', () => {
  const line = (name: string, priceText: string) => ({ key: 1, name, priceText, quantity: 2 })
  expect(whyNotReady([line('', '')])).toBe('填写商品和价格')
  expect(whyNotReady([line('精华', '328'), line('面霜', '26.')])).toContain('面霜')
  expect(whyNotReady([line('精华', '328'), line('', '20')])).toContain('还没有名称')
  expect(whyNotReady([line('精华', '328'), line('', '')])).toBeNull()
  expect(linesOf([line(' 精华 ', '328'), line('', '')])).toEqual([{ name: '精华', quantity: 2, unitPriceFen: 32800 }])
})
