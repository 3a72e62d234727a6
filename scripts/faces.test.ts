import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
// @ts-expect-error scripts are plain JavaScript
import { swap } from './lib/faces.mjs'
// @ts-expect-error scripts are plain JavaScript
import { hashOf } from './lib/install.mjs'

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

test('what a builder leaves beside the sources does not make a face stale; a changed source does', () => {
  const root = join(import.meta.dirname, '..')
  mkdirSync(join(root, '.cache'), { recursive: true })
  const dir = mkdtempSync(join(root, '.cache/sources-'))
  try {
    const hash = () => hashOf([relative(root, dir)])
    writeFileSync(join(dir, 'app.ts'), 'one')
    const before = hash()
    for (const made of ['.swc', 'dist', 'node_modules']) {
      mkdirSync(join(dir, made))
      writeFileSync(join(dir, made, 'cache'), made)
    }
    expect(hash()).toBe(before)
    writeFileSync(join(dir, 'app.ts'), 'two')
    expect(hash()).not.toBe(before)
  } finally {
    rmSync(dir, { recursive: true })
  }
})
