/** The package has no types; these are the parts that our client uses. */
declare module 'co-wechat-api' {
  export type AccessToken = { accessToken: string; expireTime: number }
  export type RequestOptions = { method?: string; data?: string; headers?: Record<string, string>; dataType?: string }

  export default class API {
    constructor(appid: string, appsecret: string)
    appid: string
    appsecret: string
    prefix: string
    snsPrefix: string
    wxaPrefix: string
    request(url: string, options?: RequestOptions, retry?: number): Promise<unknown>
    getAccessToken(): Promise<AccessToken>
    ensureAccessToken(): Promise<AccessToken>
    code2Session(code: string): Promise<unknown>
    getUser(options: { openid: string; lang: string }): Promise<unknown>
    batchGetUsers(openids: string[], lang?: string): Promise<unknown>
    getFollowers(nextOpenid?: string): Promise<unknown>
    getAllPrivateTemplate(): Promise<unknown>
  }
}
