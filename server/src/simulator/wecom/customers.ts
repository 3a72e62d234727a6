/** Customers of staff: lists, details, remark, ids: contract C3 and C10. */
import type { Call, RouteTable } from '../origin.ts'
import { PlatformError, type Simulator } from '../simulator.ts'
import type { Corp, Relation } from '../world.ts'
import { cursorOffset, nextCursor } from './contact-ways.ts'
import { charLength, jsonBody, ok, optionalNumber, relationOf, text, texts, withCorp } from './envelope.ts'

function followUsers(_call: Call, corp: Corp) {
  return { ...ok, follow_user: [...corp.members.values()].filter(member => !member.hasLeft).map(member => member.userid) }
}

function list({ query }: Call, corp: Corp) {
  const userid = query.get('userid') ?? ''
  if (!corp.members.has(userid)) throw new PlatformError(60111, 'userid not found')
  const ids = [...corp.relations.values()].filter(relation => relation.userid === userid).map(relation => relation.externalUserid)
  if (ids.length === 0) throw new PlatformError(84061, 'not external contact')
  return { ...ok, external_userid: ids }
}

function externalContact(sim: Simulator, corp: Corp, externalUserid: string) {
  const user = sim.directory.userByExternal(corp.corpId, externalUserid)
  if (!user) throw new PlatformError(40096, 'invalid external userid')
  return {
    external_userid: externalUserid,
    name: user.name,
    type: 1,
    avatar: `http://wx.qlogo.cn/mmhead/${externalUserid.slice(-12)}/0`,
    gender: user.gender,
    ...(user.unionid ? { unionid: user.unionid } : {}),
  }
}

function common(relation: Relation) {
  return {
    userid: relation.userid,
    remark: relation.remark,
    description: relation.description,
    createtime: Math.floor(relation.createdAtMs / 1000),
    ...(relation.remarkCompany ? { remark_corp_name: relation.remarkCompany } : {}),
    remark_mobiles: relation.remarkMobiles,
    oper_userid: relation.userid,
    add_way: relation.addWay,
    ...(relation.state ? { state: relation.state } : {}),
  }
}

function tagsOf(corp: Corp, relation: Relation) {
  return corp.tagGroupList.flatMap(group =>
    group.tag
      .filter(tag => relation.tagIds.includes(tag.id))
      .map(tag => ({ group_name: group.group_name, tag_name: tag.name, tag_id: tag.id, type: 1 })),
  )
}

function detail({ sim, query }: Call, corp: Corp) {
  const externalUserid = query.get('external_userid') ?? ''
  const contact = externalContact(sim, corp, externalUserid)
  const relations = [...corp.relations.values()].filter(relation => relation.externalUserid === externalUserid)
  if (relations.length === 0) throw new PlatformError(84061, 'not external contact')
  return {
    ...ok,
    external_contact: contact,
    follow_user: relations.map(relation => ({ ...common(relation), tags: tagsOf(corp, relation) })),
    next_cursor: '',
  }
}

function batchByUser(call: Call, corp: Corp) {
  const body = jsonBody(call)
  const userids = texts(body.userid_list)
  if (userids.length === 0) throw new PlatformError(40063, 'empty argument: userid_list')
  if (userids.length > 100) throw new PlatformError(40058, 'invalid argument: userid_list')
  for (const userid of userids) if (!corp.members.has(userid)) throw new PlatformError(60111, 'userid not found')
  const limit = optionalNumber(body, 'limit') ?? 50
  if (!(limit >= 1 && limit <= 100)) throw new PlatformError(40058, 'invalid argument: limit')
  const offset = cursorOffset(text(body.cursor))
  const relations = [...corp.relations.values()].filter(relation => userids.includes(relation.userid))
  const external_contact_list = relations.slice(offset, offset + limit).map(relation => ({
    external_contact: externalContact(call.sim, corp, relation.externalUserid),
    follow_info: { ...common(relation), tag_id: relation.tagIds },
  }))
  return { ...ok, external_contact_list, next_cursor: nextCursor(offset + limit, relations.length) }
}

function remark(call: Call, corp: Corp) {
  const body = jsonBody(call)
  const relation = relationOf(corp, text(body.userid), text(body.external_userid))
  const given = ['remark', 'description', 'remark_company', 'remark_mobiles', 'remark_pic_mediaid'].filter(
    key => body[key] !== undefined,
  )
  if (given.length === 0) throw new PlatformError(40063, 'empty argument')
  const tooLong =
    charLength(text(body.remark)) > 20 || charLength(text(body.description)) > 150 || charLength(text(body.remark_company)) > 20
  if (tooLong) throw new PlatformError(40058, 'invalid argument: too long')
  if (body.remark !== undefined) relation.remark = text(body.remark)
  if (body.description !== undefined) relation.description = text(body.description)
  if (body.remark_company !== undefined) relation.remarkCompany = text(body.remark_company)
  if (body.remark_mobiles !== undefined) relation.remarkMobiles = texts(body.remark_mobiles).filter(mobile => mobile !== '')
  call.sim.changed() // made through the API: no callback
  return ok
}

/** Only customers are found; anyone else is 84061. */
function fromUnionid(call: Call, corp: Corp) {
  const { sim } = call
  const user = sim.directory.userByUnionid(text(jsonBody(call).unionid))
  const externalUserid = user ? sim.directory.external(user.id, corp.corpId) : ''
  const isCustomer = [...corp.relations.values()].some(relation => relation.externalUserid === externalUserid)
  if (!isCustomer) throw new PlatformError(84061, 'not external contact')
  return { ...ok, external_userid: externalUserid }
}

function toOpenid(call: Call, corp: Corp) {
  const externalUserid = text(jsonBody(call).external_userid)
  const user = call.sim.directory.userByExternal(corp.corpId, externalUserid)
  if (!user) throw new PlatformError(40096, 'invalid external userid')
  return { ...ok, openid: call.sim.directory.openid(user.id, corp.corpId) }
}

const customers = { right: 'customers' } as const
const customerList = { right: 'customers', isList: true } as const

export const customerRoutes: RouteTable = {
  'GET /cgi-bin/externalcontact/get_follow_user_list': withCorp(customers, followUsers),
  'GET /cgi-bin/externalcontact/list': withCorp(customerList, list),
  'GET /cgi-bin/externalcontact/get': withCorp(customers, detail),
  'POST /cgi-bin/externalcontact/batch/get_by_user': withCorp(customerList, batchByUser),
  'POST /cgi-bin/externalcontact/remark': withCorp(customers, remark),
  'POST /cgi-bin/externalcontact/unionid_to_external_userid': withCorp(customers, fromUnionid),
  'POST /cgi-bin/externalcontact/convert_to_openid': withCorp(customers, toOpenid),
}
