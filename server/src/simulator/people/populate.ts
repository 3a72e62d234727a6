/** Puts people with a past into the world at once and without callbacks: the sample's customers, so that reconciling finds them. */
import type { Simulator } from '../simulator.ts'
import { addPeople, type NewPerson, relationKey, type WeChatUser } from '../world.ts'

export type PersonWithPast = NewPerson & {
  friends?: { corpId: string; userid: string; atMs: number; state?: string; remark?: string; addWay?: number }[]
  follows?: { appId: string; atMs: number; sceneStr?: string }[]
  /** Subscribe-message sends granted. */
  credits?: { appId: string; templateId: string; count: number }[]
  blockedAppIds?: string[]
}

export type PopulatedPerson = WeChatUser & {
  /** By appId. */
  openids: Record<string, string>
  /** By corpId. */
  externalUserids: Record<string, string>
}

/** Answers with the ids by which the platforms will call these people. May be called again with the same ids. */
export function populate(sim: Simulator, people: PersonWithPast[]): PopulatedPerson[] {
  const users = addPeople(sim.world, people)
  const populated = users.map((user, index) => {
    const past = people[index] ?? { name: user.name }
    if (past.blockedAppIds) user.blockedAppIds = past.blockedAppIds
    for (const friend of past.friends ?? []) befriend(sim, user, friend)
    for (const { appId, atMs, sceneStr } of past.follows ?? []) {
      sim.world.accounts.get(appId)?.followers.set(sim.directory.openid(user.id, appId), {
        atMs,
        scene: sceneStr ? 'ADD_SCENE_QR_CODE' : 'ADD_SCENE_SEARCH',
        qrScene: 0,
        qrSceneStr: sceneStr ?? '',
        remark: '',
        tagIds: [],
      })
    }
    for (const { appId, templateId, count } of past.credits ?? []) {
      sim.world.accounts.get(appId)?.credits.set(`${sim.directory.openid(user.id, appId)}|${templateId}`, count)
    }
    return withIds(sim, user)
  })
  sim.changed()
  return populated
}

/** A person with all the ids by which the platforms call him. */
export function withIds(sim: Simulator, user: WeChatUser): PopulatedPerson {
  const openids = Object.fromEntries([...sim.world.accounts.keys()].map(appId => [appId, sim.directory.openid(user.id, appId)]))
  const externalUserids = Object.fromEntries(
    [...sim.world.corps.keys()].map(corpId => [corpId, sim.directory.external(user.id, corpId)]),
  )
  return { ...user, openids, externalUserids }
}

function befriend(sim: Simulator, user: WeChatUser, friend: NonNullable<PersonWithPast['friends']>[number]): void {
  const corp = sim.world.corps.get(friend.corpId)
  if (!corp) throw new Error(`no corp ${friend.corpId}`)
  const externalUserid = sim.directory.external(user.id, friend.corpId)
  corp.relations.set(relationKey(friend.userid, externalUserid), {
    userid: friend.userid,
    externalUserid,
    wechatUserId: user.id,
    remark: friend.remark ?? user.name,
    description: '',
    remarkCompany: '',
    remarkMobiles: [],
    createdAtMs: friend.atMs,
    tagIds: [],
    addWay: friend.addWay ?? 1,
    state: friend.state ?? '',
  })
}
