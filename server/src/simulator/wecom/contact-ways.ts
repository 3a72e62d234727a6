/** 联系我 (contact ways), the live codes of WeCom: contract C2. */
import { derivedText, randomText } from '../crypto.ts'
import { type Call, imageAnswer, type RouteTable } from '../origin.ts'
import { qrPng } from '../qr-image.ts'
import { PlatformError } from '../simulator.ts'
import type { ContactWay, Corp } from '../world.ts'
import { type Body, byteLength, charLength, jsonBody, ok, optionalNumber, text, texts, withCorp } from './envelope.ts'

const MEMBERS_MAX = 100
const WAYS_MAX = 500_000
const TEMPORARY_A_DAY = 100_000
const FORTNIGHT_SECONDS = 1_209_600

export function contactWayText(configId: string): string {
  return `https://work.weixin.qq.com/u/vc${derivedText(16, configId)}?v=${configId}`
}

function add(call: Call, corp: Corp) {
  const { sim } = call
  const body = jsonBody(call)
  const type = optionalNumber(body, 'type')
  const scene = optionalNumber(body, 'scene')
  if (type === undefined) throw new PlatformError(41037, 'missing contact way type')
  if (scene === undefined) throw new PlatformError(41038, 'missing contact way scene')
  if (type !== 1 && type !== 2) throw new PlatformError(41039, 'invalid contact way type')
  if (scene !== 1 && scene !== 2) throw new PlatformError(41040, 'invalid contact way scene')
  const isTemp = body.is_temp === true
  if (isTemp && !sim.quotas.take(`temp:${corp.corpId}`, TEMPORARY_A_DAY, 86_400_000, sim.now()))
    throw new PlatformError(45009, 'api freq out of limit')
  if (!isTemp && [...corp.contactWays.values()].filter(way => !way.is_temp).length >= WAYS_MAX)
    throw new PlatformError(41045, 'contact way size out of limit')

  const configId = randomText(32).toLowerCase()
  const way: ContactWay = {
    config_id: configId,
    type,
    scene,
    skip_verify: true,
    is_temp: isTemp,
    is_exclusive: body.is_exclusive === true,
    mark_source: body.mark_source !== false,
    user: [],
    party: [],
    createdAtMs: sim.now(),
    ...(scene === 2 ? { qr_code: `${sim.urls.wecom}/wwpic/${configId}/0` } : {}),
  }
  change(corp, way, body)
  if (way.type === 1 && way.user.length !== 1)
    throw new PlatformError(40058, 'invalid argument: user must hold exactly one userid')
  if (way.user.length === 0 && way.party.length === 0)
    throw new PlatformError(40058, 'invalid argument: user or party is required')
  corp.contactWays.set(configId, way)
  sim.changed()
  return { ...ok, config_id: configId, ...(way.qr_code ? { qr_code: way.qr_code } : {}) }
}

/** The checks and changes that add and update share. Throws before anything is changed. */
function change(corp: Corp, way: ContactWay, body: Body): void {
  const state = body.state === undefined ? undefined : text(body.state)
  if (state !== undefined && charLength(state) > 30) throw new PlatformError(40058, 'invalid argument: state exceeds 30')
  const remark = body.remark === undefined ? undefined : text(body.remark)
  if (remark !== undefined && charLength(remark) > 30) throw new PlatformError(40058, 'invalid argument: remark exceeds 30')
  const style = optionalNumber(body, 'style')
  if (style !== undefined && way.scene === 1 && !(style >= 1 && style <= (way.type === 1 ? 3 : 2)))
    throw new PlatformError(41041, 'invalid contact way style')
  const users = body.user === undefined ? undefined : texts(body.user)
  const parties = body.party === undefined ? undefined : (body.party as unknown[]).map(Number)
  if (users && users.length > MEMBERS_MAX) throw new PlatformError(41044, 'contact way user out of limit')
  for (const userid of users ?? []) {
    const member = corp.members.get(userid)
    if (!member) throw new PlatformError(40003, `invalid userid: ${userid}`)
    if (member.hasLeft) throw new PlatformError(41054, `user ${userid} is not activated`)
  }
  if (parties?.length && way.type === 1) throw new PlatformError(40058, 'invalid argument: party needs type 2')
  for (const key of ['expires_in', 'chat_expires_in'] as const) {
    const seconds = optionalNumber(body, key)
    if (seconds !== undefined && !(seconds > 0 && seconds <= FORTNIGHT_SECONDS))
      throw new PlatformError(40058, `invalid argument: ${key}`)
    if (seconds !== undefined) way[key] = seconds
  }
  checkConclusions(body.conclusions)

  if (state !== undefined) way.state = state
  if (remark !== undefined) way.remark = remark
  if (style !== undefined) way.style = style
  if (users) way.user = [...new Set(users)]
  if (parties) way.party = parties
  if (body.skip_verify !== undefined) way.skip_verify = body.skip_verify !== false
  if (body.mark_source !== undefined) way.mark_source = body.mark_source !== false
  if (body.unionid !== undefined) way.unionid = text(body.unionid)
  if (body.conclusions !== undefined) way.conclusions = body.conclusions
}

