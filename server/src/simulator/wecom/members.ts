/** Tokens, the directory, sign-in of staff, JS tickets and app messages: contract C1, C12, C13, C17. */

import { randomText } from '../crypto.ts'
import type { StaffDefinition } from '../definition.ts'
import type { Call, RouteTable } from '../origin.ts'
import { PlatformError } from '../simulator.ts'
import { corpToken } from '../tokens.ts'
import { type Corp, nextNumber } from '../world.ts'
import { byteLength, jsonBody, ok, text, wecomGuarded, withCorp } from './envelope.ts'

const APP_MESSAGES_KEPT = 500

function token({ sim, query, origin, method, path }: Call) {
  const corp = sim.world.corps.get(query.get('corpid') ?? '')
  if (!corp) throw new PlatformError(40013, 'invalid corpid')
  const secret = query.get('corpsecret')
  if (!secret) throw new PlatformError(41004, 'corpsecret missing')
  if (sim.faults.strike('busy', `${origin} ${method} ${path}`)) throw new PlatformError(-1, 'system busy')
  const right = secret === corp.secret ? 'app' : secret === corp.contactsSecret ? 'contacts' : null
  if (!right) {
    // Wrong secrets again and again: the address is shut out for an hour.
    if (!sim.quotas.take(`secret:${corp.corpId}`, 30, 3600_000, sim.now()))
      throw new PlatformError(45009, 'api freq out of limit')
    throw new PlatformError(40001, 'invalid credential')
  }
  return { ...ok, ...corpToken(sim, corp, right) }
}

function memberView(corp: Corp, member: StaffDefinition) {
  const departments = member.departmentIds ?? [1]
  return {
    userid: member.userid,
    name: member.name,
    department: departments,
    main_department: departments[0],
    position: member.position ?? '',
    status: member.hasLeft ? 5 : 1,
    enable: member.hasLeft ? 0 : 1,
    isleader: 0,
    is_leader_in_dept: departments.map(() => (member.position === '店长' ? 1 : 0)),
    alias: '',
    open_userid: `wo${randomlessId(corp.corpId, member.userid)}`,
  }
}

function randomlessId(corpId: string, userid: string): string {
  return Buffer.from(`${corpId}/${userid}`).toString('base64url').slice(0, 30)
}

function listMembers({ query }: Call, corp: Corp) {
  const departmentId = Number(query.get('department_id'))
  if (!corp.departments.some(department => department.id === departmentId)) throw new PlatformError(60003, 'department not found')
  const wanted = new Set([departmentId])
  if (query.get('fetch_child') === '1')
    for (const department of corp.departments) if (wanted.has(department.parentid)) wanted.add(department.id)
  const members = [...corp.members.values()].filter(
    member => !member.hasLeft && (member.departmentIds ?? [1]).some(id => wanted.has(id)),
  )
  return { ...ok, userlist: members.map(member => memberView(corp, member)) }
}

function getMember({ query }: Call, corp: Corp) {
  const member = corp.members.get(query.get('userid') ?? '')
  if (!member || member.hasLeft) throw new PlatformError(60111, 'userid not found')
  return { ...ok, ...memberView(corp, member) }
}

function listDepartments({ query }: Call, corp: Corp) {
  const id = query.get('id')
  const wanted = new Set(id ? [Number(id)] : corp.departments.map(department => department.id))
  if (id) for (const department of corp.departments) if (wanted.has(department.parentid)) wanted.add(department.id)
  return {
    ...ok,
    department: corp.departments
      .filter(department => wanted.has(department.id))
      .map((department, order) => ({ ...department, order })),
  }
}

function userInfo({ sim, query }: Call, corp: Corp) {
  const code = corp.oauthCodes.get(query.get('code') ?? '')
  if (!code || code.expiresAtMs <= sim.now()) throw new PlatformError(40029, 'invalid code')
  corp.oauthCodes.delete(query.get('code') ?? '')
  sim.changed()
  return { ...ok, userid: code.userid }
}

