/** `/simulator/api/*` on the product's own port: every act by POST, the live log and the pictures by GET. Only while the simulator runs. */
import { type RawAnswer, type RawRequest, type RawRoute, raw } from '../../core/index.ts'
import { codePicture } from '../people/code-tray.ts'
import { Impossible, type Simulator } from '../simulator.ts'
import { pictureOf } from '../wecom/welcome.ts'
import { type Act, act } from './act.ts'
import { consumerActs } from './consumer-acts.ts'
import { corpActs } from './corp-acts.ts'
import { deskActs } from './desk-acts.ts'
import { logStream } from './log-stream.ts'
import { staffActs } from './staff-acts.ts'

export const acts: Record<string, Act> = { ...consumerActs, ...staffActs, ...corpActs, ...deskActs }

const BODY_BYTES_MAX = 5_000_000

/** Runs one act. Throws Impossible, or ZodError on a wrong input. */
export async function runAct(sim: Simulator, table: Record<string, Act>, name: string, input: unknown): Promise<unknown> {
  const known = table[name]
  if (!known) throw new Impossible(`没有这个动作: ${name}`)
  const checked = known.input.safeParse(input ?? {})
  if (!checked.success)
    throw new Impossible(`${name}: ${checked.error.issues.map(issue => `${issue.path.join('.')} ${issue.message}`).join('; ')}`)
  return (await known.run(sim, checked.data as never)) ?? {}
}

export function simulatorRoutes(sim: Simulator, reset: () => void): RawRoute[] {
  const table: Record<string, Act> = { ...acts, reset: act({}, reset) }
  const post = async (request: RawRequest): Promise<RawAnswer> => {
    if (isForeign(request)) return refusal(403, '只接受本页面的请求')
    try {
      const body = (await request.body()).toString()
      const output = await runAct(sim, table, request.params.name ?? '', body ? JSON.parse(body) : {})
      return json(200, output)
    } catch (error) {
      if (error instanceof Impossible) return refusal(409, error.message)
      if (error instanceof SyntaxError) return refusal(400, '请求不是合法的 JSON')
      throw error
    }
  }
  const get = async ({ params, query }: RawRequest): Promise<RawAnswer> => {
    if (params.name === 'log.stream')
      return {
        status: 200,
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
        body: logStream(sim),
      }
    if (params.name === 'codes.image') {
      const png = await codePicture(sim, query.kind ?? '', query.id ?? '')
      return png
        ? { status: 200, headers: { 'content-type': 'image/png', 'cache-control': 'max-age=3600' }, body: png }
        : refusal(404, '没有这个码')
    }
    if (params.name === 'media') {
      const media = pictureOf(sim, query.id ?? '')
      return media
        ? { status: 200, headers: { 'content-type': media.contentType, 'cache-control': 'max-age=3600' }, body: media.bytes }
        : refusal(404, '没有这个图片')
    }
    return refusal(404, '没有这个地址')
  }
  return [
    raw({ method: 'POST', path: '/simulator/api/:name', name: 'simulator.act', bodyLimitBytes: BODY_BYTES_MAX, handler: post }),
    raw({ method: 'GET', path: '/simulator/api/:name', name: 'simulator.read', handler: get }),
  ]
}

/** A page of another site may not play here. Browsers say where a request comes from, also through a development proxy. */
function isForeign({ headers }: RawRequest): boolean {
  return headers['sec-fetch-site'] === 'cross-site'
}

function json(status: number, value: unknown): RawAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify(value),
  }
}

function refusal(status: number, message: string): RawAnswer {
  return json(status, { error: { code: 'simulator.refused', message } })
}
