import { expect, test } from 'vitest'
import { catalog } from '../src/app/catalog.ts'
import { dialect, rows, sql } from '../src/core/index.ts'
import { carrierWord } from '../src/identity/words.ts'
import { useProduct } from './harness.ts'

useProduct()

/** Tables that name a person but follow him by alias at read, or belong to identity itself. */
const NOT_CARRIED: Record<string, string> = {
  identifiers: 'identity moves them itself',
  person_aliases: 'identity writes them',
  merges: 'identity writes them',
  reviews: 'identity settles them',
  never_links: 'kept between homes for ever',
  identity_decisions: 'a record of what was',
}

test('a merge carries every table with a person id', async () => {
  const columns =
    dialect === 'sqlite'
      ? await rows<{ t: string; c: string }>(
          sql`SELECT m.name AS t, p.name AS c FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`,
        )
      : await rows<{ t: string; c: string }>(
          sql`SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = DATABASE()`,
        )
  const withPerson = columns.filter(one => /(^|_)person_id$/.test(one.c)).map(one => `${one.t}.${one.c}`)
  const carried = new Set(catalog.carriers.flatMap(carrier => carrier.columns.map(one => `${one.table}.${one.column}`)))
  const missing = withPerson.filter(name => !carried.has(name) && !((name.split('.')[0] ?? '') in NOT_CARRIED))
  expect(missing.sort()).toEqual([])
  const unknown = [...carried].filter(name => !columns.some(one => `${one.t}.${one.c}` === name))
  expect(unknown).toEqual([])
})

test('every carrier has a name in both languages, for the preview of a merge', () => {
  for (const { name } of catalog.carriers) {
    expect(carrierWord({ language: 'zh' }, name), name).toMatch(/[\u4e00-\u9fff]/)
    expect(carrierWord({ language: 'en' }, name), name).toMatch(/^[A-Z]/)
  }
})

test('every module that carries people exports and erases them', () => {
  for (const carrier of catalog.carriers) {
    expect(typeof carrier.export, carrier.name).toBe('function')
    expect(typeof carrier.erase, carrier.name).toBe('function')
  }
})