function checkConclusions(value: unknown): void {
  const conclusions = (value ?? {}) as {
    text?: { content?: unknown }
    link?: { title?: unknown }
    miniprogram?: { title?: unknown }
  }
  if (byteLength(text(conclusions.text?.content)) > 4000)
    throw new PlatformError(40058, 'invalid argument: conclusions.text.content')
  if (byteLength(text(conclusions.link?.title)) > 128) throw new PlatformError(40058, 'invalid argument: conclusions.link.title')
  if (byteLength(text(conclusions.miniprogram?.title)) > 64)
    throw new PlatformError(40058, 'invalid argument: conclusions.miniprogram.title')
}

function find(call: Call, corp: Corp): ContactWay {
  const way = corp.contactWays.get(text(jsonBody(call).config_id))
  if (!way) throw new PlatformError(41042, 'invalid contact way config id')
  return way
}

function get(call: Call, corp: Corp) {
  const { createdAtMs: _createdAtMs, is_exclusive: _isExclusive, ...way } = find(call, corp)
  return { ...ok, contact_way: way }
}

function list(call: Call, corp: Corp) {
  const body = jsonBody(call)
  const now = call.sim.now()
  const from = (optionalNumber(body, 'start_time') ?? now / 1000 - 90 * 86_400) * 1000
  const to = (optionalNumber(body, 'end_time') ?? now / 1000 + 1) * 1000
  const limit = optionalNumber(body, 'limit') ?? 100
  if (!(limit >= 1 && limit <= 1000)) throw new PlatformError(40058, 'invalid argument: limit')
  const offset = cursorOffset(text(body.cursor))
  const ways = [...corp.contactWays.values()].filter(way => !way.is_temp && way.createdAtMs >= from && way.createdAtMs < to)
  const page = ways.slice(offset, offset + limit)
  return {
    ...ok,
    contact_way: page.map(way => ({ config_id: way.config_id })),
    next_cursor: nextCursor(offset + limit, ways.length),
  }
}

/** Cursors are opaque to callers: an offset in disguise. */
export function cursorOffset(cursor: string): number {
  if (!cursor) return 0
  const offset = Number(Buffer.from(cursor, 'base64url').toString().replace('at:', ''))
  if (!Number.isInteger(offset) || offset < 0) throw new PlatformError(40058, 'invalid argument: cursor')
  return offset
}

export function nextCursor(offset: number, total: number): string {
  return offset < total ? Buffer.from(`at:${offset}`).toString('base64url') : ''
}

function update(call: Call, corp: Corp) {
  const way = find(call, corp)
  const body = jsonBody(call)
  const users = body.user === undefined ? way.user : texts(body.user)
  if (way.type === 1 && users.length !== 1) throw new PlatformError(40058, 'invalid argument: user must hold exactly one userid')
  change(corp, way, body)
  call.sim.changed()
  return ok
}

function remove(call: Call, corp: Corp) {
  corp.contactWays.delete(find(call, corp).config_id)
  call.sim.changed()
  return ok
}

async function picture({ sim, params }: Call) {
  const configId = params.configId ?? ''
  const isKnown = [...sim.world.corps.values()].some(corp => corp.contactWays.has(configId))
  if (!isKnown) return { status: 404, contentType: 'text/html', body: 'not found' }
  return imageAnswer(await qrPng(contactWayText(configId)))
}

const customers = { right: 'customers' } as const

export const contactWayRoutes: RouteTable = {
  'POST /cgi-bin/externalcontact/add_contact_way': withCorp(customers, add),
  'POST /cgi-bin/externalcontact/get_contact_way': withCorp(customers, get),
  'POST /cgi-bin/externalcontact/list_contact_way': withCorp({ right: 'customers', isList: true }, list),
  'POST /cgi-bin/externalcontact/update_contact_way': withCorp(customers, update),
  'POST /cgi-bin/externalcontact/del_contact_way': withCorp(customers, remove),
  'GET /wwpic/{configId}/0': picture,
}
