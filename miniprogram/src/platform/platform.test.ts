import { expect, test } from 'vitest'
import { sceneOf } from './platform.ts'

test('a scene arrives URL-encoded from a mini-program code, plain from a card, and never breaks the page', () => {
  expect(sceneOf({ scene: encodeURIComponent('lc:a=1&b') })).toBe('lc:a=1&b')
  expect(sceneOf({ scene: 'lcAB12' })).toBe('lcAB12')
  expect(sceneOf({ scene: '100%' })).toBe('100%')
  expect(sceneOf({})).toBeUndefined()
  expect(sceneOf(undefined)).toBeUndefined()
})