/** Tickets live two hours; at most 400 an hour for the corp and 100 for the app. */
function ticket(corp: Corp, call: Call, kind: 'config' | 'agent_config') {
  const { sim } = call
  if (!sim.quotas.take(`ticket:${corp.corpId}:${kind}`, kind === 'config' ? 400 : 100, 3600_000, sim.now()))
    throw new PlatformError(45009, 'api freq out of limit')
  const known = corp.tickets.get(kind)
  const kept =
    known && known.expiresAtMs > sim.now() + 60_000 ? known : { ticket: randomText(86), expiresAtMs: sim.now() + 7200_000 }
  corp.tickets.set(kind, kept)
  sim.changed()
  return { ...ok, ticket: kept.ticket, expires_in: Math.floor((kept.expiresAtMs - sim.now()) / 1000) }
}

function sendAppMessage(call: Call, corp: Corp) {
  const { sim } = call
  const body = jsonBody(call)
  if (Number(body.agentid) !== corp.agentId) throw new PlatformError(40056, 'invalid agentid')
  const msgtype = text(body.msgtype)
  const part = (body[msgtype] ?? {}) as Record<string, unknown>
  const words = text(part.content) || [text(part.title), text(part.description)].filter(Boolean).join('\n')
  if (!words) throw new PlatformError(40063, `empty argument: ${msgtype}`)
  if (msgtype === 'text' && byteLength(words) > 2048) throw new PlatformError(40058, 'invalid argument: text.content')
  const wanted = text(body.touser) === '@all' ? [...corp.members.keys()] : text(body.touser).split('|').filter(Boolean)
  if (wanted.length > 1000) throw new PlatformError(40058, 'invalid argument: touser')
  const reached = wanted.filter(
    userid => corp.members.get(userid)?.hasLeft === false || (corp.members.has(userid) && !corp.members.get(userid)?.hasLeft),
  )
  if (reached.length === 0) throw new PlatformError(81013, 'user & party & tag all invalid')
  for (const userid of reached) {
    // More than 30 a minute to one member are dropped without a word.
    if (sim.quotas.take(`app-message:${userid}`, 30, 60_000, sim.now()))
      corp.appMessages.push({ userid, atMs: sim.now(), msgtype, text: words })
  }
  if (corp.appMessages.length > APP_MESSAGES_KEPT) corp.appMessages.splice(0, corp.appMessages.length - APP_MESSAGES_KEPT)
  sim.changed()
  const invaliduser = wanted.filter(userid => !reached.includes(userid)).join('|')
  return { ...ok, ...(invaliduser ? { invaliduser } : {}), msgid: `msg${nextNumber(sim.world)}` }
}

const directory = { right: 'directory' } as const
const any = { right: 'any' } as const

export const memberRoutes: RouteTable = {
  'GET /cgi-bin/gettoken': wecomGuarded(token),
  'GET /cgi-bin/user/list': withCorp(directory, listMembers),
  'GET /cgi-bin/user/simplelist': withCorp(directory, listMembers),
  'GET /cgi-bin/user/get': withCorp(directory, getMember),
  'GET /cgi-bin/department/list': withCorp(directory, listDepartments),
  'GET /cgi-bin/department/simplelist': withCorp(directory, listDepartments),
  'GET /cgi-bin/auth/getuserinfo': withCorp(any, userInfo),
  'GET /cgi-bin/get_jsapi_ticket': withCorp(any, (call, corp) => ticket(corp, call, 'config')),
  'GET /cgi-bin/ticket/get': withCorp(any, (call, corp) => {
    if (call.query.get('type') !== 'agent_config') throw new PlatformError(40097, 'invalid ticket type')
    return ticket(corp, call, 'agent_config')
  }),
  'POST /cgi-bin/message/send': withCorp(any, sendAppMessage),
  'GET /cgi-bin/agent/get': withCorp(any, (call, corp) => {
    if (Number(call.query.get('agentid')) !== corp.agentId) throw new PlatformError(40056, 'invalid agentid')
    const userids = [...corp.members.values()].filter(member => !member.hasLeft).map(member => ({ userid: member.userid }))
    return {
      ...ok,
      agentid: corp.agentId,
      name: '榕树',
      close: 0,
      allow_userinfos: { user: userids },
      allow_partys: { partyid: [1] },
      customized_publish_status: 1,
    }
  }),
  'GET /cgi-bin/getcallbackip': withCorp(any, () => ({ ...ok, ip_list: ['127.0.0.1'] })),
  'GET /cgi-bin/get_api_domain_ip': withCorp(any, () => ({ ...ok, ip_list: ['127.0.0.1'] })),
}
