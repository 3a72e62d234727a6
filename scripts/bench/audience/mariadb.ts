import { type Connection, createConnection } from 'mysql2/promise'
import { clickhouse } from '../../../server/src/core/index.ts'
import type { Row } from '../measures.ts'
import { whole } from '../measures.ts'
import { CITIES } from './world.ts'

/**
 * The same question (three attributes, two tags, a sum over 90 days) asked of MariaDB in three ways, over the same people: merges are already carried out there, which
 * spares it the mapping that we do. Two threads for ClickHouse against one per query here, since MariaDB runs a query on one; its tables fit its memory.
 */
const url = process.env.BENCH_DATABASE_URL || process.env.TEST_DATABASE_URL || 'mysql://root@127.0.0.1:3306'
const JOBS_TRIED = 3_000
const BATCH = 300

const TABLES: { name: string; columns: string; keys: string; select: string }[] = [
  {
    name: 'people',
    columns: 'id INT UNSIGNED PRIMARY KEY, city VARCHAR(20) NOT NULL, tier_rank INT NOT NULL, points INT NOT NULL',
    keys: 'ADD KEY (city, tier_rank, points)',
    select: `SELECT person_id, anyIf(text, name = 'city'), toInt32(maxIf(number, name = 'tierRank')), toInt32(maxIf(number, name = 'points')) FROM facts_all
      WHERE name IN ('inBrand', 'city', 'tierRank', 'points') AND person_id NOT IN (SELECT home_id FROM person_aliases) GROUP BY person_id ORDER BY person_id`,
  },
  {
    name: 'tags',
    columns: 'tag_id INT UNSIGNED, person_id INT UNSIGNED, PRIMARY KEY (tag_id, person_id)',
    keys: 'ADD KEY (person_id, tag_id)',
    select:
      "SELECT toUInt32(substring(name, 5)) AS tag, person_id FROM facts_all WHERE startsWith(name, 'tag:') ORDER BY tag, person_id",
  },
  {
    name: 'orders',
    columns: 'id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, person_id INT UNSIGNED, at DATETIME(3), amount_fen INT',
    keys: 'ADD KEY (person_id, at, amount_fen), ADD KEY (at, person_id, amount_fen)',
    select: `SELECT toUInt32(0), coalesce(alias.to_id, tracks.person_id), toString(occurred_at), toInt32(numbers['amountFen']) FROM tracks
      LEFT JOIN (SELECT home_id, person_id AS to_id FROM person_aliases) AS alias ON alias.home_id = tracks.person_id WHERE name = 'order_paid'`,
  },
]

/** Answers rows of results; `expected` is our own count, which all ways must find. */
export async function askMariadb(
  now: Date,
  expected: number,
  ours: { countMs: number; buildMs: number },
  say: (what: string) => void,
): Promise<Row[]> {
  const database = `banyan_bench_audience_${process.pid}`
  const connection = await createConnection({ uri: url, multipleStatements: false, timezone: 'Z' })
  await connection.query(`CREATE DATABASE ${database}`)
  await connection.query(`USE ${database}`)
  try {
    await copy(connection, database, say)
    const set = await setQuery(connection, now)
    check('the set query', set.count, expected)
    const jobs = await jobPerSubject(connection, now)
    const batches = await batchesNotIn(connection, now)
    check('batches of 300', batches.count, expected)
    const row = (what: string, seconds: number, notes: string[]): Row => ({
      what: `MariaDB: ${what}`,
      reached: `${seconds.toFixed(1)} s`,
      target: `ours: ${(ours.countMs / 1000).toFixed(2)} s to count, ${(ours.buildMs / 1000).toFixed(2)} s to build`,
      isReached: true,
      notes,
      detail: { seconds, ours },
    })
    return [
      row('one set query (covering indexes)', set.seconds, [
        'expresses every condition in SQL; says neither why nor when time changes the answer',
      ]),
      row('a job per subject', jobs.seconds, [
        `measured on ${whole(JOBS_TRIED)} subjects and multiplied; one segment. Expresses whatever the program can`,
      ]),
      row('batches of 300 with NOT IN', batches.seconds, [
        `${whole(batches.rounds)} rounds to fill the segment's table; only finds who enters, leaving is a second pass`,
      ]),
    ]
  } finally {
    await connection.query(`DROP DATABASE ${database}`)
    await connection.end()
  }
}

