import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')

test('ClickHouse of the compose file forgets its own logs, keeps to its share of memory and spills to disk', () => {
  const compose = read('compose.yml')
  expect(compose).toContain('./clickhouse/config.xml:/etc/clickhouse-server/config.d/banyan.xml')
  expect(compose).toContain('./clickhouse/users.xml:/etc/clickhouse-server/users.d/banyan.xml')
  const config = read('clickhouse/config.xml')
  const users = read('clickhouse/users.xml')
  for (const text of [config, users]) {
    const opened = text.match(/<\w+(?: [^>]*[^/])?>/g)?.length
    expect(text.match(/<\/\w+>/g)?.length).toBe(opened)
  }
  // Every log is either kept for a week or not written.
  for (const [, log, rest] of config.matchAll(/^ {4}<(\w+_log)\b(.*)$/gm))
    expect(rest, log).toMatch(/remove="1"\/>|<ttl>event_date \+ INTERVAL 7 DAY DELETE<\/ttl>/)
  expect(config).toContain('<max_server_memory_usage_to_ram_ratio>0.5<')
  for (const limit of [
    'max_memory_usage',
    'max_bytes_before_external_group_by',
    'max_bytes_before_external_sort',
    'max_execution_time',
  ])
    expect(users).toMatch(new RegExp(`<${limit}>\\d+</${limit}>`))
})
