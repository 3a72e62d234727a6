/**
 * The same schema and the same statements on a cluster of shards and replicas. Every table of ours is two there: `x_local` holds a shard's rows and is replicated,
 * `x` is Distributed over it, and all reading and inserting goes to `x`. Rows are placed by their subject, and rows of which a replacing engine keeps
 * one are on one shard. What a Distributed table does not take (DELETE, OPTIMIZE, TRUNCATE) is said to `x_local` on every node.
 */
export type Cluster = {
  /** Its name in `remote_servers`. */
  name: string
  database: string
}

/** The cluster that the settings name, or null. The database is the path of CLICKHOUSE_URL. */
export function clusterOf(url: string | null, name: string | null): Cluster | null {
  if (!name) return null
  const database = decodeURIComponent(url ? new URL(url).pathname.slice(1) : '') || 'default'
  for (const word of [name, database])
    if (!/^[A-Za-z_][\w-]*$/.test(word)) throw new Error(`config.invalid: ${word} is no name of a ClickHouse cluster or database`)
  return { name, database }
}

/**
 * Every query of a cluster says so. A subquery of an IN or a JOIN is computed once over all shards and sent to each, since homes and the people whom they answer to
 * live on different shards. A write is answered when the shards have it; reads and writes meet the same replica of a shard while it lives, so what was written is seen.
 */
export const CLUSTER_SETTINGS: Record<string, string | number> = {
  distributed_product_mode: 'global',
  distributed_foreground_insert: 1,
  async_insert: 0,
  // Rows that a shard computes may belong to another one.
  parallel_distributed_insert_select: 0,
  prefer_localhost_replica: 0,
  load_balancing: 'in_order',
  // A part of the answer is no answer.
  skip_unavailable_shards: 0,
  // Garbage of old generations is deleted by the clock: that replicas may differ for a moment hurts nobody.
  allow_nondeterministic_mutations: 1,
}

/** By what rows find their shard: the first of these among the columns of the sorting key, else among all. */
const SHARD_KEYS = [
  ['relation_id', 'relation_id'],
  ['home_id', 'home_id'],
  ['person_id', 'person_id'],
  ['key', 'cityHash64(key)'],
  ['version', 'version'],
  ['name', 'cityHash64(name)'],
  ['id', 'cityHash64(id)'],
] as const

const CREATE_TABLE =
  /^\s*CREATE TABLE IF NOT EXISTS (\w+) (\([\s\S]*\))\s+ENGINE = (\w*MergeTree)(?:\(([^)]*)\))?([\s\S]*? ORDER BY (\([^)]*\)|\w+)[\s\S]*)$/
const MATERIALIZED = /^\s*(CREATE MATERIALIZED VIEW IF NOT EXISTS \w+) TO (\w+) ([\s\S]*\bFROM )(\w+)\s*$/
const VIEW = /^\s*((?:CREATE|DROP) VIEW IF (?:NOT )?EXISTS \w+)([\s\S]*)$/
const DROP_TABLE = /^\s*DROP TABLE IF EXISTS (\w+)\s*$/
const RENAME = /^\s*RENAME TABLE (\w+ TO \w+(?:, \w+ TO \w+)*)\s*$/
const TRUNCATE = /^\s*TRUNCATE TABLE (IF EXISTS )?(\w+)\s*$/
const ALTER = /^\s*ALTER TABLE (\w+) ([\s\S]*)$/
const DELETE = /^(\s*DELETE FROM )(\w+)( WHERE [\s\S]*)$/
const OPTIMIZE = /^\s*OPTIMIZE TABLE (\w+)([\s\S]*)$/
const KILL = /^\s*KILL QUERY (WHERE [\s\S]*)$/
/** What ALTER may change of a Distributed table: its columns, nothing of how they are kept. */
const OF_COLUMNS = /^(?:ADD|DROP|RENAME) COLUMN /

/**
 * What a cluster is told instead of this statement, in order; without a cluster the statement itself. Throws for DDL in a form that is not known here, rather than
 * make a table on one node only.
 */
