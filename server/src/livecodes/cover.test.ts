import { inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { COVER_HEIGHT, COVER_WIDTH, coverPng, worthOf } from './cover.ts'

/** The colour of one pixel, read back as any viewer would. */
function pixel(png: Buffer, x: number, y: number): number[] {
  const size = png.readUInt32BE(33)
  expect(png.toString('latin1', 37, 41)).toBe('IDAT')
  const raw = inflateSync(png.subarray(41, 41 + size))
  const at = y * (COVER_WIDTH * 3 + 1) + 1 + x * 3
  return [...raw.subarray(at, at + 3)]
}

test('a ticket says what its coupon is worth, as shoppers read it', () => {
  expect(worthOf({ kind: 'cash', amountFen: 4000 })).toBe('¥40')
  expect(worthOf({ kind: 'cash', amountFen: 4050 })).toBe('¥40.50')
  expect(worthOf({ kind: 'percentage', percentOff: 15, capFen: null })).toBe('8.5折')
  expect(worthOf({ kind: 'gift', item: '试用装' })).toBe('')
  expect(worthOf(null)).toBe('')
})

test('the cover is a white ticket on the brand’s colour, 5 to 4, and another worth is another picture', () => {
  const png = coverPng('#C77700', '¥40')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([COVER_WIDTH, COVER_HEIGHT])
  const [red = 0, green = 0, blue = 255] = pixel(png, 260, 20)
  expect(red).toBeGreaterThan(green)
  expect(green).toBeGreaterThan(blue)
  expect(pixel(png, 260, 90)).toEqual([255, 255, 255])
  expect(coverPng('#C77700', '¥40').equals(png)).toBe(true)
  expect(coverPng('#C77700', '¥50').equals(png)).toBe(false)
  expect(coverPng('#1F7A4D', '¥40').equals(png)).toBe(false)
})
