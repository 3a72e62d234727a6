import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageSizes, tooLarge } from '../scripts/check-size.ts'

test('the main package is everything outside the subpackages, and one byte too many is refused', () => {
  const dist = mkdtempSync(join(tmpdir(), 'weapp-'))
  mkdirSync(join(dist, 'pages/coupons'), { recursive: true })
  writeFileSync(join(dist, 'app.json'), JSON.stringify({ subPackages: [{ root: 'pages/coupons/' }] }))
  writeFileSync(join(dist, 'app.js'), 'x'.repeat(1000))
  writeFileSync(join(dist, 'pages/coupons/index.js'), 'x'.repeat(300))
  const sizes = packageSizes(dist)
  expect(sizes['pages/coupons']).toBe(300)
  expect(sizes.main).toBeGreaterThan(1000)
  expect(tooLarge(sizes, sizes.main)).toEqual([])
  expect(tooLarge(sizes, (sizes.main ?? 0) - 1)).toEqual(['main'])
  rmSync(dist, { recursive: true })
  expect(() => packageSizes(dist)).toThrow('run the weapp build first')
})
