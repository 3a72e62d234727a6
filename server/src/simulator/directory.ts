/** Who is behind an openid or an external_userid: indexes over the derived ids, filled as people appear. */
import { externalUseridOf, openidOf, type WeChatUser, type World } from './world.ts'

export type Directory = {
  userByOpenid(appId: string, openid: string): WeChatUser | undefined
  userByExternal(corpId: string, externalUserid: string): WeChatUser | undefined
  userByUnionid(unionid: string): WeChatUser | undefined
  openid(userId: string, appId: string): string
  external(userId: string, corpId: string): string
}

export function createDirectory(world: World): Directory {
  const byPlace = new Map<string, Map<string, WeChatUser>>() // appId or corpId -> derived id -> user
  const idByUser = new Map<string, string>() // `${place}|${userId}` -> derived id
  const byUnionid = new Map<string, WeChatUser>()
  let counted = 0

  const fill = () => {
    if (counted === world.users.size) return
    for (const user of [...world.users.values()].slice(counted)) {
      for (const appId of world.accounts.keys()) put(appId, openidOf(world, user.id, appId), user)
      for (const corpId of world.corps.keys()) put(corpId, externalUseridOf(world, user.id, corpId), user)
      if (user.unionid) byUnionid.set(user.unionid, user)
    }
    counted = world.users.size
  }
  const put = (place: string, id: string, user: WeChatUser) => {
    const ids = byPlace.get(place) ?? new Map<string, WeChatUser>()
    byPlace.set(place, ids.set(id, user))
    idByUser.set(`${place}|${user.id}`, id)
  }
  // A person changed in place keeps his ids, so the current object is read from the world.
  const current = (user: WeChatUser | undefined) => user && world.users.get(user.id)

  return {
    userByOpenid(appId, openid) {
      fill()
      return current(byPlace.get(appId)?.get(openid))
    },
    userByExternal(corpId, externalUserid) {
      fill()
      return current(byPlace.get(corpId)?.get(externalUserid))
    },
    userByUnionid(unionid) {
      fill()
      return current(byUnionid.get(unionid))
    },
    openid(userId, appId) {
      fill()
      return idByUser.get(`${appId}|${userId}`) ?? openidOf(world, userId, appId)
    },
    external(userId, corpId) {
      fill()
      return idByUser.get(`${corpId}|${userId}`) ?? externalUseridOf(world, userId, corpId)
    },
  }
}