async function copy(connection: Connection, database: string, say: (what: string) => void): Promise<void> {
  const { hostname, port, username, password } = new URL(url)
  for (const { name, columns, keys, select } of TABLES) {
    await connection.query(`CREATE TABLE ${name} (${columns})`)
    await clickhouse.command(
      `INSERT INTO FUNCTION mysql('${hostname}:${port || 3306}', '${database}', '${name}', '${username}', '${decodeURIComponent(password)}') ${select}`,
      {},
      { lane: 'build' },
    )
    await connection.query(`ALTER TABLE ${name} ${keys}`)
    await connection.query(`ANALYZE TABLE ${name}`)
    say(`copied ${name} to MariaDB`)
  }
}

const since = (now: Date) => new Date(now.getTime() - 90 * 86_400_000)
const conditions = `city IN ('${CITIES[0]}', '${CITIES[1]}') AND tier_rank >= 3 AND points >= 1000
  AND EXISTS (SELECT 1 FROM tags t WHERE t.tag_id = 1 AND t.person_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.tag_id = 2 AND t.person_id = p.id)
  AND (SELECT SUM(amount_fen) FROM orders o WHERE o.person_id = p.id AND o.at >= ? AND o.at < ?) >= 30000`

async function numberOf(connection: Connection, sql: string, params: unknown[]): Promise<number> {
  const [rows] = await connection.query(sql, params)
  return Number((rows as { n: number }[])[0]?.n ?? 0)
}

/** The better of twice: the second finds everything in memory. */
async function setQuery(connection: Connection, now: Date): Promise<{ seconds: number; count: number }> {
  let seconds = Number.POSITIVE_INFINITY
  let count = 0
  for (let time = 0; time < 2; time += 1) {
    const began = performance.now()
    count = await numberOf(connection, `SELECT COUNT(*) AS n FROM people p WHERE ${conditions}`, [since(now), now])
    seconds = Math.min(seconds, (performance.now() - began) / 1000)
  }
  return { seconds, count }
}

async function jobPerSubject(connection: Connection, now: Date): Promise<{ seconds: number }> {
  const people = await numberOf(connection, 'SELECT COUNT(*) AS n FROM people', [])
  const began = performance.now()
  for (let n = 0; n < JOBS_TRIED; n += 1) {
    const id = 1 + ((n * 7919) % people)
    await numberOf(connection, `SELECT COUNT(*) AS n FROM people p WHERE id = ? AND ${conditions}`, [id, since(now), now])
  }
  return { seconds: ((performance.now() - began) / 1000 / JOBS_TRIED) * people }
}

async function batchesNotIn(connection: Connection, now: Date): Promise<{ seconds: number; rounds: number; count: number }> {
  await connection.query('CREATE TABLE segment_people (person_id INT UNSIGNED PRIMARY KEY)')
  const began = performance.now()
  for (let rounds = 1; ; rounds += 1) {
    const [found] = await connection.query(
      `SELECT p.id FROM people p WHERE ${conditions} AND p.id NOT IN (SELECT person_id FROM segment_people) LIMIT ${BATCH}`,
      [since(now), now],
    )
    const ids = (found as { id: number }[]).map(({ id }) => [id])
    if (ids.length > 0) await connection.query('INSERT INTO segment_people (person_id) VALUES ?', [ids])
    if (ids.length < BATCH)
      return {
        seconds: (performance.now() - began) / 1000,
        rounds,
        count: await numberOf(connection, 'SELECT COUNT(*) AS n FROM segment_people', []),
      }
  }
}

function check(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${what} finds ${found}, we find ${expected}`)
}