export function forCluster(statement: string, cluster: Cluster | null): string[] {
  if (!cluster) return [statement]
  const everywhere = `ON CLUSTER '${cluster.name}'`
  const word = /^\s*(?:\/\*[^*]*\*\/\s*)*(\w+)/.exec(statement)?.[1]?.toUpperCase()

  const create = CREATE_TABLE.exec(statement)
  if (create) {
    const [, table, columns, engine, args, rest, order] = create as unknown as string[]
    const replicated = ["'/clickhouse/tables/{uuid}/{shard}'", "'{replica}'", ...(args ? [args] : [])].join(', ')
    return [
      `CREATE TABLE IF NOT EXISTS ${table}_local ${everywhere} ${columns} ENGINE = Replicated${engine}(${replicated})${rest}`,
      `CREATE TABLE IF NOT EXISTS ${table} ${everywhere} AS ${table}_local ENGINE = Distributed('${cluster.name}', '${cluster.database}', '${table}_local', ${shardKey(`${order}`, `${columns}`)})`,
    ]
  }
  // A view that follows inserts follows those of its own shard, and writes beside them.
  const view = MATERIALIZED.exec(statement)
  if (view) return [`${view[1]} ${everywhere} TO ${view[2]}_local ${view[3]}${view[4]}_local`]
  const plain = VIEW.exec(statement)
  if (plain) return [`${plain[1]} ${everywhere}${plain[2]}`]
  const drop = DROP_TABLE.exec(statement)
  if (drop) return [`DROP TABLE IF EXISTS ${drop[1]} ${everywhere}`, `DROP TABLE IF EXISTS ${drop[1]}_local ${everywhere}`]
  const rename = RENAME.exec(statement)
  if (rename?.[1]) return renamed(rename[1], everywhere)
  const truncate = TRUNCATE.exec(statement)
  if (truncate) return [`TRUNCATE TABLE ${truncate[1] ?? ''}${truncate[2]}_local ${everywhere}`]
  const alter = ALTER.exec(statement)
  if (alter) {
    const tables = OF_COLUMNS.test(`${alter[2]}`) ? [`${alter[1]}_local`, alter[1]] : [`${alter[1]}_local`]
    return tables.map(table => `ALTER TABLE ${table} ${everywhere} ${alter[2]}`)
  }
  const remove = DELETE.exec(statement)
  if (remove) return [`${remove[1]}${remove[2]}_local ${everywhere}${remove[3]}`]
  const optimize = OPTIMIZE.exec(statement)
  if (optimize) return [`OPTIMIZE TABLE ${optimize[1]}_local ${everywhere}${optimize[2]}`]
  const kill = KILL.exec(statement)
  if (kill) return [`KILL QUERY ${everywhere} ${kill[1]}`]
  if (word !== 'INSERT') throw new Error(`a cluster would not know this statement: ${statement.slice(0, 80)}`)
  return [statement]
}

/** The Distributed table of a name stays and finds the other rows under it; one whose name is given up goes. */
function renamed(pairs: string, everywhere: string): string[] {
  const names = pairs.split(', ').map(pair => pair.split(' TO ') as [string, string])
  const targets = new Set(names.map(([, to]) => to))
  return [
    `RENAME TABLE ${names.map(([from, to]) => `${from}_local TO ${to}_local`).join(', ')} ${everywhere}`,
    ...names.filter(([from]) => !targets.has(from)).map(([from]) => `DROP TABLE IF EXISTS ${from} ${everywhere}`),
  ]
}

function shardKey(order: string, columns: string): string {
  const isIn = (text: string, column: string) => new RegExp(`\\b${column}\\b`).test(text)
  const found = SHARD_KEYS.find(([column]) => isIn(order, column)) ?? SHARD_KEYS.find(([column]) => isIn(columns, column))
  if (!found) throw new Error(`rows of a table ordered by ${order} find no shard`)
  return found[1]
}
