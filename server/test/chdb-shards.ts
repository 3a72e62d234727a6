import { fork } from 'node:child_process'
import { join } from 'node:path'

/**
 * Two shards in one chDB. Its engine plans and merges a query over shards that are itself (`127.0.0.1` and `127.1.0.1`) without a wire; each shard is shown only its own
 * rows of a `_local` table, so a row is met once, on the shard that its key says. Views that follow inserts are on shard 0 and see what is inserted. Keeper is not there: what is
 * said on the cluster is said here, and no table is replicated.
 */
export function twoShards() {
  const keys = new Map<string, string>()
  return {
    /** Would leave for a port that nobody listens at. */
    isNotFor: (setting: string) => setting === 'prefer_localhost_replica',

    statement(sql: string): string {
      const here = sql
        .replace(/ ON CLUSTER '\w+'/, '')
        .replace(/ENGINE = Replicated(\w+)\('[^']*', '\{replica\}'(?:, )?/, 'ENGINE = $1(')
      return here.replace(/ AS (\w+) ENGINE = Distributed\('\w+', '(\w+)', '(\w+)', (.+)\)$/, (_, like, database, table, key) => {
        if (like !== table) throw new Error(`${table} is made like ${like}`)
        keys.set(`${database}.${table}`, key)
        return ` AS remote('127.0.0.1,127.1.0.1', '${database}', '${table}', 'default', '', ${key})`
      })
    },

    filters(): string {
      const each = [...keys].map(([table, key]) => `'${table}': 'shardNum() IN (0, ${key} % 2 + 1)'`)
      return `SET additional_table_filters = {${each.join(', ')}}`
    },
  }
}

/** ClickHouse over HTTP in a process of its own; `shards`: a cluster of two. */
export async function startClickhouse(folder: string, ...flags: '--shards'[]): Promise<{ url: string; stop: () => void }> {
  const server = fork(join(import.meta.dirname, 'chdb-server.ts'), [folder, ...flags], { execArgv: ['--import', 'tsx'] })
  const { port } = await new Promise<{ port: number }>((resolve, reject) => {
    server.once('message', resolve as never)
    server.once('exit', code => reject(new Error(`the server ended with code ${code}`)))
  })
  return { url: `http://127.0.0.1:${port}`, stop: () => server.kill() }
}
