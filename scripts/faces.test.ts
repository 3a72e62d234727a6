import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
// @ts-expect-error scripts are plain JavaScript
import { swap } from './lib/faces.mjs'

test('a new face takes the place of the old one whole, also when there was none, and leaves nothing beside it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'faces-'))
  try {
    const [next, place] = [join(dir, 'next'), join(dir, 'face/dist')]
    const build = (files: Record<string, string>) => {
      mkdirSync(next)
      for (const [name, text] of Object.entries(files)) writeFileSync(join(next, name), text)
      swap(next, place)
    }
    build({ 'index.html': 'one', 'a.js': 'a' })
    expect(readFileSync(join(place, 'index.html'), 'utf8')).toBe('one')
    build({ 'index.html': 'two' })
    expect(readFileSync(join(place, 'index.html'), 'utf8')).toBe('two')
    expect(existsSync(join(place, 'a.js'))).toBe(false)
    expect([next, `${next}-old`].filter(existsSync)).toEqual([])
  } finally {
    rmSync(dir, { recursive: true })
  }
})
