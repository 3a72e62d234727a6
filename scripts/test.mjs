// `npm test`: everything that can be tested on this machine, and a plain word on what could not.
// `npm test -- server/src/coupons` runs only the test files whose path contains one of the words.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checks } from './lib/checks.mjs'
import { buildFace, staleFaces } from './lib/faces.mjs'
import { installIfNeeded } from './lib/install.mjs'
import { bin, color, findChromium, needNode, ROOT, say, seconds, show, step } from './lib/shell.mjs'

const startedAt = Date.now()
const isCi = ['1', 'true'].includes(process.env.CI ?? '')
const only = process.argv.slice(2)
const rows = []

needNode()
await installIfNeeded()
await runChecks()
const servers = await findServers()
const chromium = findChromium()

await suite('Unit', ['unit'], servers.env)
await suite('Integration, embedded stores', ['integration-embedded'])
await suite('Audience engine, two shards of ClickHouse', ['shards'])
if (servers.reason) skip('Integration, MariaDB/MySQL + Redis', servers.reason)
else await suite('Integration, MariaDB/MySQL + Redis', ['integration-servers'], servers.env)
await browserSuites()
report()

async function runChecks() {
  for (const check of checks) {
    const began = Date.now()
    const { code, output } = await check.run()
    if (code !== 0) say(`\n${color.red('✗')} ${check.title}\n${output.trim()}\n`)
    rows.push({ title: check.title, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, ms: Date.now() - began })
  }
}

async function browserSuites() {
  if (!chromium) {
    skip('Browser', 'no Chromium found (install chromium, or set CHROMIUM_PATH)')
    return
  }
  try {
    for (const face of staleFaces()) await step(`Building ${face.title}`, () => buildFace(face))
  } catch (error) {
    say(error.message)
    rows.push({ title: 'Browser', passed: 0, failed: 1, skipped: 0, ms: 0, note: 'the faces could not be built' })
    return
  }
  await suite('Browser, embedded stores', ['browser'], { CHROMIUM_PATH: chromium })
  if (!servers.reason)
    await suite('Browser, MariaDB/MySQL + Redis', ['browser-servers'], { ...servers.env, CHROMIUM_PATH: chromium })
}

/** Runs vitest projects and counts from its JSON, so that a crash without a report is a failure too. */
async function suite(title, projects, env = {}) {
  const began = Date.now()
  const file = join(ROOT, '.cache', `test-${projects[0]}.json`)
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  rmSync(file, { force: true })
  say(`\n${color.bold(title)}`)
  const args = [
    'run',
    ...projects.flatMap(name => ['--project', name]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...only,
  ]
  const code = await show(bin('vitest'), args, { env: { ...env, UV_THREADPOOL_SIZE: '16' } })
  const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
  const crashed = result?.testResults?.filter(one => one.status === 'failed' && one.assertionResults.length === 0).length ?? 0
  const failed = (result?.numFailedTests ?? 0) + crashed
  rows.push({
    title,
    passed: result?.numPassedTests ?? 0,
    failed: code !== 0 ? Math.max(1, failed) : failed,
    skipped: (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0),
    ms: Date.now() - began,
  })
}

function skip(title, reason) {
  rows.push({
    title,
    passed: 0,
    failed: isCi ? 1 : 0,
    skipped: isCi ? 0 : 1,
    ms: 0,
    note: isCi ? `may not be skipped in CI: ${reason}` : `skipped: ${reason}`,
  })
}

/** The stores of the second pass: the addresses that answer, or why there is none. */
async function findServers() {
  const { createConnection } = await import('mysql2/promise')
  const { createClient } = await import('redis')
  const addresses = process.env.TEST_DATABASE_URL
    ? [process.env.TEST_DATABASE_URL]
    : ['mysql://root@127.0.0.1:3306', 'mysql://root:root@127.0.0.1:3306', 'mysql://banyan:banyan@127.0.0.1:3306']
  let databaseUrl = null
  let why = ''
  for (const address of addresses) {
    try {
      const connection = await createConnection({ uri: address, connectTimeout: 2000 })
      const name = `banyan_test_probe_${process.pid}`
      await connection.query(`CREATE DATABASE \`${name}\``)
      await connection.query(`DROP DATABASE \`${name}\``)
      await connection.end()
      databaseUrl = address
      break
    } catch (error) {
      why = error.code ?? error.message
    }
  }
  if (!databaseUrl)
    return { reason: `no MariaDB or MySQL that may create databases at ${hidden(addresses[0])} (${why}); set TEST_DATABASE_URL` }
  const redisUrl = process.env.TEST_REDIS_URL || 'redis://127.0.0.1:6379'
  const client = createClient({ url: redisUrl, socket: { connectTimeout: 2000, reconnectStrategy: false } })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.ping()
    await client.close()
  } catch (error) {
    return { reason: `no Redis at ${hidden(redisUrl)} (${error.code ?? error.message}); set TEST_REDIS_URL` }
  }
  return { env: { TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl } }
}

function hidden(address) {
  return address.replace(/:\/\/([^:@]*):[^@]*@/, '://$1:***@')
}

function report() {
  const sum = key => rows.reduce((total, row) => total + row[key], 0)
  say(`\n${color.bold('Summary')} ${color.dim(`in ${seconds(Date.now() - startedAt)}`)}`)
  for (const { title, passed, failed, skipped, ms, note } of rows) {
    const sign = failed > 0 ? color.red('✗') : note ? color.amber('-') : color.green('✓')
    const counts =
      note ??
      `${passed} passed${failed ? `, ${failed} failed` : ''}${skipped ? `, ${skipped} skipped` : ''} ${color.dim(seconds(ms))}`
    say(`${sign} ${title.padEnd(40)} ${counts}`)
  }
  say(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
  process.exitCode = sum('failed') > 0 ? 1 : 0
}
