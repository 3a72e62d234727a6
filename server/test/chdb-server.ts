/**
 * ClickHouse over HTTP where no server is installed: chDB in a process of its own, spoken to by the same client as a real server. Tests and the bench
 * start it: `node --import tsx server/test/chdb-server.ts FOLDER`; it tells its parent the port, or prints it. With `--shards` it is a cluster of two:
 * see chdb-shards.ts.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { twoShards } from './chdb-shards.ts'

type Session = {
  queryAsync(sql: string, options: { format: string }): Promise<{ bytes(): Uint8Array }>
  close(): void
}

const { Session: ChdbSession } = createRequire(import.meta.url)('chdb') as { Session: new (path: string) => Session }
const folder = process.argv[2]
if (!folder) throw new Error('say the folder of the data')
const shards = process.argv.includes('--shards') ? twoShards() : null

/** Known to the HTTP layer of a server only. */
const OF_HTTP = /^(query|query_id|database|default_format|session_id|wait_end_of_query|compress|enable_http_compression|http_.*)$/
/** A session runs one query after another and keeps its settings, as one connection of our client does. */
type Lane = { session: Session; settings: string; last: Promise<unknown> }
const lanes = new Map<Socket, Lane>()

/** As long an address as a server takes: its http_max_uri_size. */
const ADDRESS_MAX = 1_048_576
const server = createServer({ maxHeaderSize: ADDRESS_MAX, requestTimeout: 0, keepAliveTimeout: 600_000 }, (request, response) => {
  void answer(request, response).catch(error => {
    const text = error instanceof Error ? error.message : String(error)
    response.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text)
  })
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number }
  if (process.send) process.send({ port })
  else console.log(port)
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname === '/ping') return void response.end('Ok.\n')
  const { body, fields } = await bodyOf(request)
  for (const [name, value] of fields) url.searchParams.append(name, value)
  const said = url.searchParams.get('query')
  const text = said === null ? body : `${said}\n${body}`
  const lane = laneOf(request.socket)
  const run = async () => {
    const settings: string[] = []
    const params: string[] = []
    for (const [name, value] of url.searchParams) {
      if (name.startsWith('param_')) params.push(`SET ${wordOf(name)} = ${literal(value)}`)
      else if (!OF_HTTP.test(name) && !shards?.isNotFor(name)) settings.push(`SET ${wordOf(name)} = ${literal(value)}`)
    }
    const statement = shards ? shards.statement(text) : text
    if (shards) settings.push(shards.filters())
    if (settings.join() !== lane.settings) {
      for (const one of settings) await lane.session.queryAsync(one, { format: 'CSV' })
      lane.settings = settings.join()
    }
    for (const one of params) await lane.session.queryAsync(one, { format: 'CSV' })
    return lane.session.queryAsync(statement, { format: url.searchParams.get('default_format') ?? 'TabSeparated' })
  }
  const work = lane.last.then(run, run)
  lane.last = work
  const result = Buffer.from((await work).bytes())
  response.writeHead(200, { 'X-ClickHouse-Query-Id': url.searchParams.get('query_id') ?? '' }).end(result)
}

function laneOf(socket: Socket): Lane {
  const found = lanes.get(socket)
  if (found) return found
  const session = new ChdbSession(folder as string)
  // A value is set here by a statement, whose length a server does not ask for.
  const last: Promise<unknown> = session.queryAsync('SET max_query_size = 1000000000', { format: 'CSV' })
  const lane = { session, settings: '', last }
  lanes.set(socket, lane)
  socket.once('close', () => {
    lanes.delete(socket)
    const close = () => lane.session.close()
    lane.last.then(close, close)
  })
  return lane
}

/** The body, or the fields of a form: what is too long for the address comes so, the query too. */
async function bodyOf(request: IncomingMessage): Promise<{ body: string; fields: [string, string][] }> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const sent = Buffer.concat(chunks)
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/form-data')) {
    const form = await new Response(sent, { headers: { 'Content-Type': type } }).formData()
    return { body: '', fields: [...form].map(([name, value]) => [name, String(value)]) }
  }
  return { body: (request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString('utf8'), fields: [] }
}

function wordOf(name: string): string {
  if (!/^\w+$/.test(name)) throw new Error(`Code: 36. DB::Exception: ${name} is no setting (BAD_ARGUMENTS)`)
  return name
}

const literal = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

const leave = () => {
  server.close()
  server.closeAllConnections()
  process.exit(0)
}
process.on('SIGTERM', leave)
process.on('SIGINT', leave)
process.on('disconnect', leave)
