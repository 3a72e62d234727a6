import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ClientTracks, endpointErrors, errorTextOf, type TrackInput } from '@banyan/shared'
import { z } from 'zod'
import { type Ctx, now, type RawAnswer, type RawRequest, Refusal, raw, refused } from '../core/index.ts'
import { type ClientKeyFacts, openClientKey } from './client-keys.ts'
import { collectFrom } from './collect-tracks.ts'
import { mustNotFlood } from './how-much.ts'

const BODY_MAX = 1_000_000
const SCRIPT_SECONDS = 3_600

/** Pages of other sites may ask, without cookies: the key in the body says for which brand. */
const OPEN = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' }

/**
 * What pages and apps use: the small SDK's file, and the door that takes what it sends. The body is JSON sent as plain text, so that a page that is
 * being left can still send it (`sendBeacon`) and a browser asks no permission first.
 */
export const clientRoutes = [
  raw({ method: 'POST', path: '/sdk/collect', name: 'tracks.collect', bodyLimitBytes: BODY_MAX, handler: collect }),
  raw({ method: 'GET', path: '/sdk/tracks.js', name: 'sdk.tracks', handler: script }),
]

async function collect(request: RawRequest): Promise<RawAnswer> {
  try {
    const body = await request.body()
    const input = read(body)
    const at = now()
    await mustNotFlood('address', request.ip, input.tracks.length, body.length)
    const key = await openClientKey(input.key, at)
    if (!key) throw refused('clientKey.unknown')
    await mustNotFlood('key', key.id, input.tracks.length, body.length)
    const data = await collectFrom(ctxOf(request.ctx, key, at), tracksOf(input, key), 'client')
    return { headers: OPEN, body: { data } }
  } catch (error) {
    // A page of another site reads the answer only with these headers, so a refusal is answered here.
    if (!(error instanceof Refusal)) throw error
    const { code, detail } = error
    const message = errorTextOf(code, request.ctx.language)
    return {
      status: endpointErrors[code]?.status ?? 400,
      headers: OPEN,
      body: { error: { code, message, requestId: request.ctx.requestId, ...(detail ? { detail } : {}) } },
    }
  }
}

function read(body: Buffer): ClientTracks {
  let given: unknown
  try {
    given = JSON.parse(body.toString('utf8'))
  } catch {
    throw refused('input.malformed')
  }
  const parsed = z.safeDecode(ClientTracks, given as never)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw refused('input.invalid', { field: issue?.path.join('.'), reason: issue?.message })
}

/** The key speaks for its brand, and may do nothing but this. */
function ctxOf(ctx: Ctx, key: ClientKeyFacts, at: Date): Ctx {
  return {
    ...ctx,
    now: at,
    actor: { type: 'anonymous', id: null, name: key.name },
    brandId: key.brandId,
    brandIds: [key.brandId],
  }
}

function tracksOf({ openid, deviceId, tracks }: ClientTracks, { appId }: ClientKeyFacts): TrackInput[] {
  const identifiers =
    openid !== undefined && appId !== ''
      ? [{ type: 'openid', scope: appId, value: openid }]
      : [{ type: 'device', scope: '', value: deviceId }]
  return tracks.map(track => ({ ...track, identifiers }))
}

let built: { text: Promise<string> } | null = null

/** The SDK as one file for browsers, made of the mini program's own source when the faces are built. */
async function script(): Promise<RawAnswer> {
  built ??= { text: readFile(resolve(import.meta.dirname, '../../../miniprogram/dist/sdk/tracks.js'), 'utf8') }
  const text = await built.text.catch(() => {
    built = null
    throw refused('endpoint.unknown', { reason: 'not built' })
  })
  return {
    headers: { ...OPEN, 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': `public, max-age=${SCRIPT_SECONDS}` },
    body: text,
  }
}
